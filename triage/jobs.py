"""What triage does by the clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.auth.actor import system
from core.errors import Conflict
from core.jobs.job import Job
from core.logs import logger
from core.runtime import Runtime
from core.settings import Settings
from triage.intake.probe import BATCH, follow_transitions, is_behind
from triage.tiers.actions import compute_daily, needs_daily, tier_plan

log = logger(__name__)


def follow(runtime: Runtime, now: datetime) -> None:
    """Open, update and clear the tickets of probes, batch after batch until nothing is left."""
    with runtime.database.read() as session:
        if not is_behind(session):
            return
    while True:
        with runtime.database.write() as session:
            outcome = follow_transitions(session, now)
        if outcome.opened or outcome.updated or outcome.cleared:
            log.info(
                "probe_tickets",
                opened=outcome.opened,
                updated=outcome.updated,
                cleared=outcome.cleared,
            )
        if outcome.read < BATCH:
            return


def compute_tiers_daily(runtime: Runtime, now: datetime) -> None:
    """The morning run of the tiers: at or after the hour, and at once when there is none at all."""
    plan = tier_plan(runtime.settings)
    with runtime.database.read() as session:
        if not needs_daily(session, plan, now):
            return
    try:
        with runtime.database.write() as session:
            run = compute_daily(session, plan=plan, by=system("scheduler"), now=now)
    except Conflict as refusal:
        log.info("tiers_not_computed", reason=refusal.code)
        return
    if run is not None:
        log.info("tiers_computed", run=run.id, schools=run.inputs["schools"])


def jobs(_settings: Settings) -> Sequence[Job]:
    """Transitions every 30 s; tiers are looked at every minute and computed once a day."""
    return (
        Job("triage:transitions", timedelta(seconds=30), follow),
        Job("triage:tiers", timedelta(minutes=1), compute_tiers_daily),
    )
