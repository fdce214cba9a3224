"""Marking periods end with weeks of school; grading windows are told by the school's clocks."""

from datetime import UTC, date, datetime, time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sis.calendars.rules import SessionDays, weekdays
from sis.calendars.rules_marking import (
    MarkingSpan,
    WindowRule,
    WindowSpan,
    marking_spans,
    refuse_spans,
    refuse_windows,
    window_spans,
)

FIRST = (date(2014, 8, 12), date(2014, 12, 20))
SECOND = (date(2015, 1, 12), date(2015, 6, 5))
LOS_ANGELES = "America/Los_Angeles"


def _days(*vacations: tuple[date, date]) -> dict[date, str]:
    special = SessionDays(vacations=vacations)
    return {day: special.day_type(day) for day in weekdays(FIRST[0], SECOND[1])}


def test_a_term_has_marking_periods_that_end_with_its_fifth_week_and_so_on() -> None:
    spans = marking_spans([FIRST, SECOND], _days())
    assert [(span.term, span.week) for span in spans] == [
        (1, 5), (1, 10), (1, 15), (1, 20), (2, 5), (2, 10), (2, 15), (2, 20),
    ]  # fmt: skip
    assert spans[0] == MarkingSpan(1, 5, date(2014, 8, 12), date(2014, 9, 13))
    assert spans[3] == MarkingSpan(1, 20, date(2014, 11, 22), date(2014, 12, 20))


def test_a_week_of_vacation_is_not_counted() -> None:
    spans = marking_spans([FIRST], _days((date(2014, 9, 1), date(2014, 9, 6))))
    assert spans[0].ends_on == date(2014, 9, 20)


def test_a_short_term_has_fewer_marking_periods() -> None:
    [first, last] = marking_spans([(date(2015, 1, 12), date(2015, 3, 7))], _days())
    assert (first.week, last.week, last.ends_on) == (5, 10, date(2015, 3, 7))


@given(
    st.dates(date(2014, 7, 1), date(2015, 6, 1)),
    st.integers(1, 300),
    st.sets(st.integers(1, 40), min_size=1, max_size=6),
)
def test_marking_periods_share_out_their_term(start: date, length: int, weeks: set[int]) -> None:
    ends_on = date.fromordinal(start.toordinal() + length)
    days = dict.fromkeys(weekdays(start, ends_on), "regular")
    spans = marking_spans([(start, ends_on)], days, tuple(weeks))
    assert (spans[0].starts_on, spans[-1].ends_on) == (start, ends_on)
    for before, after in pairwise(spans):
        assert before.ends_on == after.starts_on
    assert refuse_spans(spans) == {}


def test_a_window_is_proposed_around_the_last_day() -> None:
    [window] = window_spans(
        [MarkingSpan(1, 15, date(2014, 10, 18), date(2014, 11, 8))],
        WindowRule(7, time(7), 5, time(17)),
    )
    assert window == WindowSpan(1, 15, date(2014, 10, 31), time(7), date(2014, 11, 12), time(17))


@pytest.mark.parametrize(
    ("now", "zone", "is_open"),
    [
        ("2014-11-03T15:00:00", LOS_ANGELES, True),
        ("2014-11-13T00:59:59", LOS_ANGELES, True),
        ("2014-11-13T01:00:00", LOS_ANGELES, False),
        ("2014-11-12T22:00:00", "America/New_York", False),
        ("2014-10-31T13:59:59", LOS_ANGELES, False),
        ("2014-10-31T14:00:00", LOS_ANGELES, True),
    ],
)
def test_a_window_is_open_by_the_clocks_of_the_school(now: str, zone: str, is_open: bool) -> None:
    """The clocks go back on 2 November 2014, inside the window."""
    window = WindowSpan(1, 15, date(2014, 10, 31), time(7), date(2014, 11, 12), time(17))
    assert window.is_open(datetime.fromisoformat(now).replace(tzinfo=UTC), zone) == is_open


@pytest.mark.parametrize(
    ("closes_on", "moment"),
    [
        # the hour from 01:00 comes twice on 1 November 2015: the first 01:30 is meant
        (date(2015, 11, 1), "2015-11-01T08:30:00+00:00"),
        # the hour from 02:00 is left out on 8 March 2015
        (date(2015, 3, 8), "2015-03-08T09:30:00+00:00"),
    ],
)
def test_a_window_that_closes_in_a_night_when_clocks_change(closes_on: date, moment: str) -> None:
    window = WindowSpan(1, 5, date(2015, 3, 1), time(7), closes_on, time(1, 30))
    assert window.closes(LOS_ANGELES) == datetime.fromisoformat(moment)


def test_spans_that_make_no_sense_are_named() -> None:
    spans = [
        MarkingSpan(1, 5, date(2014, 9, 1), date(2014, 9, 20)),
        MarkingSpan(1, 10, date(2014, 9, 19), date(2014, 10, 20)),
        MarkingSpan(1, 15, date(2014, 11, 1), date(2014, 11, 1)),
    ]
    assert refuse_spans(spans) == {
        (1, 10): "It starts before Term 1, week 5 has ended.",
        (1, 15): "It ends before it starts.",
    }
    twice = MarkingSpan(1, 5, date(2014, 10, 1), date(2014, 10, 20))
    assert refuse_spans([spans[0], twice]) == {(1, 5): "It comes twice."}


def test_windows_that_make_no_sense_are_named() -> None:
    on = date(2014, 9, 1)
    never = WindowSpan(1, 5, on, time(17), on, time(17))
    good = WindowSpan(1, 10, on, time(7), on, time(17))
    assert refuse_windows([never, good, good]) == {
        (1, 5): "It closes before it opens.",
        (1, 10): "It comes twice.",
    }
