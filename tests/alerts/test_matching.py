"""Matchers: Alertmanager's syntax, and what they match."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.matching import (
    OPS,
    Matcher,
    format_matchers,
    matches_all,
    parse_matcher,
    parse_matchers,
)

NAMES = st.text(string.ascii_letters + "_é.-", min_size=1, max_size=8)
VALUES = st.text(max_size=12)
LABELS = st.dictionaries(NAMES, VALUES, max_size=4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=b", Matcher("a", "=", "b")),
        ('a="b"', Matcher("a", "=", "b")),
        (" a  !~ b.* ", Matcher("a", "!~", "b.*")),
        ('a="b,c"', Matcher("a", "=", "b,c")),
        ('a="b\\"c\\\\d\\ne"', Matcher("a", "=", 'b"c\\d\ne')),
        ('a=~"\\d+"', Matcher("a", "=~", "\\d+")),
        ("a=two words", Matcher("a", "=", "two words")),
        ("a=b=c", Matcher("a", "=", "b=c")),
        ("a=", Matcher("a", "=", "")),
        ('a!=""', Matcher("a", "!=", "")),
        ('"größe der klasse"=~"x|y"', Matcher("größe der klasse", "=~", "x|y")),
        ("schule.größe=1", Matcher("schule.größe", "=", "1")),
        ("a:b=c", Matcher("a:b", "=", "c")),
    ],
)
def test_one_matcher_is_read(text: str, expected: Matcher) -> None:
    assert parse_matcher(text) == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("{}", 0), ("  {  } ", 0), ("a=b", 1), ("{a=b,}", 1), ('{a="x,y",b!=c}', 2)],
)
def test_a_list_is_read_with_and_without_braces(text: str, count: int) -> None:
    assert len(parse_matchers(text)) == count


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("alertname", "at character 1: 'alertname' is no matcher"),
        ("{a=b,,c=d}", "at character 6: '' is no matcher"),
        ("a=b, =c", "at character 6"),
        ('a="b', "at character 3"),
        ('a="b"c"', "do not end where the value ends"),
        ('a=b"c', "double quote inside"),
        ("a=~[", "is not a regular expression"),
        ("a=~(x+)+y", "repeats a group that itself repeats"),
        ("a=~" + "x" * 5000, "longer than 4096"),
        ('""=b', "needs the name of a label"),
    ],
)
def test_a_wrong_list_says_what_is_wrong_and_where(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        parse_matchers(text)


@pytest.mark.parametrize(
    ("text", "labels", "matched"),
    [
        ("a=b", {"a": "b"}, True),
        ("a=b", {}, False),
        ("a=", {}, True),
        ("a!=b", {}, True),
        ("a=~b", {"a": "abc"}, False),
        ("a=~.*b.*", {"a": "abc"}, True),
        ("a=~b|c", {"a": "c"}, True),
        ("a=~b|c", {"a": "cc"}, False),
        ("a!~b.*", {"a": "bc"}, False),
        ("a=~.*", {}, True),
        ("a=~.+", {}, False),
        ("a=~b", {"a": "b\n"}, False),
        ("a=~[[:digit:]]+", {"a": "123"}, True),
        ("a=~([a-z]+-)?x", {"a": "room-x"}, True),
        ("a=~[(]a+[)]+", {"a": "(aa))"}, True),
    ],
)
def test_a_matcher_covers_the_whole_value(text: str, labels: dict[str, str], matched: bool) -> None:
    assert matches_all(parse_matchers(text), labels) is matched


@given(st.lists(st.builds(Matcher, NAMES, st.sampled_from(("=", "!=")), VALUES), max_size=4))
def test_what_is_written_is_read_back(matchers: list[Matcher]) -> None:
    assert parse_matchers(format_matchers(matchers)) == tuple(matchers)


@given(NAMES, VALUES, LABELS)
def test_an_operator_and_its_negation_share_the_world(
    name: str, value: str, labels: dict[str, str]
) -> None:
    assert Matcher(name, "=", value).matches(labels) != Matcher(name, "!=", value).matches(labels)
    pattern = "".join(sign if sign.isalnum() else "." for sign in value)
    assert Matcher(name, "=~", pattern).matches(labels) != Matcher(name, "!~", pattern).matches(
        labels
    )


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_and_what_is_read_stays_the_same(text: str) -> None:
    try:
        matchers = parse_matchers(text)
    except ValueError:
        return
    assert parse_matchers(format_matchers(matchers)) == matchers
    assert all(matcher.op in OPS for matcher in matchers)
