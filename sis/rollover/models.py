"""Runs of the rollover, what became of each school, and where each section went."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id, JsonDict


class RolloverRun(Base):
    """One term into another; asking for the same again goes on with the same run.

    ``students`` false copies the sections alone. ``key`` is the idempotency key.
    """

    __tablename__ = "rollover_run"
    __table_args__ = (CheckConstraint("status in ('waiting','done')", "status"),)

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    from_session_id: Mapped[int] = mapped_column(ForeignKey("academic_session.id"))
    to_session_id: Mapped[int] = mapped_column(ForeignKey("academic_session.id"))
    students: Mapped[bool] = mapped_column(default=True)
    status: Mapped[str] = mapped_column(default="waiting")
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class RolloverSchool(Base):
    """A school of a run: it is rolled whole, in one transaction, or waits untouched.

    ``attempt`` grows with each undoing, so that what was undone never comes back by its id.
    ``counts`` is the reconciliation of ``sis.rollover.rules.Reconciliation``.
    """

    __tablename__ = "rollover_school"
    __table_args__ = (
        UniqueConstraint("run_id", "school_id"),
        CheckConstraint("status in ('waiting','rolled','unbalanced','undone')", "status"),
        Index(None, "school_id"),
    )

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("rollover_run.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.organization_id"))
    status: Mapped[str] = mapped_column(default="waiting")
    attempt: Mapped[int] = mapped_column(default=0)
    counts: Mapped[JsonDict | None]
    detail: Mapped[str] = mapped_column(default="")
    rolled_at: Mapped[datetime | None]


class RolloverSection(Base):
    """Where a section went: ``created``, ``matched`` (it was there), or ``continued`` itself.

    ``ended_on`` is the end that a continued section had before its term was prolonged; null when
    it was not.
    """

    __tablename__ = "rollover_section"
    __table_args__ = (
        CheckConstraint("how in ('created','matched','continued')", "how"),
        Index(None, "from_section_id"),
        Index(None, "to_section_id"),
    )

    rollover_school_id: Mapped[int] = mapped_column(
        ForeignKey("rollover_school.id"), primary_key=True, autoincrement=False
    )
    from_section_id: Mapped[int] = mapped_column(
        ForeignKey("section.id"), primary_key=True, autoincrement=False
    )
    to_section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    how: Mapped[str]
    ended_on: Mapped[date | None]
    made_at: Mapped[datetime]


class RolloverRule(Base):
    """What becomes of the sections of a course (null: of every course) of a school (null: of all).

    ``map`` goes on with ``to_course_id``, ``renew`` with the same course, ``continue`` in the same
    section; ``end`` ends with the term.
    """

    __tablename__ = "rollover_rule"
    __table_args__ = (
        CheckConstraint("action in ('continue','renew','map','end')", "action"),
        CheckConstraint("(action = 'map') = (to_course_id is not null)", "to_course"),
    )

    id: Mapped[Id]
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.organization_id"))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    action: Mapped[str]
    to_course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    modified_at: Mapped[datetime]


Index(
    "uq_rollover_rule_school_id_course_id",
    func.coalesce(RolloverRule.school_id, 0),
    func.coalesce(RolloverRule.course_id, 0),
    unique=True,
)
