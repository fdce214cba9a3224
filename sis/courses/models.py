"""What is taught, and when and where."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id


class Course(Base):
    __tablename__ = "course"
    __table_args__ = (CheckConstraint("status in ('active','tobedeleted')", "status"),)

    id: Mapped[Id]
    sourced_id: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    status: Mapped[str] = mapped_column(default="active")
    title: Mapped[str]
    code: Mapped[str | None]
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("academic_session.id"))
    grades: Mapped[str | None]
    subjects: Mapped[str | None]
    subject_codes: Mapped[str | None]
    modified_at: Mapped[datetime]
    import_run_id: Mapped[int | None]


class Section(Base):
    """A class that meets. ``[starts_on, ends_on)`` spans its terms; null means unknown.

    ``course_sourced_id`` keeps the source's word when the course itself was not sent.
    """

    __tablename__ = "section"
    __table_args__ = (
        CheckConstraint("status in ('active','tobedeleted')", "status"),
        CheckConstraint("class_type in ('homeroom','scheduled')", "class_type"),
        CheckConstraint("seats is null or seats >= 0", "seats"),
    )

    id: Mapped[Id]
    sourced_id: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    status: Mapped[str] = mapped_column(default="active")
    title: Mapped[str]
    code: Mapped[str | None]
    class_type: Mapped[str]
    location: Mapped[str | None]
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    course_sourced_id: Mapped[str | None]
    school_id: Mapped[int] = mapped_column(ForeignKey("school.organization_id"), index=True)
    track: Mapped[str] = mapped_column(default="")
    seats: Mapped[int | None]
    grades: Mapped[str | None]
    subjects: Mapped[str | None]
    subject_codes: Mapped[str | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    modified_at: Mapped[datetime]
    import_run_id: Mapped[int | None]


class SectionTerm(Base):
    __tablename__ = "section_term"

    section_id: Mapped[int] = mapped_column(
        ForeignKey("section.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    session_id: Mapped[int] = mapped_column(
        ForeignKey("academic_session.id"), primary_key=True, autoincrement=False
    )


class SectionMeeting(Base):
    """A section meets in a class period during ``[begins_on, ends_on)`` (null: all its term)."""

    __tablename__ = "section_meeting"
    __table_args__ = (Index(None, "section_id", "period"),)

    id: Mapped[Id]
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id", ondelete="CASCADE"))
    period: Mapped[str]
    begins_on: Mapped[date | None]
    ends_on: Mapped[date | None]
