"""What was submitted, the exceptions in it, every later change of them, and reason codes.

A student on the roster of a submission without an event was present.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id

_STATUSES = "('present','absent_unexcused','absent_excused','tardy','left_early')"


class AttendanceReason(Base):
    """What a code means during ``[begins_on, ends_on)``; null: always.

    ``applies_to`` is absence, late (a late arrival or an early leave) or any.
    """

    __tablename__ = "attendance_reason"
    __table_args__ = (
        CheckConstraint("applies_to in ('absence','late','any')", "applies_to"),
        CheckConstraint("begins_on is null or ends_on is null or begins_on < ends_on", "dates"),
        UniqueConstraint("code", "begins_on"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    meaning: Mapped[str]
    excused: Mapped[bool]
    applies_to: Mapped[str]
    begins_on: Mapped[date | None]
    ends_on: Mapped[date | None]


class AttendanceSubmission(Base):
    """Attendance of one class was taken: a section, a date and a period.

    ``period`` "" is the daily attendance of a homeroom. ``submitted_at`` is the first time;
    ``version`` grows with every later one. The period stays what it was when it was taken.
    """

    __tablename__ = "attendance_submission"
    __table_args__ = (
        CheckConstraint("roster_size >= 0", "roster_size"),
        UniqueConstraint("section_id", "on_date", "period"),
        Index(None, "school_id", "on_date"),
    )

    id: Mapped[Id]
    school_id: Mapped[int] = mapped_column(ForeignKey("school.organization_id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    on_date: Mapped[date]
    period: Mapped[str]
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[str]
    modified_at: Mapped[datetime]
    modified_by: Mapped[str]
    roster_size: Mapped[int]
    version: Mapped[int]


class AttendanceEvent(Base):
    """What is to be said of one student in one class of one day, other than "was there".

    ``minutes`` are those missed: late by, or left early by. ``source`` office means that the
    office decided; then a status of present is kept too, and no teacher changes it.
    ``section_id`` is null where the office noted a day on which the student has no class.
    """

    __tablename__ = "attendance_event"
    __table_args__ = (
        CheckConstraint(f"status in {_STATUSES}", "status"),
        CheckConstraint("source in ('teacher','office')", "source"),
        CheckConstraint("status <> 'present' or source = 'office'", "present"),
        CheckConstraint("minutes is null or minutes between 1 and 1440", "minutes"),
        UniqueConstraint("person_id", "section_id", "on_date", "period"),
        Index(
            "uq_attendance_event_without_section",
            *("person_id", "school_id", "on_date", "period"),
            unique=True,
            sqlite_where=text("section_id is null"),
            postgresql_where=text("section_id is null"),
        ),
        Index(None, "section_id", "on_date", "period"),
        Index(None, "school_id", "on_date", "status"),
    )

    id: Mapped[Id]
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("attendance_submission.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.organization_id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    on_date: Mapped[date]
    period: Mapped[str]
    status: Mapped[str]
    reason_code: Mapped[str | None]
    minutes: Mapped[int | None]
    source: Mapped[str] = mapped_column(default="teacher")
    version: Mapped[int] = mapped_column(default=1)
    modified_at: Mapped[datetime]
    modified_by: Mapped[str]


class AttendanceChange(Base):
    """One student's attendance in one class became something else; written once.

    ``why`` is teacher (submitted again), office (corrected), no_show (made void) or undo. No
    status before or after means that there was no event. Taking a class the first time is the
    submission itself and leaves no change.
    """

    __tablename__ = "attendance_change"
    __table_args__ = (
        CheckConstraint("why in ('teacher','office','no_show','undo')", "why"),
        Index(None, "person_id", "on_date"),
        Index(None, "section_id", "on_date"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.organization_id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    on_date: Mapped[date]
    period: Mapped[str]
    why: Mapped[str]
    before_status: Mapped[str | None]
    before_reason: Mapped[str | None]
    before_minutes: Mapped[int | None]
    after_status: Mapped[str | None]
    after_reason: Mapped[str | None]
    after_minutes: Mapped[int | None]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
