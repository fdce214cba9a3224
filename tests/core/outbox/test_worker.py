import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from core.clock import FrozenClock
from core.db import Database
from core.errors import ProviderError
from core.health.models import Heartbeat
from core.outbox.handler import Delivery
from core.outbox.queries import count_by_topic_and_state
from core.outbox.rules import State
from core.outbox.worker import deliver_due
from tests.core.outbox.support import (
    delivering,
    look,
    make_runtime,
    outcomes,
    put,
    wait_for,
)
from tests.support.databases import Databases, fresh_database
from tests.support.server import ROOT
from tools.children import start_child, stop_child, tail


def all_sent(database: Database, messages: int) -> bool:
    with database.read() as session:
        counts = count_by_topic_and_state(session)
    return sum(n for (_, state), n in counts.items() if state == State.SENT) == messages


def test_two_loops_deliver_each_message_once(database: Database, tmp_path: Path) -> None:
    put(database, *(f"m{number}" for number in range(300)))
    seen: Counter[str] = Counter()
    lock = threading.Lock()

    def send(delivery: Delivery) -> str:
        with lock:
            seen[delivery.key] += 1
        return "ok"

    runtime = make_runtime(database, tmp_path)
    handlers = {"greeting": send}
    with delivering(runtime, handlers, "one"), delivering(runtime, handlers, "two"):
        wait_for(lambda: all_sent(database, 300))
    assert set(seen.values()) == {1}
    assert len(seen) == 300


def test_a_crashing_handler_is_a_transient_failure(database: Database, tmp_path: Path) -> None:
    put(database, "a")
    answers = iter([ValueError("NUL \0 and \udcff"), None])

    def send(_delivery: Delivery) -> str:
        if (answer := next(answers)) is not None:
            raise answer
        return "ok"

    with delivering(make_runtime(database, tmp_path, first_retry_seconds=0.01), {"greeting": send}):
        wait_for(lambda: all_sent(database, 1))
    assert outcomes(database) == ["failed", "sent"]


def test_a_message_of_an_unknown_topic_waits(database: Database, tmp_path: Path) -> None:
    put(database, "a", topic="nobody's")
    assert deliver_due(make_runtime(database, tmp_path), {"greeting": lambda _: "ok"}, "one") == 0
    assert look(database).state == State.QUEUED


def test_a_provider_that_wants_us_to_wait_blocks_no_worker(
    database: Database, tmp_path: Path
) -> None:
    put(database, "busy", topic="slow")
    put(database, *"abcde")

    def refuse(_delivery: Delivery) -> str:
        raise ProviderError("429", retry_after=timedelta(minutes=1))

    runtime = make_runtime(database, tmp_path, workers=1)
    with delivering(runtime, {"slow": refuse, "greeting": lambda _: "ok"}):
        wait_for(lambda: all_sent(database, 5), seconds=10)
    message = look(database)
    assert message.state == State.FAILED
    assert message.next_attempt_at > datetime.now(UTC) + timedelta(seconds=40)


def test_others_of_the_lane_wait_with_the_one_that_was_told_to(
    database: Database, tmp_path: Path
) -> None:
    calls: list[str] = []
    put(database, *"abcdefgh")

    def refuse(delivery: Delivery) -> str:
        calls.append(delivery.key)
        time.sleep(0.05)
        raise ProviderError("429", retry_after=timedelta(minutes=1))

    with delivering(make_runtime(database, tmp_path, workers=1), {"greeting": refuse}):
        wait_for(lambda: bool(calls))
        time.sleep(1)
    assert len(calls) <= 3


def test_a_loop_that_stops_finishes_what_it_began_and_gives_back_the_rest(
    database: Database, tmp_path: Path
) -> None:
    put(database, *"abcd")
    began = threading.Event()

    def send(_delivery: Delivery) -> str:
        began.set()
        time.sleep(0.5)
        return "ok"

    with delivering(make_runtime(database, tmp_path, workers=1), {"greeting": send}):
        assert began.wait(10)
    states = [look(database, number).state for number in (1, 2, 3, 4)]
    assert states == [State.SENT, State.QUEUED, State.QUEUED, State.QUEUED]
    assert [look(database, number).attempts for number in (2, 3, 4)] == [0, 0, 0]


def test_a_lease_outlives_a_handler_that_takes_longer(database: Database, tmp_path: Path) -> None:
    put(database, "a")
    calls: list[int] = []

    def send(delivery: Delivery) -> str:
        calls.append(delivery.attempt)
        time.sleep(2.5)
        return "ok"

    runtime = make_runtime(database, tmp_path, lease_seconds=1)
    handlers = {"greeting": send}
    with delivering(runtime, handlers, "one"), delivering(runtime, handlers, "two"):
        wait_for(lambda: all_sent(database, 1))
    assert calls == [1]


def test_the_loop_gives_a_sign_of_life(database: Database, tmp_path: Path) -> None:
    def alive() -> bool:
        with database.read() as session:
            statement = select(Heartbeat.at).where(Heartbeat.component == "delivery")
            return session.scalar(statement) is not None

    with delivering(make_runtime(database, tmp_path), {}):
        wait_for(alive)


def test_messages_of_a_killed_process_are_delivered_when_its_lease_ends(
    database: Database, tmp_path: Path
) -> None:
    put(database, *"abc")
    log = tmp_path / "child.log"
    script = [sys.executable, "-m", "tests.core.outbox.sends_slowly", database.url, str(tmp_path)]
    child = start_child(script, log=log, cwd=ROOT)
    try:
        wait_for(lambda: child.poll() is not None or (tmp_path / "began-a").exists())
        assert child.poll() is None, tail(log)
    finally:
        stop_child(child, signal.SIGKILL)
    assert look(database).state == State.SENDING

    soon = FrozenClock(datetime.now(UTC))
    runtime = make_runtime(database, tmp_path, soon)
    assert deliver_due(runtime, {"greeting": lambda _: "ok"}, "heir") < 3
    soon.advance(timedelta(seconds=6))
    deliver_due(runtime, {"greeting": lambda _: "ok"}, "heir")
    assert all_sent(database, 3)
    assert outcomes(database) == ["lost", "sent"]


@pytest.fixture
def postgresql(postgresql_databases: Databases) -> Iterator[Database]:
    with fresh_database(postgresql_databases) as database:
        yield database


def test_the_loop_outlives_a_database_that_drops_its_connections(
    postgresql: Database, tmp_path: Path
) -> None:
    drop = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with delivering(make_runtime(postgresql, tmp_path), {"greeting": lambda _: "ok"}):
        put(postgresql, "before")
        wait_for(lambda: all_sent(postgresql, 1))
        with postgresql.writer.connect() as connection:
            connection.execute(drop)
        put(postgresql, "after")
        wait_for(lambda: all_sent(postgresql, 2))
