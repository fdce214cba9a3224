"""What people do with tickets. Each change is locked, logged and audited; nothing commits here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import AppError, Conflict, Invalid
from triage.tickets.log import change, say
from triage.tickets.models import Ticket, TicketMessage
from triage.tickets.queries import WORK, claim_top, lock_ticket_for, rank_of
from triage.tickets.rules.order import explain
from triage.tickets.rules.request import message_problem
from triage.tickets.rules.status import (
    Stage,
    Status,
    after_agent_reply,
    after_requester_reply,
    check_move,
)

Versions = Collection[int] | None
"""The versions that the caller has read; None when any will do. Others are refused with 412."""


@dataclass(frozen=True)
class Claim:
    """The ticket that "Next ticket" gave, and why that one."""

    ticket: Ticket
    reason: str


def _locked(
    session: Session, ticket_id: int, by: Actor, versions: Versions, permission: str = WORK
) -> Ticket:
    by.require(permission)
    ticket = lock_ticket_for(session, by, ticket_id)
    if versions is not None and ticket.version not in versions:
        raise AppError(
            f"The ticket has changed since you read it; it is at version {ticket.version} now.",
            code="version_mismatch",
            status=HTTPStatus.PRECONDITION_FAILED,
        )
    return ticket


def _checked(body: str) -> str:
    problem = message_problem(body)
    if problem:
        raise Invalid(problem, fields={"body": problem})
    return body


def _assign(session: Session, ticket: Ticket, by: Actor, now: datetime) -> None:
    values: dict[str, object] = {"assignee_id": by.id, "assignee_name": by.name}
    if ticket.status == Status.NEW:
        values["status"] = Status.OPEN.value
    if ticket.channel == "probe" and ticket.first_responded_at is None:
        values["first_responded_at"] = now  # nobody asked, so being taken is the answer
    change(session, ticket, values, by=by, now=now)


def take(
    session: Session, ticket_id: int, *, by: Actor, now: datetime, versions: Versions = None
) -> Ticket:
    """Make the ticket ``by``'s own. Raises Conflict with the name of whoever has it already.

    Taking what one has already changes nothing.
    """
    ticket = _locked(session, ticket_id, by, versions)
    if ticket.assignee_id == by.id and ticket.stage != Stage.DONE:
        return ticket
    if ticket.stage == Stage.DONE:
        raise Conflict(f"This ticket is {ticket.status} already.", code=f"ticket_{ticket.status}")
    if ticket.assignee_id is not None:
        raise Conflict(f"{ticket.assignee_name} has this ticket already.", code="ticket_taken")
    _assign(session, ticket, by, now)
    return ticket


def take_next(session: Session, *, by: Actor, now: datetime) -> Claim | None:
    """Take the first ticket of the queue that nobody has; None when there is none."""
    by.require(WORK)
    ticket = claim_top(session, by)
    if ticket is None:
        return None
    reason = explain(1, rank_of(ticket), None, now)
    _assign(session, ticket, by, now)
    return Claim(ticket, reason)


def release(
    session: Session, ticket_id: int, *, by: Actor, now: datetime, versions: Versions = None
) -> Ticket:
    """Put the ticket back into the queue, at the place its age gives it."""
    ticket = _locked(session, ticket_id, by, versions)
    if ticket.stage == Stage.DONE:
        raise Conflict(f"This ticket is {ticket.status} already.", code=f"ticket_{ticket.status}")
    if ticket.assignee_id is None:
        return ticket
    change(session, ticket, {"assignee_id": None, "assignee_name": None}, by=by, now=now)
    return ticket


def reply(
    session: Session,
    ticket_id: int,
    body: str,
    *,
    note: bool = False,
    wait: bool = False,
    by: Actor,
    now: datetime,
    versions: Versions = None,
) -> TicketMessage:
    """Say something on the ticket.

    Whoever works tickets speaks for the desk: ``note`` hides the message from the school, and
    ``wait`` hands the next move to the requester. Anybody else speaks for the requester, which
    brings a pending, held or solved ticket back. Raises Invalid and Conflict.
    """
    _checked(body)
    if not by.may(WORK):
        return _requester_reply(session, ticket_id, body, by, now, versions)
    ticket = _locked(session, ticket_id, by, versions)
    if note:
        check_move(Status(ticket.status), Status(ticket.status), assigned=True)
        change(session, ticket, {}, by=by, now=now)
        return say(session, ticket, "note", body, by=by, now=now)
    status = after_agent_reply(Status(ticket.status), wait=wait)
    values: dict[str, object] = {"status": status.value}
    if ticket.first_responded_at is None:
        values["first_responded_at"] = now
    change(session, ticket, values, by=by, now=now)
    return say(session, ticket, "public", body, by=by, now=now)


def _requester_reply(
    session: Session, ticket_id: int, body: str, by: Actor, now: datetime, versions: Versions
) -> TicketMessage:
    ticket = _locked(session, ticket_id, by, versions, "tickets.read")
    old = Status(ticket.status)
    status = after_requester_reply(old)
    values: dict[str, object] = {"status": status.value}
    if status != old:
        values |= {"waiting_since_at": now, "solved_at": None}
    change(session, ticket, values, by=by, now=now)
    return say(session, ticket, "public", body, by=by, now=now)


def hold(
    session: Session, ticket_id: int, *, by: Actor, now: datetime, versions: Versions = None
) -> Ticket:
    """Park the ticket: the desk waits for somebody else, such as a vendor."""
    ticket = _locked(session, ticket_id, by, versions)
    check_move(Status(ticket.status), Status.ON_HOLD, assigned=True)
    change(session, ticket, {"status": Status.ON_HOLD.value}, by=by, now=now)
    return ticket


def solve(
    session: Session,
    ticket_id: int,
    answer: str = "",
    *,
    by: Actor,
    now: datetime,
    versions: Versions = None,
) -> Ticket:
    """Mark as solved; ``answer`` tells the requester how. Raises Conflict when nobody has it."""
    ticket = _locked(session, ticket_id, by, versions)
    if ticket.status == Status.SOLVED:
        return ticket
    assigned = ticket.assignee_id is not None
    check_move(Status(ticket.status), Status.SOLVED, assigned=assigned)
    values: dict[str, object] = {"status": Status.SOLVED.value, "solved_at": now}
    if ticket.first_responded_at is None:
        values["first_responded_at"] = now
    change(session, ticket, values, by=by, now=now)
    if answer.strip():
        say(session, ticket, "public", _checked(answer), by=by, now=now)
    return ticket


def reopen(
    session: Session, ticket_id: int, *, by: Actor, now: datetime, versions: Versions = None
) -> Ticket:
    """Bring a solved, pending or held ticket back to the desk, with the same assignee."""
    ticket = _locked(session, ticket_id, by, versions)
    old = Status(ticket.status)
    if ticket.stage == Stage.WAITING:
        return ticket
    check_move(old, Status.OPEN, assigned=True)
    values: dict[str, object] = {
        "status": Status.OPEN.value,
        "solved_at": None,
        "waiting_since_at": now,
    }
    change(session, ticket, values, by=by, now=now)
    return ticket
