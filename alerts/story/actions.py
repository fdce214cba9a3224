"""Writing a note on an alert."""

from datetime import datetime

from sqlalchemy.orm import Session

from alerts.actions import record_event
from alerts.models import Alert
from alerts.rules import EventKind
from alerts.story.rules import LONGEST_COMMENT
from core.audit.actions import record
from core.auth.actor import Actor
from core.errors import Invalid


def comment(
    session: Session, alert: Alert, text: str, *, by: Actor, now: datetime, real_now: datetime
) -> None:
    """Write a note into the alert's history, for whoever looks at it next.

    Raises Invalid when it is empty or longer than ``LONGEST_COMMENT`` characters. ``now`` is the
    district's time, ``real_now`` the machine's.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_COMMENT:
        message = f"Write 1 to {LONGEST_COMMENT:,} characters."
        raise Invalid(message, fields={"text": message})
    detail = {"by": by.name, "text": text}
    record_event(session, [alert.id], EventKind.COMMENTED, at=now, real_now=real_now, detail=detail)
    record(session, by=by, action="alert.comment", subject=("alert", alert.id), now=now)
