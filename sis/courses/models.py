"""What is taught, and when and where."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id

_DAYS = (
    "days is null or (days != '' and "
    "replace(replace(replace(replace(replace(days,'M',''),'T',''),'W',''),'R',''),'F','') = '')"
)


class Course(Base):
    """What may be taught. ``organization_id`` is the district, or the one school that offers it.

    ``credits`` are those of one term; ``a_g_area`` is the letter of the UC/CSU subject area.
    """

    __tablename__ = "course"
    __table_args__ = (
        CheckConstraint("status in ('active','tobedeleted')", "status"),
        CheckConstraint("credits is null or credits between 0 and 100", "credits"),
        CheckConstraint("a_g_area is null or a_g_area in ('A','B','C','D','E','F','G')", "a_g"),
    )

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
    credits: Mapped[float | None] = mapped_column(Double)
    a_g_area: Mapped[str | None]
    modified_at: Mapped[datetime]
    import_run_id: Mapped[int | None]


class CourseOffering(Base):
    """A school means to teach a course in a session, with so many sections and seats."""

    __tablename__ = "course_offering"
    __table_args__ = (
        UniqueConstraint("course_id", "school_id", "session_id"),
        CheckConstraint("planned_sections >= 0", "planned_sections"),
        CheckConstraint("planned_seats >= 0", "planned_seats"),
        Index(None, "school_id", "session_id"),
    )

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.organization_id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("academic_session.id"))
    planned_sections: Mapped[int] = mapped_column(default=0)
    planned_seats: Mapped[int] = mapped_column(default=0)
    modified_at: Mapped[datetime]


class Section(Base):
    """A class that meets. ``[starts_on, ends_on)`` spans its terms; null means unknown.

    ``location`` is the room in which it meets now or next; what was before stands in its meetings.
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
    modified_at: Mapped[datetime] = mapped_column(index=True)
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
    """A section meets in a class period during ``[begins_on, ends_on)`` (null: all its term).

    ``days`` are letters of MTWRF in the order of the week, null for every day. ``room`` is null
    where the section's own location holds. A change ends the row and opens another.
    """

    __tablename__ = "section_meeting"
    __table_args__ = (
        Index(None, "section_id", "period"),
        CheckConstraint(_DAYS, "days"),
        CheckConstraint("begins_on is null or ends_on is null or begins_on <= ends_on", "dates"),
    )

    id: Mapped[Id]
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id", ondelete="CASCADE"))
    period: Mapped[str]
    days: Mapped[str | None]
    room: Mapped[str | None]
    begins_on: Mapped[date | None]
    ends_on: Mapped[date | None]
