"""Counting attempts for the metrics."""

from collections import Counter
from typing import NamedTuple

from sqlalchemy import ColumnElement, Float, case, cast, extract, func, select
from sqlalchemy.orm import Session

from core.outbox.models import OutboxAttempt, OutboxMessage

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)
"""Upper bounds in seconds from enqueuing to the end of the attempt."""
_DAY = 86_400


class Attempted(NamedTuple):
    """``bucket`` is the place in ``BUCKETS`` of how long it took, their number when longer."""

    topic: str
    outcome: str
    bucket: int


def count_attempts(session: Session, after: int, until: int | None) -> Counter[Attempted]:
    """Attempts with ``after < id <= until``; None: without an end."""
    seconds = _seconds(session)
    bucket = case(
        *((seconds <= bound, number) for number, bound in enumerate(BUCKETS)), else_=len(BUCKETS)
    )
    statement = (
        select(OutboxMessage.topic, OutboxAttempt.outcome, bucket.label("bucket"), func.count())
        .join(OutboxMessage, OutboxMessage.id == OutboxAttempt.message_id)
        .where(OutboxAttempt.id > after)
        .group_by(OutboxMessage.topic, OutboxAttempt.outcome, "bucket")
    )
    if until is not None:
        statement = statement.where(OutboxAttempt.id <= until)
    return Counter({Attempted(*key): count for *key, count in session.execute(statement)})


def _seconds(session: Session) -> ColumnElement[float]:
    begun, ended = OutboxMessage.enqueued_at, OutboxAttempt.finished_at
    if session.get_bind().dialect.name == "postgresql":
        return cast(extract("epoch", ended - begun), Float)
    return (func.julianday(ended) - func.julianday(begun)) * _DAY


def last_attempt_id(session: Session) -> int:
    """The highest id; 0 without any attempt."""
    return session.scalar(select(func.max(OutboxAttempt.id))) or 0
