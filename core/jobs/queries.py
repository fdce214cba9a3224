"""Reading what the scheduler has run."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.jobs.models import JobRun, JobTally


def get_run(session: Session, run_id: int) -> JobRun:
    """One run that this scheduler has begun."""
    return session.get_one(JobRun, run_id)


def list_runs(session: Session, *, job: str | None = None, limit: int = 50) -> Sequence[JobRun]:
    """Runs, newest first."""
    statement = select(JobRun).order_by(JobRun.id.desc()).limit(limit)
    if job is not None:
        statement = statement.where(JobRun.job == job)
    return session.scalars(statement).all()


def list_unfinished(session: Session) -> Sequence[JobRun]:
    """Runs that have begun and not ended."""
    return session.scalars(select(JobRun).where(JobRun.outcome.is_(None))).all()


def list_tallies(session: Session) -> Sequence[JobTally]:
    return session.scalars(select(JobTally).order_by(JobTally.job)).all()


def find_oldest_kept(session: Session, job: str, keep: int) -> int | None:
    """The id of the oldest of the last ``keep`` runs of a job; None if there are not so many."""
    return session.scalar(
        select(JobRun.id)
        .where(JobRun.job == job)
        .order_by(JobRun.id.desc())
        .offset(keep - 1)
        .limit(1)
    )
