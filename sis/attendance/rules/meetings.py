"""When a class met, in the bells of its school, and when its attendance is due."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum

DAILY = ""
"""The period of daily attendance: once, in the homeroom."""


@dataclass(frozen=True)
class Ring:
    """A period of a bell schedule in the school's own time."""

    starts_at: time
    ends_at: time

    @property
    def minutes(self) -> int:
        begins, ends = self.starts_at, self.ends_at
        return (ends.hour - begins.hour) * 60 + ends.minute - begins.minute


@dataclass(frozen=True)
class Bells:
    """A school's bell schedules: day type -> period label -> ring.

    A type of day without bells of its own has the regular ones.
    """

    by_day_type: Mapping[str, Mapping[str, Ring]] = field(default_factory=dict)

    def of(self, day_type: str) -> Mapping[str, Ring]:
        return self.by_day_type.get(day_type) or self.by_day_type.get("regular") or {}

    def held(self, day_type: str, period: str) -> bool:
        """Whether the period takes place on such a day.

        A period that rings on other days but not on this one is left out of it. One that no
        schedule knows is not judged: the class may meet at a time that nobody entered.
        """
        if period == DAILY or period in self.of(day_type):
            return True
        return not any(period in rings for rings in self.by_day_type.values())

    def ring(self, day_type: str, period: str) -> Ring | None:
        """When it rings; daily attendance lasts from the first bell to dismissal."""
        rings = self.of(day_type)
        if period != DAILY or not rings:
            return rings.get(period)
        return Ring(
            min(ring.starts_at for ring in rings.values()),
            max(ring.ends_at for ring in rings.values()),
        )


class Due(StrEnum):
    """Where a class stands: not begun yet, going on, over without a submission, or submitted."""

    LATER = "later"
    NOW = "now"
    MISSING = "missing"
    SUBMITTED = "submitted"


def due(ring: Ring | None, now: time, *, submitted: bool) -> Due:
    """Where a class of today stands at the local time ``now``.

    A class without bells may be going on all day. Daily attendance that was not taken by the end
    of the day is missing like any other.
    """
    if submitted:
        return Due.SUBMITTED
    if ring is None:
        return Due.NOW
    if now < ring.starts_at:
        return Due.LATER
    return Due.NOW if now < ring.ends_at else Due.MISSING
