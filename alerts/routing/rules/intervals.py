"""Times of day, week, month and year, as Alertmanager writes them, and the school calendar."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

SchoolCalendar = Literal["instruction", "holiday"]
MINUTES_OF_A_DAY = 24 * 60
UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Range:
    """From ``first`` to ``last``, both included."""

    first: int
    last: int

    def holds(self, number: int) -> bool:
        return self.first <= number <= self.last


@dataclass(frozen=True)
class TimeInterval:
    """Every condition that is named must hold; one that is empty always does.

    ``times`` are minutes of the day, the last one excluded; ``weekdays`` count from Monday as 0;
    negative ``days_of_month`` count from the end; ``school_calendar`` asks whether there is
    instruction on the local date.
    """

    times: tuple[Range, ...] = ()
    weekdays: tuple[Range, ...] = ()
    days_of_month: tuple[Range, ...] = ()
    months: tuple[Range, ...] = ()
    years: tuple[Range, ...] = ()
    zone: ZoneInfo = UTC
    school_calendar: SchoolCalendar | None = None

    def contains(self, at: datetime, instruction: bool) -> bool:
        """Whether the moment lies in it; ``instruction``: there is school on its local date."""
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return (
            (not self.times or any(each.first <= minute < each.last for each in self.times))
            and _holds(self.weekdays, local.weekday())
            and _holds(self.months, local.month)
            and _holds(self.years, local.year)
            and self._holds_day(local)
            and self._holds_calendar(instruction)
        )

    def _holds_day(self, local: datetime) -> bool:
        days = monthrange(local.year, local.month)[1]
        ranges = tuple(
            Range(_from_start(each.first, days), _from_start(each.last, days))
            for each in self.days_of_month
        )
        return _holds(ranges, local.day)

    def _holds_calendar(self, instruction: bool) -> bool:
        return self.school_calendar is None or instruction is (
            self.school_calendar == "instruction"
        )


def _holds(ranges: tuple[Range, ...], number: int) -> bool:
    return not ranges or any(each.holds(number) for each in ranges)


def _from_start(day: int, days: int) -> int:
    """A day counted from the month's end as one from its start."""
    return max(1, days + day + 1) if day < 0 else day
