"""A ticket's story: messages and changes in one line of time, in plain words."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from triage.tickets.models import Ticket, TicketEvent
from triage.tickets.queries import list_events, list_messages
from triage.tickets.rules.status import Status

_SHOWN = ("status", "assignee_name", "students_affected")


@dataclass(frozen=True)
class Entry:
    """A message (``kind`` public, note or system) or a change (``kind`` event)."""

    at: datetime
    kind: str
    author: str
    text: str


def _sentence(event: TicketEvent) -> str:
    """What changed, as a sentence without its subject."""
    if event.field == "assignee_name":
        return "taken by " + event.new if event.new else f"put back into the queue by {event.old}"
    if event.field == "status":
        if event.old is None:
            return "opened"
        status = Status(event.new or Status.NEW).value
        return f"{event.old} → {status}".replace("_", " ")
    return f"students affected: {event.old or 'not known'} → {event.new or 'not known'}"


def history(session: Session, actor: Actor, ticket: Ticket) -> list[Entry]:
    """Oldest first; notes only for those who work tickets."""
    entries = [
        Entry(message.at, message.kind, message.author_name, message.body)
        for message in list_messages(session, actor, ticket)
    ]
    entries += [
        Entry(event.at, "event", "", _sentence(event))
        for event in list_events(session, ticket)
        if event.field in _SHOWN
    ]
    return sorted(entries, key=lambda entry: entry.at)
