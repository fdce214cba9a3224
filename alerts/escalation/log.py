"""Writing an escalation's log."""

from datetime import datetime

from sqlalchemy.orm import Session

from alerts.escalation.models import Escalation, EscalationEvent


def note(
    session: Session,
    found: Escalation,
    kind: str,
    at: datetime,
    *,
    step: int | None = None,
    detail: str = "",
) -> None:
    """Add a line to the escalation's log."""
    session.add(
        EscalationEvent(
            escalation_id=found.id,
            at=at,
            kind=kind,
            step=step,
            round=found.round,
            detail=detail,
        )
    )
