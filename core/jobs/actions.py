"""Recording runs: begun before the job starts, ended after it.

``job_run`` is itself the record of who ran what, so these actions write no audit rows.
"""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.jobs.models import JobRun, JobTally
from core.jobs.queries import find_oldest_kept, get_run, list_unfinished

KEPT_RUNS = 500
PRUNE_EVERY = 50


def begin_run(session: Session, job: str, fire_at: datetime, now: datetime) -> int | None:
    """Claim a fire time: the id of the run, or None when it has been run before."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(JobRun)
        .values(job=job, fire_at=fire_at, started_at=now, detail="")
        .on_conflict_do_nothing(index_elements=["job", "fire_at"])
        .returning(JobRun.id)
    )
    run_id: int | None = session.scalar(statement)
    return run_id


def end_run(session: Session, run_id: int, *, failure: str, seconds: float, now: datetime) -> None:
    """Record how a run went; an empty ``failure`` means well."""
    run = get_run(session, run_id)
    run.finished_at = now
    run.outcome = "failed" if failure else "ok"
    run.detail = failure
    tally = session.get(JobTally, run.job)
    if tally is None:
        tally = JobTally(job=run.job, runs=0, failures=0, seconds=0.0)
        session.add(tally)
    tally.runs += 1
    tally.seconds += seconds
    tally.last_seconds = seconds
    if failure:
        tally.failures += 1
    else:
        tally.last_success_at = now
    if tally.runs % PRUNE_EVERY == 0:
        _prune(session, run.job)


def _prune(session: Session, job: str) -> None:
    oldest = find_oldest_kept(session, job, KEPT_RUNS)
    if oldest is not None:
        session.execute(delete(JobRun).where(JobRun.job == job, JobRun.id < oldest))


def close_abandoned_runs(session: Session, now: datetime) -> int:
    """A new leader's first act: what its predecessor left running counts as failed."""
    runs = list_unfinished(session)
    for run in runs:
        run.finished_at = now
        run.outcome = "failed"
        run.detail = "The scheduler ended while this ran."
    return len(runs)
