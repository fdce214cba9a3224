"""What the monitors do by the clock: a job per probe, a self-check and the tidying up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from core.jobs.job import Job
from core.logs import logger
from core.runtime import Runtime
from core.settings import Settings
from monitors.actions import forget_old_measurements, record_self_check
from monitors.evaluation import evaluate
from monitors.probe import Outcome
from monitors.running import run_probe
from monitors.settings import MonitorSettings, ProbeEntry, list_probes
from sis.scheduling.completeness import forget, rules_of
from sis.scheduling.completeness_check import verify
from sis.settings import SisSettings

log = logger(__name__)

COMPLETENESS = "scheduling_completeness"


def jobs(settings: Settings) -> Sequence[Job]:
    """All in the district's time, so that a drill runs them as often as its day needs."""
    own = settings.of(MonitorSettings)
    return (
        *(
            Job(f"probe:{one.name}", one.every, partial(sweep, one))
            for one in list_probes(settings)
        ),
        Job("monitors:self-check", own.self_check_every, check_kept_answers),
        Job("monitors:tidy", timedelta(days=1), tidy),
    )


def sweep(probe: ProbeEntry, runtime: Runtime, now: datetime) -> None:
    """One run of one probe."""
    done = run_probe(runtime, probe, now)
    if done.discarded:
        log.warning("probe_result_discarded", probe=probe.name, at=now.isoformat())
    elif done.moved:
        log.info("probe_states_changed", probe=probe.name, moved=done.moved)


def check_kept_answers(runtime: Runtime, now: datetime) -> None:
    """Compute the kept answer from scratch and compare; a difference is repaired and told.

    Until the next sweep, which computes everything again, the states are unknown.
    """
    with runtime.database.read() as session:
        found = verify(session, rules_of(runtime.settings.of(SisSettings)))
    with runtime.database.write() as session:
        record_self_check(session, COMPLETENESS, [one.text for one in found], now)
        if not found:
            return
        forget(session)
    log.error("kept_answer_differs", check=COMPLETENESS, differences=len(found))
    reason = f"the kept answer differed from the records in {len(found)} places"
    for probe in list_probes(runtime.settings):
        if probe.type.name == COMPLETENESS:
            with runtime.database.write() as session:
                evaluate(
                    session,
                    probe,
                    Outcome(error=reason),
                    settings=runtime.settings,
                    now=now,
                    real_now=runtime.clock.real_now(),
                )


def tidy(runtime: Runtime, now: datetime) -> None:
    """Forget measurements older than the settings say."""
    own = runtime.settings.of(MonitorSettings)
    with runtime.database.write() as session:
        forget_old_measurements(
            session,
            readings_before=now - timedelta(days=own.keep_readings_days),
            totals_before=now - timedelta(days=own.keep_totals_days),
        )
