"""Housekeeping that nobody waits for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.auth.sessions import actions as sessions
from core.idempotency import actions as idempotency
from core.jobs.job import Job
from core.runtime import Runtime
from core.settings import Settings


def prune(runtime: Runtime, now: datetime) -> None:
    """Delete expired sessions, old sign-in attempts and kept answers."""
    with runtime.database.write() as session:
        sessions.prune(session, policy=runtime.settings.core.auth, now=now)
        idempotency.prune(session, now=now)


def make_jobs(_settings: Settings) -> Sequence[Job]:
    """Core's own jobs."""
    return [Job("core.prune", timedelta(minutes=10), prune, real=True)]
