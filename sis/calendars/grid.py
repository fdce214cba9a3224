"""A school year as a page shows it: months of weeks of days, and runs of days of one type."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sis.calendars.rules import weekdays

DAY = timedelta(days=1)
LETTERS = {"regular": "", "minimum": "M", "holiday": "H", "vacation": "V"}
WORDS = {
    "regular": "regular day",
    "minimum": "minimum day",
    "holiday": "holiday",
    "vacation": "vacation",
}


@dataclass(frozen=True)
class Cell:
    """One weekday; ``kind`` is its day type, or ``outside`` the year."""

    on: date
    kind: str
    letter: str
    words: str


@dataclass(frozen=True)
class Month:
    """A calendar month; weeks of Monday to Friday, None where the month has no such day."""

    title: str
    weeks: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True)
class Stretch:
    """Weekdays one after the other of one type, ``first`` and ``last`` included."""

    first: date
    last: date
    kind: str
    count: int


def months(days: Mapping[date, str], starts_on: date, ends_on: date) -> list[Month]:
    """The calendar months that ``[starts_on, ends_on)`` touches."""
    return [_month(first, days) for first in _firsts(starts_on, ends_on)]


def stretches(days: Mapping[date, str], starts_on: date, ends_on: date) -> list[Stretch]:
    """The days that are not regular, as runs of weekdays by date."""
    listed = [(day, days.get(day, "outside")) for day in weekdays(starts_on, ends_on)]
    return [
        _stretch([day for day, _ in run], kind)
        for kind, group in groupby(listed, key=lambda item: item[1])
        if kind != "regular" and (run := list(group))
    ]


def _stretch(run: Sequence[date], kind: str) -> Stretch:
    return Stretch(run[0], run[-1], kind, len(run))


def _firsts(starts_on: date, ends_on: date) -> Iterator[date]:
    first = starts_on.replace(day=1)
    while first < ends_on:
        yield first
        first = _next_month(first)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _month(first: date, days: Mapping[date, str]) -> Month:
    listed = weekdays(first, _next_month(first))
    weeks = groupby(listed, key=lambda day: day.isocalendar()[:2])
    return Month(f"{first:%B %Y}", tuple(_week(week, days) for _, week in weeks))


def _week(listed: Iterable[date], days: Mapping[date, str]) -> tuple[Cell | None, ...]:
    row: list[Cell | None] = [None] * 5
    for day in listed:
        kind = days.get(day, "outside")
        row[day.weekday()] = Cell(day, kind, LETTERS.get(kind, ""), WORDS.get(kind, "no school"))
    return tuple(row)
