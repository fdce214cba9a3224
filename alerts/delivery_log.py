"""The delivery log in words: what was said, through which channel, and how it went."""

import re
from dataclasses import dataclass
from datetime import datetime

from alerts.notification import Notification
from core.db import JsonDict
from core.outbox.log_queries import LoggedMessage
from core.outbox.rules import State

_WORDS = {
    State.QUEUED: ("pending", "waiting"),
    State.SENDING: ("pending", "being sent"),
    State.FAILED: ("pending", "will be tried again"),
    State.SENT: ("ok", "sent"),
    State.DEAD: ("firing", "given up"),
}
STATE_WORDS = {state.value: words for state, (_, words) in _WORDS.items()}


_NUMBER = re.compile(r"\+?[0-9 ()-]{7,20}")


@dataclass(frozen=True)
class DeliveryLine:
    """One message of the log; ``next_at`` only while another attempt is due."""

    id: int
    what: str
    channel: str
    recipient: str
    badge: str
    state: str
    attempts: int
    enqueued_at: datetime
    sent_at: datetime | None
    next_at: datetime | None
    note: str


def line_of(message: LoggedMessage) -> DeliveryLine:
    """The message for people; those of other packages are named by their topic."""
    badge, words = _WORDS[State(message.state)]
    return DeliveryLine(
        id=message.id,
        what=message.title or f"Message {message.key}",
        channel=message.channel or message.topic,
        recipient=masked(message.recipient),
        badge=badge,
        state=words,
        attempts=message.attempts,
        enqueued_at=message.enqueued_at,
        sent_at=message.sent_at,
        next_at=message.next_attempt_at if message.state in (State.QUEUED, State.FAILED) else None,
        note=message.last_error or message.receipt or "",
    )


def masked(address: str) -> str:
    """A telephone number without its middle; other addresses as they are."""
    if not _NUMBER.fullmatch(address):
        return address
    return f"{address[:3]}…{address[-3:]}"


def notification_of(payload: JsonDict) -> Notification | None:
    """What an alert's message says; None for one of another package, and for a private one."""
    body = payload.get("notification")
    return None if body is None or payload.get("private") else Notification.model_validate(body)
