"""Runs of the scheduling engine, what each proposes, and what it refuses and why."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id, JsonDict


class ScheduleRun(Base):
    """One school, one term. ``key`` makes asking for it twice one run.

    queued -> running -> previewed -> applied -> undone, or failed. A proposal holds from
    ``effective_on``. ``figures`` are what was found, as the engine reports them.
    """

    __tablename__ = "schedule_run"
    __table_args__ = (
        CheckConstraint("scope in ('all','unscheduled')", "scope"),
        CheckConstraint(
            "status in ('queued','running','previewed','applied','undone','failed')", "status"
        ),
        CheckConstraint("max_moves >= 0", "max_moves"),
        Index(None, "school_id", "requested_at"),
        Index(None, "status"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.organization_id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("academic_session.id"))
    scope: Mapped[str]
    status: Mapped[str] = mapped_column(default="queued")
    max_moves: Mapped[int]
    effective_on: Mapped[date]
    requested_at: Mapped[datetime]
    requested_by: Mapped[str]
    requested_by_name: Mapped[str]
    started_at: Mapped[datetime | None]
    previewed_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    applied_by_name: Mapped[str | None]
    undone_at: Mapped[datetime | None]
    undone_by_name: Mapped[str | None]
    failure: Mapped[str | None]
    figures: Mapped[JsonDict | None]


class ScheduleRunPlacement(Base):
    """A seat that the run proposes; ``from_place_id`` is the place that the student leaves for it.

    ``place_id`` is what applying made of it. ``skipped`` says why it was not applied or undone.
    """

    __tablename__ = "schedule_run_placement"
    __table_args__ = (Index(None, "run_id", "person_id"),)

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("schedule_run.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    from_place_id: Mapped[int | None] = mapped_column(ForeignKey("section_enrollment.id"))
    from_ended_on: Mapped[date | None]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("section_enrollment.id"))
    skipped: Mapped[str | None]


class ScheduleRunRefusal(Base):
    """A request that the run does not fill as asked, and the reason in a sentence."""

    __tablename__ = "schedule_run_refusal"
    __table_args__ = (Index(None, "run_id", "person_id"),)

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("schedule_run.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    reason: Mapped[str]
