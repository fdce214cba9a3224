"""Keeping the outbox small."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.jobs.job import Job
from core.outbox.actions import forget_sent
from core.runtime import Runtime
from core.settings import Settings

KEPT = timedelta(days=90)
BATCH = 500


def forget_old(runtime: Runtime, real_now: datetime) -> None:
    """Delete what was sent more than 90 days ago, in small units of work."""
    while True:
        with runtime.database.write() as session:
            forgotten = forget_sent(session, before=real_now - KEPT, limit=BATCH)
        if forgotten < BATCH:
            return


def make_jobs(_settings: Settings) -> Sequence[Job]:
    return [Job("outbox.forget", timedelta(hours=1), forget_old, real=True)]
