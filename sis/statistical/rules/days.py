"""The days of a school month as bits: bit ``i`` of a mask is its ``i``-th weekday.

Masks make the arithmetic of a month a handful of ``&`` and ``|`` for each class of a student, so
that a district of 650,000 students is a matter of seconds, and every sum is exact.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sis.calendars.rules import DAY_TYPES_OF_INSTRUCTION

WEEKDAY_LETTERS = "MTWRF"


@dataclass(frozen=True)
class MonthDays:
    """The weekdays of a school month with their day types (``""``: the calendar says nothing).

    Only the first ``over`` days count; the others of a month in progress are still to come.
    """

    days: tuple[date, ...]
    day_types: tuple[str, ...]
    over: int

    @cached_property
    def taught(self) -> int:
        """The days of instruction that count."""
        return sum(
            1 << place
            for place, day_type in enumerate(self.day_types[: self.over])
            if day_type in DAY_TYPES_OF_INSTRUCTION
        )

    @property
    def days_taught(self) -> int:
        return self.taught.bit_count()

    def within(self, begins_on: date | None, ends_on: date | None) -> int:
        """The days in ``[begins_on, ends_on)``; None is without an end."""
        first = 0 if begins_on is None else bisect_left(self.days, begins_on)
        last = len(self.days) if ends_on is None else bisect_left(self.days, ends_on)
        return (1 << last) - (1 << first) if first < last else 0

    def on_weekdays(self, letters: str | None) -> int:
        """The days on these weekdays, a subset of ``MTWRF``; None is every day."""
        if letters is None:
            return (1 << len(self.days)) - 1
        return sum(
            1 << place
            for place, day in enumerate(self.days)
            if WEEKDAY_LETTERS[day.weekday()] in letters
        )

    def dates(self, mask: int) -> tuple[date, ...]:
        """The dates of a mask, in order."""
        return tuple(self.days[place] for place in bits(mask))


def bits(mask: int) -> Iterator[int]:
    """The places of the bits that are set, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
