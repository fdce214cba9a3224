from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from core.clock import FrozenClock
from core.db import Database
from core.outbox.actions import claim, enqueue, release, renew, settle
from core.outbox.handler import Delivery
from core.outbox.jobs import KEPT, forget_old
from core.outbox.log_queries import list_deliveries
from core.outbox.models import OutboxMessage
from core.outbox.rules import Failure, Result, RetryPolicy, State
from tests.core.outbox.support import LONG_AGO, look, make_runtime, outcomes, put

LEASE = timedelta(seconds=60)
POLICY = RetryPolicy(timedelta(seconds=2), timedelta(minutes=15), max_attempts=3)
SOON = LONG_AGO + timedelta(seconds=1)


def take(
    database: Database, owner: str = "one", limit: int = 10, after: timedelta = timedelta(0)
) -> list[Delivery]:
    with database.write() as session:
        return claim(
            session,
            topics=["greeting"],
            owner=owner,
            lease=LEASE,
            limit=limit,
            now=LONG_AGO + after,
        )


def ended(delivery: Delivery, failure: Failure | None = None) -> Result:
    return Result(delivery.id, delivery.attempt, LONG_AGO, SOON, "receipt 7", failure)


def end(database: Database, result: Result, owner: str = "one") -> None:
    with database.write() as session:
        settle(session, owner=owner, results=[result], policy=POLICY)


def test_the_same_key_is_enqueued_once(database: Database) -> None:
    put(database, "a")
    with database.write() as session:
        again = enqueue(session, topic="greeting", key="a", payload={"say": "other"}, now=LONG_AGO)
        other_topic = enqueue(session, topic="farewell", key="a", payload={}, now=LONG_AGO)
    assert (again, other_topic) == (False, True)
    assert look(database).payload == {"say": "a"}


def test_a_change_that_is_rolled_back_sends_nothing(database: Database) -> None:
    with database.write() as session:
        enqueue(session, topic="greeting", key="a", payload={}, now=LONG_AGO)
        session.rollback()
    assert take(database) == []


def test_a_claim_takes_the_oldest_due_messages_of_its_topics(database: Database) -> None:
    put(database, "later", at=LONG_AGO + timedelta(seconds=5))
    put(database, "first", "second")
    put(database, "other", topic="farewell")
    assert [delivery.key for delivery in take(database, limit=2)] == ["first", "second"]
    assert take(database) == []
    assert [d.key for d in take(database, after=timedelta(seconds=5))] == ["later"]


def test_a_lease_keeps_others_away_until_it_ends(database: Database) -> None:
    put(database, "a")
    assert len(take(database)) == 1
    assert take(database, "two", after=LEASE - timedelta(seconds=1)) == []
    [again] = take(database, "two", after=LEASE)
    assert again.attempt == 2
    assert outcomes(database) == ["lost"]


def test_a_renewed_lease_lasts_longer(database: Database) -> None:
    put(database, "a")
    [delivery] = take(database)
    with database.write() as session:
        renew(session, owner="one", message_ids=[delivery.id], lease=LEASE, now=SOON)
    assert take(database, "two", after=LEASE) == []


def test_success_is_sent_with_its_receipt(database: Database) -> None:
    put(database, "a")
    end(database, ended(take(database)[0]))
    message = look(database)
    assert (message.state, message.receipt, message.sent_at) == (State.SENT, "receipt 7", SOON)
    assert outcomes(database) == ["sent"]
    assert take(database, after=timedelta(days=9)) == []


def test_a_transient_failure_is_tried_again_and_then_given_up(database: Database) -> None:
    put(database, "a")
    for expected in (State.FAILED, State.FAILED, State.DEAD):
        [delivery] = take(database, after=timedelta(hours=1))
        end(database, ended(delivery, Failure("no answer")))
        assert look(database).state == expected
    assert look(database).last_error == "no answer"
    assert outcomes(database) == ["failed", "failed", "dead"]
    assert take(database, after=timedelta(days=9)) == []


def test_retry_after_sets_the_next_attempt(database: Database) -> None:
    put(database, "a")
    end(database, ended(take(database)[0], Failure("busy", retry_after=timedelta(seconds=30))))
    assert look(database).next_attempt_at == SOON + timedelta(seconds=30)


def test_a_permanent_failure_is_dead_at_once(database: Database) -> None:
    put(database, "a")
    end(database, ended(take(database)[0], Failure("no such channel", permanent=True)))
    assert look(database).state == State.DEAD


def test_who_lost_the_lease_changes_nothing_but_the_log(database: Database) -> None:
    put(database, "a")
    [slow] = take(database, "slow")
    take(database, "quick", after=LEASE)
    end(database, ended(slow), owner="slow")
    message = look(database)
    assert (message.state, message.lease_owner) == (State.SENDING, "quick")
    assert outcomes(database) == ["lost", "sent"]


def test_released_messages_are_due_again_as_if_never_claimed(database: Database) -> None:
    put(database, "a")
    [delivery] = take(database)
    with database.write() as session:
        release(session, owner="one", message_ids=[delivery.id], now=SOON)
    message = look(database)
    assert (message.state, message.attempts, message.lease_owner) == (State.QUEUED, 0, None)


def test_a_paused_lane_is_left_alone(database: Database) -> None:
    with database.write() as session:
        enqueue(session, topic="greeting", key="a", payload={}, now=LONG_AGO, lane="busy")
        enqueue(session, topic="greeting", key="b", payload={}, now=LONG_AGO, lane="free")
        found = claim(
            session,
            topics=["greeting"],
            owner="one",
            lease=LEASE,
            limit=9,
            now=LONG_AGO,
            paused=["busy"],
        )
    assert [delivery.key for delivery in found] == ["b"]


def test_the_database_refuses_a_message_in_sending_without_a_lease(database: Database) -> None:
    put(database, "a")
    statement = update(OutboxMessage).values(state=State.SENDING)
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(statement)


def test_what_was_sent_long_ago_is_forgotten_and_the_dead_are_kept(
    database: Database, tmp_path: Path
) -> None:
    put(database, "old", "dead", "waiting")
    old, dead = take(database, limit=2)
    end(database, ended(old))
    end(database, ended(dead, Failure("refused", permanent=True)))
    clock = FrozenClock(SOON + KEPT)
    runtime = make_runtime(database, tmp_path, clock)
    forget_old(runtime, clock.real_now())
    assert look(database, old.id).state == State.SENT
    forget_old(runtime, clock.advance(timedelta(seconds=1)))
    with database.read() as session:
        assert [message.key for message in list_deliveries(session)] == ["waiting", "dead"]
