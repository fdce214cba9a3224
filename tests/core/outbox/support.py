"""A runtime and messages for the outbox tests."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from core.clock import Clock, SystemClock
from core.db import Database
from core.outbox.actions import enqueue
from core.outbox.handler import Handler
from core.outbox.log_queries import get_delivery
from core.outbox.models import OutboxMessage
from core.outbox.worker import DeliveryLoop
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings, DeliverySettings

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def make_runtime(
    database: Database, var: Path, clock: Clock | None = None, **delivery: float
) -> Runtime:
    """``delivery`` are keys of the section of that name, also smaller than people may choose."""
    core = CoreSettings(delivery=DeliverySettings().model_copy(update=delivery))
    settings = Settings(core=core, sections={}, var=var, database_url=database.url)
    return Runtime(settings, database, clock or SystemClock())


def put(database: Database, *keys: str, topic: str = "greeting", at: datetime = LONG_AGO) -> None:
    """Enqueue a message for each key, due since ``at``."""
    with database.write() as session:
        for key in keys:
            assert enqueue(session, topic=topic, key=key, payload={"say": key}, now=at)


def look(database: Database, message_id: int = 1) -> OutboxMessage:
    """The message as it is now."""
    with database.read() as session:
        message = session.get_one(OutboxMessage, message_id)
        session.expunge(message)
        return message


def outcomes(database: Database, message_id: int = 1) -> list[str]:
    """How the attempts at it went, oldest first."""
    with database.read() as session:
        return [attempt.outcome for attempt in get_delivery(session, message_id).attempts]


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until it holds; AssertionError when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


@contextmanager
def delivering(
    runtime: Runtime, handlers: Mapping[str, Handler], owner: str = "one"
) -> Iterator[None]:
    """A delivery loop in a thread of its own; it has ended at the end of the block."""
    stop = threading.Event()
    loop = DeliveryLoop(runtime, handlers, owner)
    thread = threading.Thread(target=loop.run_until, args=[stop])
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=30)
        assert not thread.is_alive()
