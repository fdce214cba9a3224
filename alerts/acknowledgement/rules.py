"""How long somebody's word on an alert holds.

As in Icinga: a normal acknowledgement ends with any change of the alert's state, a sticky one only
when the alert is resolved. Either ends at its own expiry.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

STATE_CHANGES = ("firing", "resolved", "suppressed", "unsuppressed")
"""Kinds of events that are a change of an alert's state; the others only tell about it."""

LONGEST_NOTE = 1000


class Because(StrEnum):
    """Why an acknowledgement ended."""

    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CHANGED = "changed"
    RESOLVED = "resolved"


def why_over(
    *, sticky: bool, expires_at: datetime | None, since: Collection[str], now: datetime
) -> Because | None:
    """Why the word holds no more, or None while it does.

    ``since`` are the kinds of the alert's events after it was given.
    """
    if "resolved" in since:
        return Because.RESOLVED
    if not sticky and any(kind in STATE_CHANGES for kind in since):
        return Because.CHANGED
    if expires_at is not None and expires_at <= now:
        return Because.EXPIRED
    return None
