"""Schedulers for the tests."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.clock import Clock, SystemClock
from core.db import Database
from core.jobs.job import Job
from core.jobs.models import JobRun
from core.jobs.queries import list_runs
from core.jobs.runner import Scheduler
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings


def make_runtime(database: Database, var: Path, clock: Clock | None = None) -> Runtime:
    settings = Settings(CoreSettings(), sections={}, var=var, database_url=database.url)
    return Runtime(settings, database, clock or SystemClock())


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until it holds; AssertionError when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


@contextmanager
def scheduling(runtime: Runtime, jobs: Sequence[Job]) -> Iterator[Scheduler]:
    """A scheduler that has stopped at the end of the block."""
    scheduler = Scheduler(runtime, jobs)
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.stop()


def runs_of(database: Database, job: str) -> list[JobRun]:
    """The runs of a job, oldest first."""
    with database.read() as session:
        runs = list(reversed(list_runs(session, job=job, limit=1000)))
        session.expunge_all()
        return runs
