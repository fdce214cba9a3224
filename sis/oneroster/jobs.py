"""Housekeeping of the OneRoster service."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.jobs.job import Job
from core.runtime import Runtime
from core.settings import Settings
from sis.oneroster.clients.actions import prune_tokens
from sis.oneroster.rest.actions import fold_tallies, prune_changes


def prune(runtime: Runtime, now: datetime) -> None:
    """Delete expired access tokens and old notes of changes."""
    with runtime.database.write() as session:
        prune_tokens(session, real_now=now)
        prune_changes(session, now=now)


def fold(runtime: Runtime, _now: datetime) -> None:
    """Keep the counts of long lists few."""
    with runtime.database.write() as session:
        fold_tallies(session)


def make_jobs(_settings: Settings) -> Sequence[Job]:
    """The service's jobs."""
    return [
        Job("oneroster.prune", timedelta(minutes=10), prune, real=True),
        Job("oneroster.fold_tallies", timedelta(minutes=1), fold, real=True),
    ]
