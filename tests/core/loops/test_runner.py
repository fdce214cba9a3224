"""Loops take turns when they must, and when something was committed."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.db import Database
from core.health.actions import beat
from core.loops.loop import Loop
from core.loops.runner import running
from core.runtime import Runtime
from core.wake import wake
from tests.core.outbox.support import make_runtime, wait_for

NOW = datetime(2026, 9, 14, 14, 0, tzinfo=UTC)


def test_a_commit_of_anybody_wakes_loops_and_the_delivery(
    database: Database, tmp_path: Path
) -> None:
    turns, woken = threading.Semaphore(0), threading.Event()

    def turn(_runtime: Runtime) -> timedelta | None:
        turns.release()
        return None

    runtime = make_runtime(database, tmp_path)
    other = Database(database.url)
    with running(runtime, [Loop("counting", turn)], [woken.set]):
        assert turns.acquire(timeout=20)
        for second in range(3):
            woken.clear()
            with other.write() as session:
                beat(session, "somebody", NOW + timedelta(seconds=second))
                wake(session)
            assert woken.wait(20)
            assert turns.acquire(timeout=20)
    other.dispose()


def test_a_loop_whose_turn_fails_is_logged_and_goes_on(database: Database, tmp_path: Path) -> None:
    turns: list[int] = []

    def turn(_runtime: Runtime) -> timedelta | None:
        turns.append(1)
        if len(turns) == 1:
            raise ValueError("once")
        return timedelta()

    with running(make_runtime(database, tmp_path), [Loop("failing", turn)]):
        wait_for(lambda: len(turns) > 3)
