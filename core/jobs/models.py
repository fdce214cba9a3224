"""What the scheduler has run."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id


class JobRun(Base):
    """A job at one fire time; the unique key is what keeps two schedulers from both running it.

    ``fire_at`` is on the job's own clock, ``started_at`` and ``finished_at`` on the machine's.
    ``outcome`` is null while the job runs.
    """

    __tablename__ = "job_run"
    __table_args__ = (
        UniqueConstraint("job", "fire_at"),
        CheckConstraint("outcome IN ('ok', 'failed')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (finished_at IS NULL)", name="finished"),
        Index(None, "job", "id"),
    )

    id: Mapped[Id]
    job: Mapped[str]
    fire_at: Mapped[datetime]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    detail: Mapped[str] = mapped_column(default="")


class JobTally(Base):
    """Totals of a job that outlive its pruned runs; the counters of the metrics."""

    __tablename__ = "job_tally"

    job: Mapped[str] = mapped_column(primary_key=True)
    runs: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    last_success_at: Mapped[datetime | None]
    last_seconds: Mapped[float] = mapped_column(default=0.0)
