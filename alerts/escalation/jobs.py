"""What escalations and acknowledgements do by the clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from alerts.acknowledgement.actions import end_those_over, remind
from alerts.escalation.actions import MOST_AT_ONCE, advance_due
from alerts.escalation.queries import is_any_due
from alerts.settings import AlertSettings
from core.jobs.job import Job
from core.logs import logger
from core.runtime import Runtime

log = logger(__name__)


def make_jobs() -> Sequence[Job]:
    """Steps every 5 seconds of the district's time, acknowledgements every minute."""
    return [
        Job("alerts.escalations", timedelta(seconds=5), advance),
        Job("alerts.acknowledgements", timedelta(minutes=1), watch_acknowledgements),
    ]


def advance(runtime: Runtime, now: datetime) -> None:
    """Walk every escalation that is due, some at a time."""
    with runtime.database.read() as session:
        if not is_any_due(session, now):
            return
    settings, done = runtime.settings.of(AlertSettings), MOST_AT_ONCE
    while done >= MOST_AT_ONCE:
        with runtime.database.write() as session:
            done = advance_due(
                session,
                settings=settings,
                now=now,
                real_now=runtime.clock.real_now(),
                limit=MOST_AT_ONCE,
            )
        log.info("escalations_advanced", count=done)


def watch_acknowledgements(runtime: Runtime, now: datetime) -> None:
    """Write down which are over, go on with their escalations, and ask the authors of the rest."""
    settings = runtime.settings.of(AlertSettings).acknowledgement
    with runtime.database.write() as session:
        end_those_over(session, now=now)
        remind(session, settings=settings, now=now, real_now=runtime.clock.real_now())
