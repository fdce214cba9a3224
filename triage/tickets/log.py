"""Writing a ticket's history: one event for each field that changes, one row for each message."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from triage.tickets.models import Ticket, TicketEvent, TicketMessage
from triage.tickets.rules.status import STAGES, Status

Kind = Literal["public", "note", "system"]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def change(
    session: Session, ticket: Ticket, values: Mapping[str, object], *, by: Actor, now: datetime
) -> None:
    """Set columns of ``ticket`` (a status brings its stage along), and log what really changed.

    The version always moves on, so that whoever holds an older one notices.
    """
    before: dict[str, object] = {}
    for field, new in values.items():
        old = getattr(ticket, field)
        if old == new:
            continue
        before[field] = old
        setattr(ticket, field, new)
        session.add(
            TicketEvent(
                ticket_id=ticket.id,
                actor=by.id,
                field=field,
                old=_text(old),
                new=_text(new),
                at=now,
            )
        )
    ticket.stage = STAGES[Status(ticket.status)]
    ticket.updated_at = now
    if before:
        record(
            session,
            by=by,
            action="ticket.change",
            subject=("ticket", ticket.id),
            before=before,
            after={field: getattr(ticket, field) for field in before},
            now=now,
        )


def say(
    session: Session, ticket: Ticket, kind: Kind, body: str, *, by: Actor, now: datetime
) -> TicketMessage:
    """Add a message to the ticket."""
    message = TicketMessage(
        ticket_id=ticket.id,
        kind=kind,
        author_id=by.id,
        author_name=by.name,
        body=body.strip(),
        at=now,
    )
    session.add(message)
    return message
