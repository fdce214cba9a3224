"""Reading the outbox for its loop and its watchers: what is due, what is held, how much waits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, TextClause, func, select
from sqlalchemy.orm import Session

from core.db import JsonDict
from core.outbox.models import CLAIMABLE_ROWS, OutboxMessage
from core.outbox.rules import State, TopicHealth


@dataclass(frozen=True)
class DueMessage:
    """A message to be claimed, as it was before."""

    id: int
    topic: str
    key: str
    lane: str
    payload: JsonDict
    state: str
    attempts: int
    enqueued_at: datetime
    claimed_at: datetime | None
    lease_owner: str | None


def _are_due(
    now: datetime, topics: Collection[str], paused: Collection[str]
) -> tuple[ColumnElement[bool] | TextClause, ...]:
    return (
        CLAIMABLE_ROWS,
        OutboxMessage.next_attempt_at <= now,
        OutboxMessage.topic.in_(topics),
        OutboxMessage.lane.not_in(paused),
    )


def is_any_due(
    session: Session, now: datetime, topics: Collection[str], paused: Collection[str] = ()
) -> bool:
    """Whether a claim would find something; takes no lock."""
    statement = select(OutboxMessage.id).where(*_are_due(now, topics, paused))
    first = statement.order_by(OutboxMessage.next_attempt_at, OutboxMessage.id).limit(1)
    return session.scalar(first) is not None


def lock_due(
    session: Session,
    now: datetime,
    topics: Collection[str],
    paused: Collection[str],
    limit: int,
) -> list[DueMessage]:
    """Due messages, locked for this transaction; those that another process has locked are not
    waited for.
    """
    statement = (
        select(
            OutboxMessage.id,
            OutboxMessage.topic,
            OutboxMessage.key,
            OutboxMessage.lane,
            OutboxMessage.payload,
            OutboxMessage.state,
            OutboxMessage.attempts,
            OutboxMessage.enqueued_at,
            OutboxMessage.claimed_at,
            OutboxMessage.lease_owner,
        )
        .where(*_are_due(now, topics, paused))
        .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [DueMessage(**row._asdict()) for row in session.execute(statement)]


def lock_attempts(session: Session, owner: str, message_ids: Collection[int]) -> dict[int, int]:
    """Those of the messages that ``owner`` still has under lease, locked: id -> attempt."""
    if not message_ids:
        return {}
    statement = (
        select(OutboxMessage.id, OutboxMessage.attempts)
        .where(
            OutboxMessage.id.in_(message_ids),
            OutboxMessage.state == State.SENDING,
            OutboxMessage.lease_owner == owner,
        )
        .order_by(OutboxMessage.id)
        .with_for_update()
    )
    return {message_id: attempts for message_id, attempts in session.execute(statement)}


def lock_held(
    session: Session, owner: str, message_ids: Collection[int]
) -> dict[int, OutboxMessage]:
    """Those of the messages that ``owner`` still has under lease, locked, by id."""
    if not message_ids:
        return {}
    statement = (
        select(OutboxMessage)
        .where(
            OutboxMessage.id.in_(message_ids),
            OutboxMessage.state == State.SENDING,
            OutboxMessage.lease_owner == owner,
        )
        .order_by(OutboxMessage.id)
        .with_for_update()
    )
    return {message.id: message for message in session.scalars(statement)}


@dataclass(frozen=True)
class Waiting:
    """A message of a lane that has not been settled."""

    id: int
    payload: JsonDict


def list_waiting(session: Session, lane: str, limit: int) -> list[Waiting]:
    """What waits in the lane, also what is being sent just now, oldest first."""
    rows = session.execute(
        select(OutboxMessage.id, OutboxMessage.payload)
        .where(CLAIMABLE_ROWS, OutboxMessage.lane == lane)
        .order_by(OutboxMessage.id)
        .limit(limit)
    )
    return [Waiting(message_id, payload) for message_id, payload in rows]


def count_by_topic_and_state(session: Session) -> dict[tuple[str, str], int]:
    """How many messages of each topic are in each state; only what occurs."""
    rows = session.execute(
        select(OutboxMessage.topic, OutboxMessage.state, func.count()).group_by(
            OutboxMessage.topic, OutboxMessage.state
        )
    )
    return {(topic, state): messages for topic, state, messages in rows}


def oldest_undelivered(session: Session) -> dict[str, datetime]:
    """By topic, when the message was enqueued that has waited longest for its delivery."""
    rows = session.execute(
        select(OutboxMessage.topic, func.min(OutboxMessage.enqueued_at))
        .where(CLAIMABLE_ROWS)
        .group_by(OutboxMessage.topic)
    )
    return {topic: enqueued_at for topic, enqueued_at in rows}


def list_topic_health(session: Session) -> list[TopicHealth]:
    """Every topic that the outbox has seen, and whether it gets through."""
    waiting = oldest_undelivered(session)
    dead, sent = _newest(session, State.DEAD), _newest(session, State.SENT)
    return [
        TopicHealth(topic, dead.get(topic, 0) > sent.get(topic, 0), waiting.get(topic))
        for topic in sorted({*waiting, *dead, *sent})
    ]


def _newest(session: Session, state: State) -> dict[str, int]:
    rows = session.execute(
        select(OutboxMessage.topic, func.max(OutboxMessage.id))
        .where(OutboxMessage.state == state)
        .group_by(OutboxMessage.topic)
    )
    return {topic: message_id for topic, message_id in rows}


def list_sent_before(session: Session, before: datetime, limit: int) -> Sequence[int]:
    """Ids of messages that were sent before that time, oldest first."""
    return session.scalars(
        select(OutboxMessage.id)
        .where(OutboxMessage.state == State.SENT, OutboxMessage.sent_at < before)
        .order_by(OutboxMessage.id)
        .limit(limit)
    ).all()
