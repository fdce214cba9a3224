"""Local dates, local times and bell schedules: pure arithmetic with an explicit zone.

Local times that occur twice or not at all on the nights when clocks change follow RFC 5545,
section 3.3.5: of two, the first is meant; one that is skipped counts from the offset before it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

_BELL = re.compile(r"([^\s=;,]{1,20})=(\d\d:\d\d)-(\d\d:\d\d)")
DAY_TYPES_OF_INSTRUCTION = ("regular", "minimum")


@dataclass(frozen=True)
class Bell:
    """One period of a bell schedule, ``[starts_at, ends_at)`` in the school's own time."""

    day_type: str
    label: str
    starts_at: time
    ends_at: time


@dataclass(frozen=True)
class SchoolDay:
    """What kind of day a track has, when its first period starts and its last one ends."""

    day_type: str
    first_bell: time
    dismissal: time


@dataclass(frozen=True)
class SessionDays:
    """What is special about the days of a session; the vacations are half-open ranges."""

    track: str = ""
    holidays: tuple[date, ...] = ()
    minimum_days: tuple[date, ...] = ()
    vacations: tuple[tuple[date, date], ...] = ()

    def day_type(self, on: date) -> str:
        """What kind of day a weekday is; of several, the one with the least school wins."""
        if any(begins <= on < ends for begins, ends in self.vacations):
            return "vacation"
        if on in self.holidays:
            return "holiday"
        return "minimum" if on in self.minimum_days else "regular"


def local_date(now: datetime, zone: str) -> date:
    """The calendar date at ``now`` (aware) in the IANA zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def instant(on: date, at: time, zone: str) -> datetime:
    """The moment, in UTC, when clocks in the zone show ``at`` on that date."""
    return datetime.combine(on, at, ZoneInfo(zone)).astimezone(UTC)


def is_within(now: datetime, zone: str, start: time, end: time) -> bool:
    """Whether ``now`` lies in today's local window ``[start, end)``.

    A window whose end is before its start goes on past midnight; equal times are an empty one.
    """
    today = local_date(now, zone)
    if start <= end:
        return instant(today, start, zone) <= now < instant(today, end, zone)
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    return instant(yesterday, start, zone) <= now < instant(today, end, zone) or instant(
        today, start, zone
    ) <= now < instant(tomorrow, end, zone)


def weekdays(starts_on: date, ends_on: date) -> Iterator[date]:
    """Monday to Friday in ``[starts_on, ends_on)``."""
    for offset in range((ends_on - starts_on).days):
        day = starts_on + timedelta(days=offset)
        if day.weekday() < 5:
            yield day


def parse_bell_schedule(text: str) -> tuple[Bell, ...]:
    """Read ``regular 1=08:00-08:55 2=09:00-09:55; minimum 1=08:00-08:35``.

    Raises ValueError with a sentence when a part is not understood, a label or day type comes
    twice, or a period does not end after it starts.
    """
    bells: list[Bell] = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        day_type, *periods = part.split()
        if day_type not in DAY_TYPES_OF_INSTRUCTION:
            raise ValueError(f"{day_type!r} is not a day type (regular, minimum)")
        if not periods:
            raise ValueError(f"the {day_type} day has no periods")
        bells += [_parse_bell(day_type, period) for period in periods]
    if not bells:
        raise ValueError("it names no period")
    _refuse_repeats(bells)
    return tuple(bells)


def parse_day_changes(text: str) -> dict[str, dict[date, str]]:
    """Read ``SESSION 2015-01-19=holiday 2015-01-20=none; SESSION ...``: session to date to type.

    ``none`` takes the date out. Raises ValueError with a sentence when a part is not understood.
    """
    found: dict[str, dict[date, str]] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        session, *days = part.split()
        found[session] = dict(_parse_day_change(day) for day in days)
    return found


def _parse_day_change(text: str) -> tuple[date, str]:
    day, _, kind = text.partition("=")
    if kind not in (*DAY_TYPES_OF_INSTRUCTION, "holiday", "vacation", "none"):
        raise ValueError(f"{text!r} is not DATE=TYPE")
    try:
        return date.fromisoformat(day), kind
    except ValueError as error:
        raise ValueError(f"{text!r} has no date such as 2015-01-19") from error


def write_bell_schedule(bells: Iterable[Bell]) -> str:
    """The text that ``parse_bell_schedule`` reads: regular days first, periods by time."""
    ordered = sorted(bells, key=lambda bell: (bell.day_type != "regular", bell.starts_at))
    return "; ".join(
        f"{day_type} "
        + " ".join(f"{one.label}={one.starts_at:%H:%M}-{one.ends_at:%H:%M}" for one in listed)
        for day_type, listed in groupby(ordered, key=lambda bell: bell.day_type)
    )


def _parse_bell(day_type: str, text: str) -> Bell:
    match = _BELL.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not LABEL=HH:MM-HH:MM")
    try:
        starts_at, ends_at = time.fromisoformat(match[2]), time.fromisoformat(match[3])
    except ValueError as error:
        raise ValueError(f"{text!r} is not a time of day") from error
    if starts_at >= ends_at:
        raise ValueError(f"{text!r} does not end after it starts")
    return Bell(day_type, match[1], starts_at, ends_at)


def _refuse_repeats(bells: Iterable[Bell]) -> None:
    seen: set[tuple[str, str]] = set()
    for bell in bells:
        if (bell.day_type, bell.label) in seen:
            raise ValueError(f"period {bell.label} comes twice in the {bell.day_type} day")
        seen.add((bell.day_type, bell.label))
