"""The picture of a week: which block of which day is whose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alerts.oncall.rules.shifts import Shift
from alerts.oncall.rules.time_of_week import Span, moment

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Block:
    """A part of one day, as shares of it (0 to 1); ``user_id`` None is a gap that matters."""

    user_id: int | None
    begins: float
    ends: float


@dataclass(frozen=True)
class Day:
    """One day of the week with its blocks in order, and where now is, if it is today."""

    on: date
    blocks: tuple[Block, ...]
    now: float | None


def monday_of(day: date) -> date:
    """The Monday of that week."""
    return day - day.weekday() * _DAY


def bounds(monday: date, zone: ZoneInfo, days: int = 7) -> tuple[datetime, datetime]:
    """The beginning and end of the week on the clocks of ``zone``, in UTC."""
    first = datetime.combine(monday, time(0))
    return moment(first, zone), moment(first + days * _DAY, zone)


def days_of(
    monday: date,
    zone: ZoneInfo,
    shifts: Sequence[Shift],
    missing: Sequence[Span],
    now: datetime,
) -> list[Day]:
    """The seven days of the week; in the nights on which clocks change shares are of 23 or 25 h."""
    pieces: list[tuple[int | None, datetime, datetime]] = [
        *((shift.user_id, shift.begins_at, shift.ends_at) for shift in shifts),
        *((None, begin, end) for begin, end in missing),
    ]
    found = []
    for number in range(7):
        on = monday + number * _DAY
        begins, ends = bounds(on, zone, 1)
        length = ends - begins
        blocks = [
            Block(
                user_id,
                (max(begins, first) - begins) / length,
                (min(ends, last) - begins) / length,
            )
            for user_id, first, last in pieces
            if first < ends and last > begins
        ]
        here = (now - begins) / length if begins <= now < ends else None
        ordered = sorted(blocks, key=lambda block: block.begins)
        found.append(Day(on, tuple(ordered), here))
    return found
