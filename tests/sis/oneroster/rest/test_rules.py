"""The filter language and the formats of values."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sis.oneroster.clients.rules import PREFIX, granted
from sis.oneroster.rest.rules import (
    Filter,
    FilterError,
    Term,
    parse_date,
    parse_filter,
    parse_moment,
    select_fields,
    write_moment,
    write_words,
)

OPERATORS = ("=", "!=", ">", ">=", "<", "<=", "~")
names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}(\.[A-Za-z]{1,8}){0,2}", fullmatch=True)
spaces = st.sampled_from(["", " ", "  "])
terms = st.builds(Term, names, st.sampled_from(OPERATORS), st.text(max_size=20))


def _written(term: Term, space: str = "") -> str:
    value = term.value.replace("'", "''")
    return f"{term.field}{space}{term.operator}{space}'{value}'"


@given(terms, spaces)
def test_a_term_means_what_was_written(term: Term, space: str) -> None:
    assert parse_filter(space + _written(term, space) + space) == Filter((term,))


@given(terms, terms, st.sampled_from(["AND", "OR"]))
def test_two_terms_are_joined_by_one_word(left: Term, right: Term, word: str) -> None:
    found = parse_filter(f"{_written(left)} {word} {_written(right)}")
    assert (found.terms, found.joined) == ((left, right), word)


@given(st.text(max_size=60))
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    try:
        found = parse_filter(text)
    except FilterError:
        return
    assert 1 <= len(found.terms) <= 2


@pytest.mark.parametrize(
    "text",
    [
        "status",
        "status='active",
        "status=active",
        'status="active"',
        "status=='active'",
        "status='a'AND title='b'",
        "status='a' and title='b'",
        "status='a' AND title='b' AND title='c'",
        "status='a' AND",
        "'a'='a'",
        "status='a'; DROP TABLE person",
        "1='1'",
    ],
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        parse_filter(text)


def test_words_inside_quotes_join_nothing() -> None:
    assert parse_filter("title='War AND Peace OR ''x'''") == Filter(
        (Term("title", "=", "War AND Peace OR 'x'"),)
    )


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_survives_being_shown_to_the_millisecond(moment: datetime) -> None:
    shown = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert parse_moment(write_moment(moment)) == shown


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2015-01-12", datetime(2015, 1, 12, tzinfo=UTC)),
        ("2015-01-12T08:00:00Z", datetime(2015, 1, 12, 8, tzinfo=UTC)),
        ("2015-01-12T08:00:00.123-08:00", datetime(2015, 1, 12, 16, 0, 0, 123_000, UTC)),
        ("2015-01-12T08:00:00 01:00", datetime(2015, 1, 12, 7, tzinfo=UTC)),
    ],
)
def test_moments_are_read_as_they_come(text: str, moment: datetime) -> None:
    assert parse_moment(text) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "2015-02-30", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_moment(text)


def test_a_date_is_read_from_a_date_time_too() -> None:
    assert parse_date("2015-01-12T23:59:59.000Z") == date(2015, 1, 12)
    with pytest.raises(ValueError, match=r".*"):
        parse_date("2015-01-12 or so")


def test_words_of_a_comma_list() -> None:
    assert write_words(" 09, 10 ,") == ["09", "10"]
    assert write_words("") is None


def test_parts_of_fields_are_selected() -> None:
    record = {"sourcedId": "1", "class": {"sourcedId": "K", "type": "class"}, "title": "x"}
    assert select_fields(record, [("class", "sourcedId"), ("title",)]) == {
        "class": {"sourcedId": "K"},
        "title": "x",
    }
    assert select_fields(
        {"roles": [{"role": "a", "org": {"href": "h", "type": "org"}}]}, [("roles", "org", "href")]
    ) == {"roles": [{"org": {"href": "h"}}]}
    assert select_fields(record, [("class", "type"), ("class",)]) == {"class": record["class"]}


@pytest.mark.parametrize(
    ("asked", "scopes"),
    [
        (None, ["a", "b"]),
        ("", ["a", "b"]),
        ("a", ["a"]),
        (f"{PREFIX}b c", ["b"]),
        ("c", []),
    ],
)
def test_a_request_for_scopes_is_narrowed(asked: str | None, scopes: list[str]) -> None:
    assert granted(asked, {"b", "a"}) == scopes
