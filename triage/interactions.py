"""What the button "Take the ticket" under an alert's message does."""

from sqlalchemy.orm import Session

from alerts.interactions import Pressed
from core.errors import Conflict
from sis.organizations.queries import list_schools
from triage.tickets.actions import take
from triage.tickets.models import Ticket
from triage.tickets.queries import list_open_of_probe


def take_ticket(session: Session, pressed: Pressed) -> str:
    """Take the ticket of the worst of the alerts whose ticket nobody has; says which one.

    Raises Forbidden, and Conflict when there is no such ticket.
    """
    pressed.by.require("tickets.work")
    tickets = _tickets(session, pressed)
    if not tickets:
        raise Conflict("These alerts have no open ticket.", code="no_ticket")
    free = [ticket for ticket in tickets if ticket.assignee_id is None]
    if not free:
        names = sorted({ticket.assignee_name or "" for ticket in tickets})
        raise Conflict(f"Their tickets are taken already, by {', '.join(names)}.")
    ticket = take(session, free[0].id, by=pressed.by, now=pressed.now)
    rest = len(free) - 1
    return f"took ticket {ticket.id}" + (f"; {rest} more of these wait" if rest else "")


def _tickets(session: Session, pressed: Pressed) -> list[Ticket]:
    """The open tickets of the alerts in their order, worst first; each is of a probe and school."""
    schools = {card.sourced_id: card.id for card in list_schools(session, pressed.by)}
    wanted = [
        (alert.labels.get("probe", ""), schools.get(alert.labels.get("school", "")))
        for alert in pressed.alerts
    ]
    found = {
        (probe, ticket.school_id): ticket
        for probe in sorted({probe for probe, _ in wanted if probe})
        for ticket in list_open_of_probe(session, probe)
    }
    return [found[key] for key in dict.fromkeys(wanted) if key in found]
