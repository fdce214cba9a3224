"""School enrolments; a change of school closes one row and opens another."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id, JsonDict

OPEN_PRIMARY = text(
    "is_primary and ends_on is null and status = 'active' and source = 'bellwether'"
)
"""Imported rows are left out: a source may name two primary schools, and still must come in."""


class SchoolEnrollment(Base):
    """Enrolled ``[begins_on, ends_on)``; no ``begins_on`` means since before the records start.

    ``required_periods`` is set only where this student differs from the rule for the grade
    (reduced day, off-roll period, concurrent college enrolment). A concurrent enrolment at a
    second school is not primary; a student has one primary enrolment at a time.
    """

    __tablename__ = "school_enrollment"
    __table_args__ = (
        CheckConstraint("status in ('active','tobedeleted')", "status"),
        CheckConstraint("begins_on is null or ends_on is null or begins_on <= ends_on", "dates"),
        CheckConstraint("required_periods is null or required_periods >= 0", "required_periods"),
        Index(None, "school_id", "status"),
        Index(
            "uq_school_enrollment_open_primary",
            "person_id",
            unique=True,
            sqlite_where=OPEN_PRIMARY,
            postgresql_where=OPEN_PRIMARY,
        ),
    )

    id: Mapped[Id]
    sourced_id: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    status: Mapped[str] = mapped_column(default="active")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.organization_id"))
    track: Mapped[str] = mapped_column(default="")
    grade: Mapped[str | None]
    begins_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    entry_code: Mapped[str | None]
    entry_reason: Mapped[str | None]
    leave_code: Mapped[str | None]
    leave_reason: Mapped[str | None]
    required_periods: Mapped[int | None]
    is_primary: Mapped[bool] = mapped_column(default=True)
    modified_at: Mapped[datetime]
    import_run_id: Mapped[int | None]


class EnrollmentChange(Base):
    """What an office did, with the rows that it changed as they were before and after.

    ``rows`` is ``{"table:id": {"before": {...}, "after": {...}}}``; ``before`` is null for a row
    that the change made. Undoing puts the rows back, and says so here.
    """

    __tablename__ = "enrollment_change"
    __table_args__ = (
        CheckConstraint("kind in ('enroll','transfer','withdraw','no_show','track')", "kind"),
        CheckConstraint("(undone_at is null) = (undone_by is null)", "undone"),
        Index(None, "school_id", "at"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.organization_id"))
    to_school_id: Mapped[int | None] = mapped_column(ForeignKey("school.organization_id"))
    effective_on: Mapped[date]
    rows: Mapped[JsonDict]
    at: Mapped[datetime]
    by: Mapped[str]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
