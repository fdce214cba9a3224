"""A page of the queue with the reason of every place, read from the query string."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.web import query
from core.web.paging import after, write_cursor
from sis.organizations.queries import SchoolCard, find_school_by_sourced_id
from triage.schools import cards
from triage.tickets.models import Ticket
from triage.tickets.queries import Filter, list_newest, list_queue, rank_of
from triage.tickets.rules.order import Rank, explain
from triage.tickets.rules.priority import Function
from triage.tickets.rules.status import STAGES, Stage, Status

MINE = "me"
NOBODY = "none"


@dataclass(frozen=True)
class Row:
    """``place`` and ``reason`` are None for tickets that do not wait in the queue."""

    ticket: Ticket
    place: int | None
    reason: str | None


@dataclass(frozen=True)
class TicketPage:
    """``next`` is the cursor of the next page, None at the end."""

    rows: Sequence[Row]
    next: str | None
    schools: Mapping[int, SchoolCard]


def read_filter(session: Session, actor: Actor) -> Filter:
    """The filter that ``?status=&function=&tier=&school=&assignee=`` asks for."""
    status = query.choice("status", list(Status))
    school = query.words("school")
    card = find_school_by_sourced_id(session, actor, school) if school else None
    school_id = None if not school else card.id if card else -1
    tier = query.number("tier", 0, least=0, most=5)
    assignee = query.choice("assignee", {MINE, NOBODY})
    return Filter(
        stage=Stage(query.choice("stage", list(Stage), Stage.WAITING)),
        status=Status(status) if status else None,
        function=query.choice("function", list(Function)) or None,
        tier=tier or None,
        school_id=school_id,
        assignee_id=actor.id if assignee == MINE else None,
        unassigned=assignee == NOBODY,
    )


def read_page(session: Session, actor: Actor, only: Filter, size: int, now: datetime) -> TicketPage:
    """The page that ``?after=`` asks for: ranked while tickets are open, newest first when done."""
    stage = STAGES[only.status] if only.status else only.stage
    if stage == Stage.DONE:
        return _done(session, actor, only, size)
    key = after(int, int, datetime, int, int)
    above, place = (Rank(*key[:4]), key[4]) if key else (None, 0)
    found = list_queue(session, actor, only, after=above, limit=size + 1)
    rows = []
    for ticket in found[:size]:
        place, this = place + 1, rank_of(ticket)
        rows.append(Row(ticket, place, explain(place, this, above, now)))
        above = this
    more = above is not None and len(found) > size
    next_ = _cursor(above, place) if more and above is not None else None
    return TicketPage(rows, next_, cards(session, (row.ticket.school_id for row in rows)))


def _cursor(rank: Rank, place: int) -> str:
    return write_cursor(rank.priority, rank.tier, rank.waiting_since_at, rank.ticket_id, place)


def _done(session: Session, actor: Actor, only: Filter, size: int) -> TicketPage:
    key = after(int)
    found = list_newest(session, actor, only, before=key[0] if key else None, limit=size + 1)
    rows = [Row(ticket, None, None) for ticket in found[:size]]
    next_ = write_cursor(rows[-1].ticket.id) if len(found) > size else None
    return TicketPage(rows, next_, cards(session, (row.ticket.school_id for row in rows)))
