"""Marking periods and grading windows: pure arithmetic.

A term has marking periods that end with its weeks 5, 10, 15 and 20; the last one is the mark of
the semester. A grading window is open while teachers may enter the marks of one of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from sis.calendars.rules import DAY_TYPES_OF_INSTRUCTION, instant, weekdays


@dataclass(frozen=True)
class MarkingSpan:
    """The marking period of a term that ends with ``week``, ``[starts_on, ends_on)``."""

    term: int
    week: int
    starts_on: date
    ends_on: date

    @property
    def label(self) -> str:
        return f"Term {self.term}, week {self.week}"


@dataclass(frozen=True)
class WindowSpan:
    """When the marks of a marking period may be entered, by the clocks of the school."""

    term: int
    week: int
    opens_on: date
    opens_at: time
    closes_on: date
    closes_at: time

    @property
    def label(self) -> str:
        return f"Term {self.term}, week {self.week}"

    def opens(self, zone: str) -> datetime:
        """The moment it opens, in UTC, at a school in the IANA zone."""
        return instant(self.opens_on, self.opens_at, zone)

    def closes(self, zone: str) -> datetime:
        """The moment it closes, in UTC; marks entered then are too late."""
        return instant(self.closes_on, self.closes_at, zone)

    def is_open(self, now: datetime, zone: str) -> bool:
        """Whether marks may be entered at ``now`` (aware)."""
        return self.opens(zone) <= now < self.closes(zone)


@dataclass(frozen=True)
class WindowRule:
    """A window opens so many days before the last day of its marking period, and closes after."""

    opens_days_before: int = 7
    opens_at: time = time(7)
    closes_days_after: int = 5
    closes_at: time = time(17)


MARKING_WEEKS = (5, 10, 15, 20)
USUAL_WINDOWS = WindowRule()


def marking_spans(
    terms: Sequence[tuple[date, date]],
    days: Mapping[date, str],
    weeks: Sequence[int] = MARKING_WEEKS,
) -> tuple[MarkingSpan, ...]:
    """The marking periods of the terms ``[starts_on, ends_on)`` of a year, by date.

    Weeks without any day but vacation are not counted. The last marking period of a term lasts
    until its end; a short term has fewer of them.
    """
    return tuple(
        span
        for number, (starts_on, ends_on) in enumerate(terms, start=1)
        for span in _of_term(number, starts_on, ends_on, days, sorted(weeks))
    )


def window_spans(
    periods: Sequence[MarkingSpan], rule: WindowRule = USUAL_WINDOWS
) -> tuple[WindowSpan, ...]:
    """A grading window around the last day of each marking period."""
    return tuple(
        WindowSpan(
            period.term,
            period.week,
            _last_day(period) - timedelta(days=rule.opens_days_before),
            rule.opens_at,
            _last_day(period) + timedelta(days=rule.closes_days_after),
            rule.closes_at,
        )
        for period in periods
    )


def refuse_spans(periods: Sequence[MarkingSpan]) -> dict[tuple[int, int], str]:
    """What is wrong with each (term, week): ends before it starts, comes twice, or overlaps."""
    problems: dict[tuple[int, int], str] = {}
    seen: set[tuple[int, int]] = set()
    before: MarkingSpan | None = None
    for period in sorted(periods, key=lambda one: (one.starts_on, one.ends_on)):
        key = (period.term, period.week)
        if period.starts_on >= period.ends_on:
            problems[key] = "It ends before it starts."
        elif key in seen:
            problems[key] = "It comes twice."
        elif before is not None and period.starts_on < before.ends_on:
            problems[key] = f"It starts before {before.label} has ended."
        seen.add(key)
        before = period
    return problems


def refuse_windows(windows: Sequence[WindowSpan]) -> dict[tuple[int, int], str]:
    """What is wrong with each (term, week): closes before it opens, or comes twice."""
    problems: dict[tuple[int, int], str] = {}
    seen: set[tuple[int, int]] = set()
    for window in windows:
        key = (window.term, window.week)
        if (window.opens_on, window.opens_at) >= (window.closes_on, window.closes_at):
            problems[key] = "It closes before it opens."
        elif key in seen:
            problems[key] = "It comes twice."
        seen.add(key)
    return problems


def _of_term(
    number: int, starts_on: date, ends_on: date, days: Mapping[date, str], ends: Sequence[int]
) -> Iterator[MarkingSpan]:
    """Each period begins where the one before ended; the last one takes what is left."""
    counted = list(_counted_weeks(starts_on, ends_on, days))
    begins_on = starts_on
    for position, week in enumerate(ends):
        last = position == len(ends) - 1 or week >= len(counted)
        if last:
            yield MarkingSpan(number, week, begins_on, ends_on)
            return
        next_begin = counted[week - 1] + timedelta(days=1)
        yield MarkingSpan(number, week, begins_on, next_begin)
        begins_on = next_begin


def _counted_weeks(starts_on: date, ends_on: date, days: Mapping[date, str]) -> Iterator[date]:
    """The last weekday of every week of the term that is not all vacation and holiday."""
    for _, week in groupby(weekdays(starts_on, ends_on), key=lambda day: day.isocalendar()[:2]):
        listed = tuple(week)
        if any(days.get(day) in DAY_TYPES_OF_INSTRUCTION for day in listed):
            yield listed[-1]


def _last_day(period: MarkingSpan) -> date:
    return period.ends_on - timedelta(days=1)
