"""Numbers over all tickets, for tiles, tables and metrics: one statement each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select, text
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from sis.organizations.queries import school_ids_for
from triage.tickets.models import OPEN, UNANSWERED, Ticket, TicketEvent
from triage.tickets.queries import Filter, list_queue
from triage.tickets.rules.status import Stage

OPEN_STAGES = (Stage.WAITING, Stage.PAUSED)
PROBE = "probe"


@dataclass(frozen=True)
class SchoolTickets:
    """Open tickets of one school; ``unanswered`` of them had no answer from a person yet."""

    open: int
    unanswered: int
    oldest_unanswered_at: datetime | None


@dataclass(frozen=True)
class Tiles:
    """The desk at a glance. ``by_function`` counts open tickets, most first."""

    open: int
    unassigned: int
    unanswered: int
    oldest_unanswered_at: datetime | None
    by_function: dict[str, int]


@dataclass(frozen=True)
class TicketSummary:
    """One ticket as other packages show it."""

    id: int
    school_id: int | None
    function: str
    subject: str
    status: str
    priority: int
    students_affected: int | None
    channel: str
    assignee_name: str | None
    opened_at: datetime
    waiting_since_at: datetime
    first_responded_at: datetime | None


def count_by_function_and_priority(session: Session) -> dict[tuple[str, int], int]:
    """Open tickets by (function, priority)."""
    statement = (
        select(Ticket.function, Ticket.priority, func.count())
        .where(text(OPEN))
        .group_by(Ticket.function, Ticket.priority)
    )
    return {(row[0], row[1]): row[2] for row in session.execute(statement)}


def count_by_school(session: Session) -> dict[int | None, SchoolTickets]:
    """Open tickets by school id; tickets without a school stand under None.

    Grouped by function first, in the order of the index that covers everything asked for.
    """
    unanswered = case((Ticket.first_responded_at.is_(None), Ticket.opened_at))
    statement = (
        select(Ticket.school_id, func.count(), func.count(unanswered), func.min(unanswered))
        .where(text(OPEN))
        .group_by(Ticket.function, Ticket.school_id)
    )
    found: dict[int | None, SchoolTickets] = {}
    for school_id, number, without, oldest in session.execute(statement):
        before = found.get(school_id, SchoolTickets(0, 0, None))
        times = [at for at in (before.oldest_unanswered_at, oldest) if at is not None]
        found[school_id] = SchoolTickets(
            before.open + number, before.unanswered + without, min(times, default=None)
        )
    return found


def oldest_unanswered_at(session: Session) -> datetime | None:
    """When the oldest open ticket without any answer was opened."""
    statement = select(func.min(Ticket.opened_at)).where(text(UNANSWERED))
    return session.scalar(statement)


def get_tiles(session: Session, actor: Actor) -> Tiles:
    """The counts of what the actor may see."""
    unanswered = case((Ticket.first_responded_at.is_(None), Ticket.opened_at))
    unassigned = case((Ticket.assignee_id.is_(None), 1))
    statement = (
        select(
            Ticket.function,
            func.count(),
            func.count(unassigned),
            func.count(unanswered),
            func.min(unanswered),
        )
        .where(text(OPEN))
        .group_by(Ticket.function)
    )
    ids = school_ids_for(session, actor)
    if ids is not None:
        statement = statement.where(Ticket.school_id.in_(ids))
    rows = session.execute(statement.order_by(func.count().desc(), Ticket.function)).all()
    oldest = [row[4] for row in rows if row[4] is not None]
    return Tiles(
        open=sum(row[1] for row in rows),
        unassigned=sum(row[2] for row in rows),
        unanswered=sum(row[3] for row in rows),
        oldest_unanswered_at=min(oldest, default=None),
        by_function={row[0]: row[1] for row in rows},
    )


def list_open_of_school(
    session: Session, actor: Actor, school_id: int, *, limit: int = 20
) -> list[TicketSummary]:
    """A school's open tickets in the order of the queue, as far as the actor may see them."""
    found: list[Ticket] = []
    for stage in OPEN_STAGES:
        only = Filter(stage=stage, school_id=school_id)
        found += list_queue(session, actor, only, limit=limit - len(found))
    return summaries(found)


def summaries(tickets: Sequence[Ticket]) -> list[TicketSummary]:
    fields = TicketSummary.__dataclass_fields__
    return [TicketSummary(**{name: getattr(t, name) for name in fields}) for t in tickets]


def latest_event_id(session: Session) -> int:
    """Grows with every change of any ticket: a cheap stamp for whoever watches."""
    return session.scalar(select(func.max(TicketEvent.id))) or 0


def count_opened(session: Session, begin: datetime, end: datetime) -> list[tuple[int, str, int]]:
    """(school id, function, tickets) that people opened in ``[begin, end)``."""
    statement = (
        select(Ticket.school_id, Ticket.function, func.count())
        .where(
            Ticket.opened_at >= begin,
            Ticket.opened_at < end,
            Ticket.channel != PROBE,
            Ticket.school_id.is_not(None),
        )
        .group_by(Ticket.school_id, Ticket.function)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement) if row[0] is not None]


def first_opened_at(session: Session) -> datetime | None:
    """When the very first ticket was opened."""
    return session.scalar(select(func.min(Ticket.opened_at)))
