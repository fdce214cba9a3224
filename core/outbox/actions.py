"""Writing to the outbox: enqueue in the change's transaction; claim, settle and release later.

The rows of ``outbox_attempt`` are the log of these actions, so none of them writes audit rows.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import random

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from core.bulk import insert_many
from core.db import JsonDict
from core.outbox.handler import Delivery, FailedDelivery, OnFailed
from core.outbox.models import OutboxAttempt, OutboxMessage
from core.outbox.queries import DueMessage, list_sent_before, lock_attempts, lock_due, lock_held
from core.outbox.rules import Failure, Result, RetryPolicy, State, next_wait
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


NOBODY: Mapping[str, OnFailed] = {}


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
    insert_many(session, OutboxMessage, [_queued(message, now) for message in messages])
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
    lost = [message for message in messages if message.state == State.SENDING]
    if lost:
        session.execute(insert(OutboxAttempt), [_lost_attempt(each, now) for each in lost])
    if messages:
        until = now + lease
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_([message.id for message in messages]))
            .values(
                state=State.SENDING,
                attempts=OutboxMessage.attempts + 1,
                claimed_at=now,
                lease_owner=owner,
                leased_until=until,
                next_attempt_at=until,
            ),
            execution_options={"synchronize_session": False},
        )
    return [_delivery(message) for message in messages]


def _delivery(message: DueMessage) -> Delivery:
    return Delivery(
        id=message.id,
        topic=message.topic,
        key=message.key,
        payload=message.payload,
        attempt=message.attempts + 1,
        enqueued_at=message.enqueued_at,
        lane=message.lane,
    )


def _lost_attempt(message: DueMessage, now: datetime) -> JsonDict:
    return {
        "message_id": message.id,
        "attempt": message.attempts,
        "started_at": message.claimed_at or now,
        "finished_at": now,
        "outcome": "lost",
        "detail": f"{message.lease_owner} ended without saying how it went",
    }


def settle(
    session: Session,
    *,
    owner: str,
    results: Sequence[Result],
    policy: RetryPolicy,
    on_failed: Mapping[str, OnFailed] = NOBODY,
) -> list[OutboxMessage]:
    """Write how attempts went: sent, failed with a next attempt, or dead.

    A message whose lease was lost meanwhile keeps its state; its attempt is logged all the same.
    ``on_failed`` (by topic) is called for every attempt that failed. Returns the messages that are
    dead now.
    """
    mine = lock_attempts(session, owner, [result.message_id for result in results])
    held = [result for result in results if mine.get(result.message_id) == result.attempt]
    sent = [_sent(result) for result in held if result.failure is None]
    if sent:
        session.execute(update(OutboxMessage), sent)
    failed = {result.message_id: result for result in held if result.failure is not None}
    messages = lock_held(session, owner, failed)
    for message_id, result in failed.items():
        message = messages[message_id]
        _fail(message, result, policy)
        if message.topic in on_failed:
            on_failed[message.topic](session, _failed(message, result))
    outcomes = {message_id: messages[message_id].state for message_id in failed}
    rows = [_attempt(result, outcomes.get(result.message_id)) for result in results]
    if rows:
        session.execute(insert(OutboxAttempt), rows)
    return [message for message in messages.values() if message.state == State.DEAD]


def _attempt(result: Result, state: str | None) -> JsonDict:
    outcome = State.SENT if result.failure is None else state or State.FAILED
    return {
        "message_id": result.message_id,
        "attempt": result.attempt,
        "started_at": result.started_at,
        "finished_at": result.finished_at,
        "outcome": str(outcome),
        "detail": result.receipt if result.failure is None else result.failure.message,
    }


def _sent(result: Result) -> JsonDict:
    return {
        "id": result.message_id,
        "state": State.SENT,
        "sent_at": result.finished_at,
        "receipt": result.receipt,
        "last_error": None,
        "leased_until": None,
        "lease_owner": None,
    }


def _fail(message: OutboxMessage, result: Result, policy: RetryPolicy) -> None:
    failure = result.failure or Failure("")
    message.leased_until = message.lease_owner = None
    message.last_error = failure.message
    age = result.finished_at - message.enqueued_at
    wait = next_wait(policy, failure, result.attempt, age, random())
    if wait is None:
        message.state = State.DEAD
    else:
        message.state = State.FAILED
        message.next_attempt_at = result.finished_at + wait


def _failed(message: OutboxMessage, result: Result) -> FailedDelivery:
    delivery = Delivery(
        id=message.id,
        topic=message.topic,
        key=message.key,
        payload=message.payload,
        attempt=result.attempt,
        enqueued_at=message.enqueued_at,
        lane=message.lane,
    )
    age = result.finished_at - message.enqueued_at
    return FailedDelivery(delivery, message.state == State.DEAD, age, result.finished_at)


def renew(
    session: Session,
    *,
    owner: str,
    message_ids: Collection[int],
    lease: timedelta,
    now: datetime,
) -> None:
    """Prolong the leases of messages that are still being worked on."""
    mine = lock_attempts(session, owner, message_ids)
    if mine:
        until = now + lease
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(mine))
            .values(leased_until=until, next_attempt_at=until),
            execution_options={"synchronize_session": False},
        )


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
