"""Opening a ticket: weigh it, give it its place, write the first message."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.errors import Conflict, Invalid
from core.settings import Settings
from core.web.settings import site
from sis.organizations.queries import school_ids_for
from triage.settings import TriageSettings
from triage.tickets.log import Kind, say
from triage.tickets.models import Ticket, TicketEvent
from triage.tickets.queries import find_by_external_id
from triage.tickets.rules.order import NO_TIER
from triage.tickets.rules.priority import Level, Weighing, impact, priority, urgency
from triage.tickets.rules.request import NewTicket, problems
from triage.tickets.rules.status import STAGES, Status
from triage.tiers.queries import find_tier


@dataclass(frozen=True)
class Desk:
    """The district's policy for tickets: how they are weighed, and what day it is."""

    weighing: Weighing
    zone: ZoneInfo


def desk(settings: Settings) -> Desk:
    """The policy that config.yaml describes."""
    return Desk(settings.of(TriageSettings).tickets.weighing(), site(settings).zone)


def open_ticket(
    session: Session, new: NewTicket, *, desk: Desk, by: Actor, now: datetime
) -> Ticket:
    """Open a ticket; its priority comes from impact and urgency, never from the requester.

    Raises Invalid with ``fields``, and Conflict when ``external_id`` is taken.
    """
    by.require("tickets.create")
    _check(session, new, by)
    how_many = impact(new.students_affected, desk.weighing)
    how_soon = urgency(new.function, now.astimezone(desk.zone).date(), desk.weighing)
    return insert(session, new, how_many, how_soon, by=by, now=now)


def _check(session: Session, new: NewTicket, by: Actor) -> None:
    found = problems(new)
    ids = school_ids_for(session, by)
    if ids is not None and new.school_id not in ids:
        found["school"] = "Choose one of your schools."
    if found:
        raise Invalid("The ticket was not saved; see the marked fields.", fields=found)


def insert(
    session: Session,
    new: NewTicket,
    how_many: Level,
    how_soon: Level,
    *,
    by: Actor,
    now: datetime,
    origin_probe: str | None = None,
) -> Ticket:
    """Store a weighed ticket with its first message, event and audit row; raises Conflict."""
    ticket = _row(session, new, how_many.value, how_soon.value, now)
    ticket.origin_probe = origin_probe
    if new.external_id is None and origin_probe is None:
        session.add(ticket)
        session.flush()
    else:
        _store_once(session, ticket, new)
    kind: Kind = "system" if new.channel == "probe" else "public"
    say(session, ticket, kind, new.description, by=by, now=now)
    _log(session, ticket, f"{how_many.reason}; {how_soon.reason}", by, now)
    return ticket


def _log(session: Session, ticket: Ticket, why: str, by: Actor, now: datetime) -> None:
    """The first event, and the audit row with the reason of the priority."""
    session.add(
        TicketEvent(
            ticket_id=ticket.id, actor=by.id, field="status", old=None, new=ticket.status, at=now
        )
    )
    record(
        session,
        by=by,
        action="ticket.open",
        subject=("ticket", ticket.id),
        after={
            "school_id": ticket.school_id,
            "function": ticket.function,
            "priority": ticket.priority,
            "why": why,
            "channel": ticket.channel,
        },
        now=now,
    )


def _row(session: Session, new: NewTicket, how_many: int, how_soon: int, now: datetime) -> Ticket:
    tier = None if new.school_id is None else find_tier(session, new.school_id)
    return Ticket(
        school_id=new.school_id,
        function=new.function.value,
        subject=" ".join(new.subject.split()),
        status=Status.NEW.value,
        stage=STAGES[Status.NEW].value,
        impact=how_many,
        urgency=how_soon,
        priority=priority(how_many, how_soon),
        rank_tier=NO_TIER if tier is None else tier,
        students_affected=new.students_affected,
        channel=new.channel,
        requester_id=new.requester.id,
        requester_name=new.requester.name.strip(),
        requester_email=new.requester.email,
        requester_phone=new.requester.phone,
        external_id=new.external_id,
        opened_at=now,
        waiting_since_at=now,
        updated_at=now,
    )


def _store_once(session: Session, ticket: Ticket, new: NewTicket) -> None:
    """The database decides who was first; the savepoint keeps the unit of work usable."""
    if new.external_id is not None and find_by_external_id(session, new.external_id) is not None:
        raise _taken(new)
    try:
        with session.begin_nested():
            session.add(ticket)
    except IntegrityError as error:
        raise _taken(new) from error


def _taken(new: NewTicket) -> Conflict:
    if new.external_id is not None:
        return Conflict(
            f"There is a ticket with external_id {new.external_id!r} already.",
            code="external_id_taken",
        )
    return Conflict("This ticket was saved a moment ago.", code="ticket_exists")
