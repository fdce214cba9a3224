"""Whether a group is told to a channel now, and why: Alertmanager's deduplication."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Reason(StrEnum):
    """The ``notification_reason``: why a message was sent.

    That of a message about several groups, each with a reason of its own, is the storm cap.
    """

    FIRST_NOTIFICATION = "first_notification"
    NEW_ALERTS = "new_alerts_in_group"
    ALL_RESOLVED = "all_alerts_resolved"
    NEW_RESOLVED = "new_resolved_alerts"
    REPEAT = "repeat_interval_elapsed"
    STORM_CAP = "storm_cap"


REASON_WORDS = {
    Reason.FIRST_NOTIFICATION: "first message about this group",
    Reason.NEW_ALERTS: "an alert is new in the group",
    Reason.ALL_RESOLVED: "everything in the group is resolved",
    Reason.NEW_RESOLVED: "an alert of the group was resolved",
    Reason.REPEAT: "still firing, and the repeat interval has passed",
    Reason.STORM_CAP: "several groups in one message: the storm cap was reached",
}


@dataclass(frozen=True)
class Told:
    """What a channel was last told about a group: ids of alerts, and when."""

    firing: frozenset[int]
    resolved: frozenset[int]
    at: datetime


def decide(
    last: Told | None,
    firing: Set[int],
    resolved: Set[int],
    *,
    send_resolved: bool,
    repeat: timedelta,
    now: datetime,
) -> Reason | None:
    """Why the channel is told now, or None when it is not; the order is Alertmanager's.

    ``firing`` and ``resolved`` are the group's alerts that nothing suppresses.
    """
    if last is None:
        return Reason.FIRST_NOTIFICATION if firing else None
    if not firing <= last.firing:
        return Reason.NEW_ALERTS
    if not firing:
        return Reason.ALL_RESOLVED if last.firing and resolved else None
    if send_resolved and not resolved <= last.resolved:
        return Reason.NEW_RESOLVED
    return Reason.REPEAT if now - last.at > repeat else None
