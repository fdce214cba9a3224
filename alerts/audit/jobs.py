"""The watchdog and the auditor by the clock of the machine."""

from collections.abc import Sequence
from datetime import datetime

from alerts.audit.actions import audit, watch
from alerts.audit.rules import Moment
from alerts.settings import AlertSettings
from core.jobs.job import Job
from core.logs import logger
from core.runtime import Runtime
from core.settings import Settings

log = logger(__name__)


def make_jobs(settings: Settings) -> Sequence[Job]:
    """Only what is switched on."""
    alerts, jobs = settings.of(AlertSettings), []
    if alerts.watchdog.enabled:
        jobs.append(Job("alerts.watchdog", alerts.watchdog.every, keep_watch, real=True))
    if alerts.auditor.url:
        jobs.append(Job("alerts.audit", alerts.auditor.every, look, real=True))
    return jobs


def keep_watch(runtime: Runtime, real_now: datetime) -> None:
    """Raise the watchdog's alert."""
    now, speed = runtime.clock.now(), runtime.clock.speed
    with runtime.database.write() as session:
        settings = runtime.settings.of(AlertSettings)
        watch(session, settings, speed=speed, now=now, real_now=real_now)


def look(runtime: Runtime, real_now: datetime) -> None:
    """Audit, and log what is wrong."""
    settings = runtime.settings.of(AlertSettings).auditor
    moment = Moment(runtime.clock.now(), real_now, runtime.clock.speed)
    with runtime.database.write() as session:
        wrong = audit(session, settings, moment)
    if wrong:
        log.error("audit_failed", problems=wrong)
