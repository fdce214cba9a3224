"""Writing to the outbox: enqueue in the change's transaction; claim, settle and release later.

The rows of ``outbox_attempt`` are the log of these actions, so none of them writes audit rows.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import random

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.db import JsonDict
from core.outbox.handler import Delivery
from core.outbox.models import OutboxAttempt, OutboxMessage
from core.outbox.queries import list_sent_before, lock_due, lock_held
from core.outbox.rules import Result, RetryPolicy, State, next_wait
from core.upsert import insert_new
from core.wake import wake


@dataclass(frozen=True)
class Outgoing:
    """A message for the outbox; see ``enqueue``."""

    topic: str
    key: str
    payload: JsonDict
    lane: str = ""
    recipient: str = ""


def enqueue(
    session: Session,
    *,
    topic: str,
    key: str,
    payload: JsonDict,
    now: datetime,
    lane: str = "",
    recipient: str = "",
) -> bool:
    """Put a message into the outbox, in the caller's transaction; its commit wakes the delivery.

    ``now`` is the machine's time. False when the topic has that key already: nothing is sent
    twice. Messages of one ``lane`` (the topic, if empty) wait together when its provider asks to.
    ``recipient`` is the address of whoever is told, for the delivery log.
    """
    wake(session)
    return insert_new(
        session, OutboxMessage, **_queued(Outgoing(topic, key, payload, lane, recipient), now)
    )


def enqueue_all(session: Session, messages: Sequence[Outgoing], *, now: datetime) -> None:
    """Put many messages into the outbox at once; those whose key is known are left out."""
    if not messages:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(OutboxMessage).on_conflict_do_nothing()
    session.execute(statement, [_queued(message, now) for message in messages])
    wake(session)


def _queued(message: Outgoing, now: datetime) -> JsonDict:
    return {
        "topic": message.topic,
        "key": message.key,
        "lane": message.lane or message.topic,
        "recipient": message.recipient,
        "payload": message.payload,
        "state": State.QUEUED,
        "attempts": 0,
        "next_attempt_at": now,
        "enqueued_at": now,
    }


def claim(
    session: Session,
    *,
    topics: Collection[str],
    owner: str,
    lease: timedelta,
    limit: int,
    now: datetime,
    paused: Collection[str] = (),
) -> list[Delivery]:
    """Take up to ``limit`` due messages under lease; also those whose lease has ended unsettled.

    ``paused`` lanes are left alone.
    """
    messages = lock_due(session, now, topics, paused, limit)
    for message in messages:
        if message.state == State.SENDING:
            _log_lost_attempt(session, message, now)
        message.state = State.SENDING
        message.attempts += 1
        message.claimed_at = now
        message.lease_owner = owner
        message.leased_until = message.next_attempt_at = now + lease
    return [_delivery(message) for message in messages]


def _delivery(message: OutboxMessage) -> Delivery:
    return Delivery(
        id=message.id,
        topic=message.topic,
        key=message.key,
        payload=message.payload,
        attempt=message.attempts,
        enqueued_at=message.enqueued_at,
        lane=message.lane,
    )


def _log_lost_attempt(session: Session, message: OutboxMessage, now: datetime) -> None:
    session.add(
        OutboxAttempt(
            message_id=message.id,
            attempt=message.attempts,
            started_at=message.claimed_at or now,
            finished_at=now,
            outcome="lost",
            detail=f"{message.lease_owner} ended without saying how it went",
        )
    )


def settle(
    session: Session, *, owner: str, results: Sequence[Result], policy: RetryPolicy
) -> list[OutboxMessage]:
    """Write how attempts went: sent, failed with a next attempt, or dead.

    A message whose lease was lost meanwhile keeps its state; its attempt is logged all the same.
    Returns the messages that are dead now.
    """
    held = lock_held(session, owner, [result.message_id for result in results])
    dead = []
    for result in results:
        message = held.get(result.message_id)
        if message is not None and message.attempts == result.attempt:
            _apply(message, result, policy)
            outcome = message.state
            if message.state == State.DEAD:
                dead.append(message)
        else:
            outcome = State.SENT if result.failure is None else State.FAILED
        session.add(
            OutboxAttempt(
                message_id=result.message_id,
                attempt=result.attempt,
                started_at=result.started_at,
                finished_at=result.finished_at,
                outcome=str(outcome),
                detail=result.receipt if result.failure is None else result.failure.message,
            )
        )
    return dead


def _apply(message: OutboxMessage, result: Result, policy: RetryPolicy) -> None:
    message.leased_until = message.lease_owner = None
    if result.failure is None:
        message.state = State.SENT
        message.sent_at = result.finished_at
        message.receipt = result.receipt
        message.last_error = None
        return
    message.last_error = result.failure.message
    age = result.finished_at - message.enqueued_at
    wait = next_wait(policy, result.failure, result.attempt, age, random())
    if wait is None:
        message.state = State.DEAD
    else:
        message.state = State.FAILED
        message.next_attempt_at = result.finished_at + wait


def renew(
    session: Session,
    *,
    owner: str,
    message_ids: Collection[int],
    lease: timedelta,
    now: datetime,
) -> None:
    """Prolong the leases of messages that are still being worked on."""
    for message in lock_held(session, owner, message_ids).values():
        message.leased_until = message.next_attempt_at = now + lease


def release(session: Session, *, owner: str, message_ids: Collection[int], now: datetime) -> None:
    """Give back messages that were claimed and not begun; the claim does not count."""
    for message in lock_held(session, owner, message_ids).values():
        message.attempts -= 1
        message.state = State.FAILED if message.attempts else State.QUEUED
        message.next_attempt_at = now
        message.claimed_at = message.leased_until = message.lease_owner = None


def forget_sent(session: Session, *, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` messages that were sent before that time, with their attempts.

    Returns how many. Messages that are dead stay: nobody has received them.
    """
    message_ids = list_sent_before(session, before, limit)
    session.execute(delete(OutboxAttempt).where(OutboxAttempt.message_id.in_(message_ids)))
    session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(message_ids)))
    return len(message_ids)
