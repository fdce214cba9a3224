"""The script's rows: what is due, and what was done."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import JsonDict
from core.errors import NotFound
from drills.opening_day.models import DrillEvent


@dataclass(frozen=True)
class Due:
    """An event to perform."""

    id: int
    key: str
    kind: str
    due_at: datetime
    payload: JsonDict


@dataclass(frozen=True)
class Progress:
    """How many events the script has, and how many are done."""

    events: int
    done: int


def progress(session: Session, prefix: str = "") -> Progress:
    """Of the events whose key begins with ``prefix``; none: there is no script yet."""
    counted = select(func.count(), func.count(DrillEvent.done_at)).where(
        DrillEvent.key.startswith(prefix, autoescape=True)
    )
    events, done = session.execute(counted).one()
    return Progress(events, done)


def list_due(session: Session, lane: str, now: datetime, limit: int) -> list[Due]:
    """The lane's events that are due and not done, earliest first."""
    statement = (
        select(DrillEvent)
        .where(DrillEvent.lane == lane, DrillEvent.done_at.is_(None), DrillEvent.due_at <= now)
        .order_by(DrillEvent.due_at, DrillEvent.id)
        .limit(limit)
    )
    return [Due(e.id, e.key, e.kind, e.due_at, e.payload) for e in session.scalars(statement)]


def next_due_at(session: Session) -> datetime | None:
    """When the next event that is not done is due; None when all are."""
    statement = select(DrillEvent.due_at).where(DrillEvent.done_at.is_(None))
    return session.scalar(statement.order_by(DrillEvent.due_at).limit(1))


def get_event(session: Session, event_id: int) -> DrillEvent:
    """One event, locked until the unit of work ends; NotFound."""
    event = session.scalar(select(DrillEvent).where(DrillEvent.id == event_id).with_for_update())
    if event is None:
        raise NotFound(f"There is no drill event {event_id}.")
    return event


def find_outcome(session: Session, key: str) -> JsonDict | None:
    """What an event led to; None when it is not done."""
    return session.scalar(
        select(DrillEvent.outcome).where(DrillEvent.key == key, DrillEvent.done_at.is_not(None))
    )
