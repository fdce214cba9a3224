"""A silence that holds only inside weekly windows of local time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As ``datetime.weekday()`` counts."""
_DAY = timedelta(days=1)
_DAYS_LOOKED_AT = range(-1, 9)


@dataclass(frozen=True)
class Weekly:
    """``[begins, ends)`` by the clocks of ``zone`` on each of ``weekdays`` (0 is Monday).

    A window whose end is not after its beginning ends on the next day: 22:00 to 06:00, and 00:00
    to 00:00 is the whole day. In the night that an hour comes twice both are inside; a time that
    the clocks skip is read with the offset before the change (RFC 5545, 3.3.5).
    """

    weekdays: frozenset[int]
    begins: time
    ends: time
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= set(range(len(WEEKDAYS))):
            raise ValueError("a weekly window needs weekdays from 0 (Monday) to 6")

    def window_of(self, day: date) -> tuple[datetime, datetime]:
        """The window that begins on ``day``, half open, in UTC."""
        last = day if self.ends > self.begins else day + _DAY
        ends = datetime.combine(last, self.ends, self.zone)
        return (
            datetime.combine(day, self.begins, self.zone).astimezone(UTC),
            max(ends.astimezone(UTC), ends.replace(fold=1).astimezone(UTC)),
        )


def _windows_around(weekly: Weekly, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Windows from the one that began the day before ``moment`` for a week, oldest first."""
    today = moment.astimezone(weekly.zone).date()
    for days in _DAYS_LOOKED_AT:
        day = today + timedelta(days=days)
        if day.weekday() in weekly.weekdays:
            yield weekly.window_of(day)


def is_inside(weekly: Weekly, moment: datetime) -> bool:
    """Whether ``moment`` lies in a window."""
    return any(begins <= moment < ends for begins, ends in _windows_around(weekly, moment))


def next_edge(weekly: Weekly, moment: datetime) -> datetime:
    """The first beginning or end of a window after ``moment``."""
    return min(
        edge for window in _windows_around(weekly, moment) for edge in window if edge > moment
    )
