"""The arithmetic of a chain: windows of the day, and whose turn it is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.escalation.chain import TimeBetween
from alerts.oncall.rules.time_of_week import Window, spans_of

RECHECK = timedelta(seconds=30)
"""How often a condition that does not hold is looked at again."""
NOBODY_AT_ALL = timedelta(minutes=1)
"""How long a chain rests that has come round without reaching anybody."""
_EVERY_DAY = frozenset(range(7))


def opens_at(window: TimeBetween, now: datetime) -> datetime:
    """``now`` when the window is open, else when it opens next, on the clocks of its zone."""
    spans = spans_of(
        [Window(_EVERY_DAY, window.begins, window.ends)],
        ZoneInfo(window.zone),
        now,
        now + timedelta(days=2),
    )
    return spans[0][0]


def whose_turn(people: Sequence[str], taken: int) -> list[str]:
    """The people in the order in which they are tried when ``taken`` turns have been taken."""
    first = taken % len(people)
    return [*people[first:], *people[:first]]
