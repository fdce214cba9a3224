"""Finding tickets. Scoped actors see the tickets of their schools only."""

from dataclasses import dataclass

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import NotFound
from sis.organizations.queries import school_ids_for
from triage.tickets.models import Ticket, TicketEvent, TicketMessage
from triage.tickets.rules.order import Rank
from triage.tickets.rules.status import STAGES, Stage, Status

RANK = (Ticket.priority, Ticket.rank_tier, Ticket.waiting_since_at, Ticket.id)
WORK = "tickets.work"


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to; ``status`` wins over ``stage``."""

    stage: Stage = Stage.WAITING
    status: Status | None = None
    function: str | None = None
    tier: int | None = None
    school_id: int | None = None
    assignee_id: str | None = None
    unassigned: bool = False


def rank_of(ticket: Ticket) -> Rank:
    return Rank(ticket.priority, ticket.rank_tier, ticket.waiting_since_at, ticket.id)


def _scoped(session: Session, actor: Actor) -> Select[Ticket]:
    """Tickets that the actor may know of."""
    ids = school_ids_for(session, actor)
    statement = select(Ticket)
    return statement if ids is None else statement.where(Ticket.school_id.in_(ids))


def _get(session: Session, actor: Actor, ticket_id: int, *, lock: bool) -> Ticket:
    statement = _scoped(session, actor).where(Ticket.id == ticket_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("There is no such ticket, or it belongs to another school.")
    return found


def get_ticket_for(session: Session, actor: Actor, ticket_id: int) -> Ticket:
    """The ticket, if the actor may see it; raises NotFound otherwise."""
    return _get(session, actor, ticket_id, lock=False)


def lock_ticket_for(session: Session, actor: Actor, ticket_id: int) -> Ticket:
    """The same, held until the unit of work ends, so that two changes wait in line."""
    return _get(session, actor, ticket_id, lock=True)


def find_by_external_id(session: Session, external_id: str) -> Ticket | None:
    return session.scalars(select(Ticket).where(Ticket.external_id == external_id)).one_or_none()


def find_open_of_probe(session: Session, probe: str, school_id: int) -> Ticket | None:
    """The one open ticket of a probe and school, held until the unit of work ends."""
    statement = (
        select(Ticket)
        .where(
            Ticket.origin_probe == probe,
            Ticket.school_id == school_id,
            Ticket.stage.in_((Stage.WAITING, Stage.PAUSED)),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one_or_none()


def list_open_of_probe(session: Session, probe: str) -> list[Ticket]:
    """Every open ticket of a probe, by id."""
    open_stages = (Stage.WAITING, Stage.PAUSED)
    statement = select(Ticket).where(Ticket.origin_probe == probe, Ticket.stage.in_(open_stages))
    return list(session.scalars(statement.order_by(Ticket.id)))


def _filtered(statement: Select[Ticket], only: Filter) -> Select[Ticket]:
    stage = STAGES[only.status] if only.status else only.stage
    statement = statement.where(Ticket.stage == stage)
    if only.status:
        statement = statement.where(Ticket.status == only.status)
    if only.function:
        statement = statement.where(Ticket.function == only.function)
    if only.tier is not None:
        statement = statement.where(Ticket.rank_tier == only.tier)
    if only.school_id is not None:
        statement = statement.where(Ticket.school_id == only.school_id)
    if only.assignee_id is not None:
        statement = statement.where(Ticket.assignee_id == only.assignee_id)
    if only.unassigned:
        statement = statement.where(Ticket.assignee_id.is_(None))
    return statement


def list_queue(
    session: Session, actor: Actor, only: Filter, *, after: Rank | None = None, limit: int = 50
) -> list[Ticket]:
    """Tickets in the order of the queue, from the one below ``after``."""
    statement = _filtered(_scoped(session, actor), only)
    if after is not None:
        key = (after.priority, after.tier, after.waiting_since_at, after.ticket_id)
        statement = statement.where(tuple_(*RANK) > tuple_(*key))
    return list(session.scalars(statement.order_by(*RANK).limit(limit)))


def list_newest(
    session: Session, actor: Actor, only: Filter, *, before: int | None = None, limit: int = 50
) -> list[Ticket]:
    """Tickets by number, newest first: the order for what is done."""
    statement = _filtered(_scoped(session, actor), only)
    if before is not None:
        statement = statement.where(Ticket.id < before)
    return list(session.scalars(statement.order_by(Ticket.id.desc()).limit(limit)))


def claim_top(session: Session, actor: Actor) -> Ticket | None:
    """The first waiting ticket that nobody has, held until the unit of work ends.

    Others who ask at the same moment are given the next one (PostgreSQL skips locked rows;
    SQLite lets one writer in at a time).
    """
    only = Filter(unassigned=True)
    statement = _filtered(_scoped(session, actor), only).order_by(*RANK).limit(1)
    return session.scalars(
        statement.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    ).one_or_none()


def list_messages(session: Session, actor: Actor, ticket: Ticket) -> list[TicketMessage]:
    """What was said, oldest first; notes only for those who work tickets."""
    statement = select(TicketMessage).where(TicketMessage.ticket_id == ticket.id)
    if not actor.may(WORK):
        statement = statement.where(TicketMessage.kind != "note")
    return list(session.scalars(statement.order_by(TicketMessage.id)))


def list_events(session: Session, ticket: Ticket) -> list[TicketEvent]:
    """Every change of the ticket, oldest first."""
    statement = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id)
    return list(session.scalars(statement.order_by(TicketEvent.id)))
