"""The scheduler process computes the runs that pages ask for."""

from datetime import datetime, timedelta

from core.jobs.job import Job
from core.runtime import Runtime
from sis.scheduling.runs.computing import compute_runs, waiting_runs
from sis.scheduling.runs.executor import running_executor
from sis.settings import SisSettings


def compute_waiting(runtime: Runtime, _now: datetime) -> None:
    """Compute every waiting run; quiet when there is none."""
    waiting = waiting_runs(runtime)
    if waiting:
        with running_executor(runtime.settings.of(SisSettings).scheduling) as executor:
            compute_runs(runtime, waiting, executor)


JOBS = (Job("scheduling.compute_runs", timedelta(seconds=5), compute_waiting, real=True),)
