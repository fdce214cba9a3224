"""Periods, days and dates: what is in the way of what."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sis.courses.rules.meetings import (
    WEEKDAYS,
    Meeting,
    clash,
    first_clash,
    meets_on,
    overlap,
    parse_days,
    share_days,
)

MONDAY, TUESDAY, SATURDAY = date(2015, 1, 12), date(2015, 1, 13), date(2015, 1, 17)
DAYS = st.none() | st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(
    lambda letters: parse_days("".join(letters))
)
DATES = st.none() | st.dates(MONDAY, date(2015, 2, 1))
MEETINGS = st.builds(Meeting, st.sampled_from("12"), DAYS, DATES, DATES)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", None),
        (None, None),
        ("fwm", "MWF"),
        ("R, T", "TR"),
        ("MTWRF", None),
        ("M", "M"),
    ],
)
def test_days_are_put_in_the_order_of_the_week(text: str | None, days: str | None) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize(("text", "why"), [("MX", "X is no day"), ("MM", "twice")])
def test_letters_that_are_no_days_are_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_days(text)


def test_a_meeting_is_on_its_days_within_its_dates() -> None:
    meeting = Meeting("1", "MW", begins_on=MONDAY, ends_on=date(2015, 1, 14))
    assert meets_on(meeting, MONDAY)
    assert not meets_on(meeting, TUESDAY)
    assert not meets_on(meeting, date(2015, 1, 14))
    assert not meets_on(Meeting("1"), SATURDAY)


@given(MEETINGS, MEETINGS)
def test_two_meetings_clash_when_a_day_has_both_and_never_otherwise(
    one: Meeting, other: Meeting
) -> None:
    days = [date.fromordinal(MONDAY.toordinal() - 7 + n) for n in range(42)]
    both = any(meets_on(one, day) and meets_on(other, day) for day in days)
    assert clash(one, other) == clash(other, one)
    if both:
        assert clash(one, other) == (one.period == other.period)


def test_disjoint_days_or_dates_do_not_clash() -> None:
    assert not clash(Meeting("1", "MWF"), Meeting("1", "TR"))
    assert not clash(Meeting("1", ends_on=MONDAY), Meeting("1", begins_on=MONDAY))
    assert clash(Meeting("1", "MWF"), Meeting("1"))
    assert not share_days("M", "T")


def test_the_first_clash_is_named_by_period() -> None:
    mine = [Meeting("2"), Meeting("1", "M")]
    assert first_clash(mine, [Meeting("1"), Meeting("2")]) == Meeting("1", "M")
    assert first_clash(mine, [Meeting("1", "T")]) is None


def test_spans_that_touch_have_no_day_in_common() -> None:
    assert overlap((None, MONDAY), (MONDAY, None)) is None
    assert overlap((None, None), (MONDAY, None), (None, TUESDAY)) == (MONDAY, TUESDAY)
