"""What statistics do by the clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.jobs.job import Job
from core.logs import logger
from core.runtime import Runtime
from core.settings import Settings
from core.web.settings import site
from sis.settings import SisSettings
from sis.statistical.counting import CountPlan, count_months, frames_due
from sis.statistical.reporting import rules_of

log = logger(__name__)


def count_plan(settings: Settings) -> CountPlan:
    """The count that config.yaml describes."""
    return CountPlan(settings.of(SisSettings).statistics, rules_of(settings), site(settings).zone)


def count_nightly(runtime: Runtime, now: datetime) -> None:
    """Count the months that are due: at or after the hour, and at once what was never counted."""
    plan = count_plan(runtime.settings)
    with runtime.database.read() as session:
        frames = frames_due(session, plan, now)
    if frames:
        months = count_months(runtime.database, frames, plan.rules, now)
        log.info("school_months_counted", months=months)


def jobs(_settings: Settings) -> Sequence[Job]:
    """Every half hour it is looked at what is due; most months are counted once a night."""
    return (Job("statistics:count", timedelta(minutes=30), count_nightly),)
