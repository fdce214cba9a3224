"""The delivery log: what was sent, what waits, and every attempt.

A payload may hold ``title``, the message in one sentence, and ``channel``, where it goes; lists
show these two and leave the rest of the payload in the database.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from core.db import JsonDict
from core.errors import NotFound
from core.outbox.models import ADDRESSED_ROWS, OutboxAttempt, OutboxMessage


@dataclass(frozen=True)
class LoggedMessage:
    """One message, without its payload. Times are the machine's."""

    id: int
    topic: str
    key: str
    state: str
    attempts: int
    next_attempt_at: datetime
    enqueued_at: datetime
    sent_at: datetime | None
    receipt: str | None
    last_error: str | None
    recipient: str
    title: str | None
    channel: str | None


@dataclass(frozen=True)
class LoggedAttempt:
    """One attempt that has ended: ``sent``, ``failed``, ``dead``, or ``lost`` with its process."""

    attempt: int
    started_at: datetime
    finished_at: datetime
    outcome: str
    detail: str


@dataclass(frozen=True)
class DeliveryRecord:
    """A message with its payload and every attempt at it, oldest first."""

    message: LoggedMessage
    payload: JsonDict
    attempts: Sequence[LoggedAttempt]


def _messages() -> Select[*tuple[Any, ...]]:
    message = OutboxMessage
    return select(
        message.id,
        message.topic,
        message.key,
        message.state,
        message.attempts,
        message.next_attempt_at,
        message.enqueued_at,
        message.sent_at,
        message.receipt,
        message.last_error,
        message.recipient,
        message.payload["title"].as_string(),
        message.payload["channel"].as_string(),
    )


def _logged(row: Row[*tuple[Any, ...]]) -> LoggedMessage:
    return LoggedMessage(*row)


def list_deliveries(
    session: Session,
    *,
    topic: str | None = None,
    state: str | None = None,
    recipient: str | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[LoggedMessage]:
    """The delivery log, newest first; ``before_id`` is the last id of the page before."""
    statement = _messages().order_by(OutboxMessage.id.desc()).limit(limit)
    if topic is not None:
        statement = statement.where(OutboxMessage.topic == topic)
    if state is not None:
        statement = statement.where(OutboxMessage.state == state)
    if recipient:
        statement = statement.where(OutboxMessage.recipient == recipient, ADDRESSED_ROWS)
    if before_id is not None:
        statement = statement.where(OutboxMessage.id < before_id)
    return [_logged(row) for row in session.execute(statement)]


def get_delivery(session: Session, message_id: int) -> DeliveryRecord:
    """One message, its payload and its attempts; raises NotFound."""
    row = session.execute(_messages().where(OutboxMessage.id == message_id)).first()
    if row is None:
        raise NotFound(f"There is no delivery {message_id}.")
    payload = session.scalar(select(OutboxMessage.payload).where(OutboxMessage.id == message_id))
    attempts = session.execute(
        select(
            OutboxAttempt.attempt,
            OutboxAttempt.started_at,
            OutboxAttempt.finished_at,
            OutboxAttempt.outcome,
            OutboxAttempt.detail,
        )
        .where(OutboxAttempt.message_id == message_id)
        .order_by(OutboxAttempt.attempt, OutboxAttempt.id)
    )
    return DeliveryRecord(
        _logged(row), payload or {}, [LoggedAttempt(*attempt) for attempt in attempts]
    )


def get_delivery_id(session: Session, topic: str, key: str) -> int:
    """The number of a message that exists."""
    return session.scalars(
        select(OutboxMessage.id).where(OutboxMessage.topic == topic, OutboxMessage.key == key)
    ).one()


def list_messages_of(
    session: Session, topics: Collection[str], keys: Collection[str]
) -> list[LoggedMessage]:
    """The messages of these topics that have one of these keys, the oldest first."""
    statement = _messages().where(OutboxMessage.topic.in_(topics), OutboxMessage.key.in_(keys))
    return [_logged(row) for row in session.execute(statement.order_by(OutboxMessage.id))]


def list_topics(session: Session) -> Sequence[str]:
    """Every topic that the outbox has seen."""
    statement = select(OutboxMessage.topic).distinct().order_by(OutboxMessage.topic)
    return session.scalars(statement).all()


def last_attempt_id(session: Session) -> int:
    """A stamp that grows whenever an attempt has ended."""
    return session.scalar(select(func.max(OutboxAttempt.id))) or 0
