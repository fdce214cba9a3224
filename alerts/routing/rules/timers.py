"""When a group is looked at next: group_wait, group_interval, repeat_interval.

Alertmanager looks at every group each ``group_interval`` after its first flush. The same moments
count here, and those at which nothing can have changed are left out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.routing.rules.tree import Route

LINGERS = timedelta(seconds=30)
"""How long a group without alerts keeps its timers, as Alertmanager clears it away every 30 s."""
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class GroupClock:
    """``flushed_at`` is None until the group's first flush; ``emptied_at`` is when its last alert
    left it, None while it has any; ``due_at`` None means that nothing is planned.
    """

    due_at: datetime | None
    flushed_at: datetime | None
    emptied_at: datetime | None


def next_tick(flushed_at: datetime, interval: timedelta, at: datetime) -> datetime:
    """The first moment not before ``at`` that is a whole number of intervals after the flush."""
    passed = -((flushed_at - at) // interval)
    return flushed_at + max(passed, 1) * interval


def due_on_joining(
    clock: GroupClock | None, starts_at: datetime, route: Route, now: datetime
) -> GroupClock:
    """The group's clock when an alert that began at ``starts_at`` joins it.

    A new group waits ``group_wait``, but not for an alert that is older than that.
    """
    if clock is None or _gone(clock, now):
        return GroupClock(_first_flush(starts_at, route, now), None, None)
    if clock.flushed_at is None:
        first = _first_flush(starts_at, route, now)
        return GroupClock(_earlier(clock.due_at, first), None, None)
    tick = next_tick(clock.flushed_at, route.group_interval, now)
    return GroupClock(_earlier(clock.due_at, tick), clock.flushed_at, None)


def due_on_resolving(clock: GroupClock, route: Route, now: datetime) -> GroupClock:
    """The group's clock when an alert in it was resolved: its next regular flush."""
    if clock.flushed_at is None or clock.emptied_at is not None:
        return clock
    tick = next_tick(clock.flushed_at, route.group_interval, now)
    return GroupClock(_earlier(clock.due_at, tick), clock.flushed_at, None)


def _gone(clock: GroupClock, now: datetime) -> bool:
    return clock.emptied_at is not None and now - clock.emptied_at >= LINGERS


def _first_flush(starts_at: datetime, route: Route, now: datetime) -> datetime:
    late = starts_at + route.group_wait < now
    return now if late else now + route.group_wait


def _earlier(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)


def due_after_flush(
    route: Route, now: datetime, *, told_at: datetime | None, watched: bool, empty: bool
) -> datetime | None:
    """When the group is looked at again after a flush at ``now``.

    ``told_at`` is the oldest of the channels' last messages, None when none was told;
    ``watched`` means that something holds a message back that may end at any time; ``empty``
    that no alert is left.
    """
    if empty:
        return None
    if watched:
        return now + route.group_interval
    if told_at is None:
        return None
    return next_tick(now, route.group_interval, told_at + route.repeat_interval + _MOMENT)
