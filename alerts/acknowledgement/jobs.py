"""What acknowledgements do by the clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from alerts.acknowledgement.actions import end_those_over, remind
from alerts.settings import AlertSettings
from core.jobs.job import Job
from core.runtime import Runtime


def make_jobs() -> Sequence[Job]:
    """Acknowledgements are looked at every 30 seconds of the district's time."""
    return [Job("alerts.acknowledgements", timedelta(seconds=30), watch_acknowledgements)]


def watch_acknowledgements(runtime: Runtime, now: datetime) -> None:
    """Write down which are over, go on with their escalations, and ask the authors of the rest."""
    settings = runtime.settings.of(AlertSettings).acknowledgement
    real_now = runtime.clock.real_now()
    with runtime.database.write() as session:
        end_those_over(session, now=now, real_now=real_now)
        remind(session, settings=settings, now=now, real_now=real_now)
