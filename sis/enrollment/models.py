"""School enrolments; a change of school closes one row and opens another."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id


class SchoolEnrollment(Base):
    """Enrolled ``[begins_on, ends_on)``; no ``begins_on`` means since before the records start.

    ``required_periods`` is set only where this student differs from the rule for the grade
    (reduced day, off-roll period, concurrent college enrolment).
    """

    __tablename__ = "school_enrollment"
    __table_args__ = (
        CheckConstraint("status in ('active','tobedeleted')", "status"),
        CheckConstraint("begins_on is null or ends_on is null or begins_on <= ends_on", "dates"),
        CheckConstraint("required_periods is null or required_periods >= 0", "required_periods"),
        Index(None, "school_id", "status"),
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
    leave_code: Mapped[str | None]
    required_periods: Mapped[int | None]
    is_primary: Mapped[bool] = mapped_column(default=True)
    modified_at: Mapped[datetime]
    import_run_id: Mapped[int | None]
