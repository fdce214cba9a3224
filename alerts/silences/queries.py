"""Reading silences, always through what an actor may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session

from alerts.matching import Matcher, Op
from alerts.queries import visible_schools
from alerts.silences.models import Silence
from alerts.silences.rules.recurrence import Weekly
from alerts.silences.rules.state import Span, holds, next_change
from core.auth.actor import Actor
from core.errors import NotFound


@dataclass(frozen=True)
class ActiveSilence:
    """A silence that holds now; ``id`` is its uuid."""

    id: str
    matchers: tuple[Matcher, ...]


Position = tuple[datetime, int]
"""Where a page ended: ends_at and id of its last silence."""


def matchers_of(row: Silence) -> tuple[Matcher, ...]:
    return tuple(
        Matcher(each["name"], cast(Op, each["op"]), each["value"]) for each in row.matchers
    )


def span_of(row: Silence) -> Span:
    return Span(row.starts_at, row.ends_at, _weekly(row))


def _weekly(row: Silence) -> Weekly | None:
    if row.weekdays is None or row.begins is None or row.ends is None or row.zone is None:
        return None
    return Weekly(frozenset(row.weekdays), row.begins, row.ends, ZoneInfo(row.zone))


def list_active(session: Session, now: datetime) -> Sequence[ActiveSilence]:
    """Those that hold at ``now``, recurring ones only inside their windows; the oldest first."""
    statement = select(Silence).where(Silence.starts_at <= now, Silence.ends_at > now)
    return [
        ActiveSilence(row.uuid, matchers_of(row))
        for row in session.scalars(statement.order_by(Silence.id))
        if holds(span_of(row), now)
    ]


def next_silence_change(session: Session, now: datetime) -> datetime | None:
    """When the answer of ``list_active`` next changes by itself; None: not until somebody acts."""
    rows = session.scalars(select(Silence).where(Silence.ends_at > now))
    changes = [next_change(span_of(row), now) for row in rows]
    return min((change for change in changes if change is not None), default=None)


def _in_reach(session: Session, actor: Actor) -> ColumnElement[bool]:
    """An actor with a scope sees the silences of its schools and no others."""
    schools = visible_schools(session, actor)
    return true() if schools is None else Silence.school.in_(schools)


def get_silence_for(session: Session, actor: Actor, uuid: str) -> Silence:
    """The silence, if the actor may see it; else NotFound."""
    return _one(session, select(Silence).where(Silence.uuid == uuid, _in_reach(session, actor)))


def lock_silence_for(session: Session, actor: Actor, uuid: str) -> Silence:
    """The same, locked until the end of the transaction and fresh from the database."""
    statement = select(Silence).where(Silence.uuid == uuid, _in_reach(session, actor))
    return _one(session, statement.with_for_update().execution_options(populate_existing=True))


def _one(session: Session, statement: Select[Silence]) -> Silence:
    row = session.scalars(statement).one_or_none()
    if row is None:
        raise NotFound("silence not found")
    return row


def list_current_for(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    after: Position | None = None,
    limit: int = 50,
) -> Sequence[Silence]:
    """Active and pending silences, the one that ends first first."""
    statement = select(Silence).where(Silence.ends_at > now, _in_reach(session, actor))
    if after is not None:
        ends_at, row_id = after
        statement = statement.where(
            or_(
                Silence.ends_at > ends_at,
                and_(Silence.ends_at == ends_at, Silence.id > row_id),
            )
        )
    return session.scalars(statement.order_by(Silence.ends_at, Silence.id).limit(limit)).all()


def list_expired_for(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    since: datetime | None = None,
    after: Position | None = None,
    limit: int = 50,
) -> Sequence[Silence]:
    """Expired silences, the last one to end first; ``since``: only those that ended later."""
    statement = select(Silence).where(Silence.ends_at <= now, _in_reach(session, actor))
    if since is not None:
        statement = statement.where(Silence.ends_at > since)
    if after is not None:
        ends_at, row_id = after
        statement = statement.where(
            or_(
                Silence.ends_at < ends_at,
                and_(Silence.ends_at == ends_at, Silence.id < row_id),
            )
        )
    newest_first = statement.order_by(Silence.ends_at.desc(), Silence.id.desc())
    return session.scalars(newest_first.limit(limit)).all()


def lock_due_reminders(session: Session, now: datetime, limit: int) -> Sequence[Silence]:
    """Silences whose authors are to be reminded now, and that no other process looks at."""
    statement = (
        select(Silence)
        .where(Silence.remind_at <= now, Silence.ends_at > now)
        .order_by(Silence.remind_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(statement).all()
