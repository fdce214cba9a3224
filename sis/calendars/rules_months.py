"""School months and the attendance periods made of them: pure arithmetic.

A school month is 20 school days, "four weeks of five days each, including legal holidays"; the
winter vacation need not be counted (California Education Code 37201). The first period (P-1) has
the full months that end on or before 31 December, the second (P-2) those that end on or before
15 April, the annual one all of them (Education Code 41601).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from sis.calendars.rules import DAY_TYPES_OF_INSTRUCTION, weekdays

_CHRISTMAS = (12, 25)


class LeftOut(StrEnum):
    """Which whole weeks of vacation are part of no school month."""

    WINTER = "winter"
    ALL = "all"
    NONE = "none"


class AttendancePeriod(StrEnum):
    """For which part of the year attendance is reported to the state."""

    P1 = "P-1"
    P2 = "P-2"
    ANNUAL = "Annual"


@dataclass(frozen=True)
class MonthRule:
    """``weeks`` to a school month, what is left out, and (month, day) where P-1 and P-2 end."""

    weeks: int = 4
    left_out: LeftOut = LeftOut.WINTER
    p1_until: tuple[int, int] = (12, 31)
    p2_until: tuple[int, int] = (4, 15)


USUAL_MONTHS = MonthRule()


@dataclass(frozen=True)
class SchoolMonth:
    """One school month, ``[starts_on, ends_on)``; ``ends_on`` is the day after its last weekday.

    ``days`` are its weekdays, without weeks left out; ``days_taught`` is how many of them have
    instruction. Only a month with all its weeks is ``full``; the last one of a year may not be.
    """

    number: int
    starts_on: date
    ends_on: date
    days: tuple[date, ...]
    days_taught: int
    full: bool


def school_months(
    starts_on: date, ends_on: date, days: Mapping[date, str], rule: MonthRule = USUAL_MONTHS
) -> tuple[SchoolMonth, ...]:
    """The school months of the year ``[starts_on, ends_on)`` whose weekdays have these types.

    The week in which the year begins is the first one, however short. A weekday without a type
    is a day without instruction.
    """
    out = days_left_out(starts_on, ends_on, days, rule.left_out)
    weeks = [week for week in _weeks(starts_on, ends_on) if not out.issuperset(week)]
    groups = (weeks[first : first + rule.weeks] for first in range(0, len(weeks), rule.weeks))
    return tuple(
        _month(number, group, days, full=len(group) == rule.weeks)
        for number, group in enumerate(groups, start=1)
    )


def days_left_out(
    starts_on: date, ends_on: date, days: Mapping[date, str], left_out: LeftOut
) -> frozenset[date]:
    """The weekdays that may be left out: of vacations, or of the one over Christmas.

    A vacation goes on over the holidays inside it; only whole weeks of it are left out later.
    """
    if left_out is LeftOut.NONE:
        return frozenset()
    breaks = _breaks(weekdays(starts_on, ends_on), days)
    if left_out is LeftOut.WINTER:
        christmases = [date(year, *_CHRISTMAS) for year in range(starts_on.year, ends_on.year + 1)]
        breaks = (run for run in breaks if any(_spans(run, christmas) for christmas in christmases))
    return frozenset(day for run in breaks for day in run)


def months_of(
    period: AttendancePeriod,
    months: Iterable[SchoolMonth],
    school_year: int,
    rule: MonthRule = USUAL_MONTHS,
) -> tuple[SchoolMonth, ...]:
    """The months that count for the period of the school year that ends in ``school_year``."""
    if period is AttendancePeriod.ANNUAL:
        return tuple(months)
    last = (
        _closing(rule.p1_until, school_year)
        if period is AttendancePeriod.P1
        else _closing(rule.p2_until, school_year)
    )
    return tuple(month for month in months if month.full and month.days[-1] <= last)


def school_year_of(starts_on: date, ends_on: date) -> int:
    """The school year that ``[starts_on, ends_on)`` lies in, named by the year in which it ends.

    School years change on 1 July (Education Code 37200); the middle of the range decides.
    """
    middle = starts_on + (ends_on - starts_on) / 2
    return middle.year + (middle.month >= 7)


def _closing(until: tuple[int, int], school_year: int) -> date:
    return date(school_year - (until[0] >= 7), *until)


def _weeks(starts_on: date, ends_on: date) -> Iterator[tuple[date, ...]]:
    """The weekdays of each Monday-to-Friday week, those at both ends perhaps short."""
    for _, week in groupby(weekdays(starts_on, ends_on), key=lambda day: day.isocalendar()[:2]):
        yield tuple(week)


def _breaks(of_year: Iterable[date], days: Mapping[date, str]) -> Iterator[tuple[date, ...]]:
    """Each run of weekdays off that has a day of vacation in it."""
    for off, run in groupby(of_year, key=lambda day: days.get(day) in ("vacation", "holiday")):
        found = tuple(run)
        if off and any(days[day] == "vacation" for day in found):
            yield found


def _spans(run: tuple[date, ...], christmas: date) -> bool:
    """Whether the run has the day, or reaches its weekend from either side."""
    return run[0] - timedelta(days=2) <= christmas <= run[-1] + timedelta(days=2)


def _month(
    number: int, weeks: list[tuple[date, ...]], days: Mapping[date, str], *, full: bool
) -> SchoolMonth:
    listed = tuple(day for week in weeks for day in week)
    return SchoolMonth(
        number=number,
        starts_on=listed[0],
        ends_on=listed[-1] + timedelta(days=1),
        days=listed,
        days_taught=sum(days.get(day) in DAY_TYPES_OF_INSTRUCTION for day in listed),
        full=full,
    )
