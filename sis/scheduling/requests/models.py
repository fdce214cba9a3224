"""Course requests: what a student wants to take, before there is a seat."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id


class CourseRequest(Base):
    """A student asks for a course at a school in a term (``session_id``).

    ``priority`` counts from 1, the most wanted first. A request with ``alternate_of_id`` is
    wanted only when that one cannot be had; among alternates ``priority`` is the order to try.
    """

    __tablename__ = "course_request"
    __table_args__ = (
        UniqueConstraint("person_id", "school_id", "session_id", "course_id"),
        CheckConstraint("priority >= 1", "priority"),
        CheckConstraint("alternate_of_id is null or alternate_of_id <> id", "alternate_of"),
        Index(None, "school_id", "session_id", "course_id"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.organization_id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("academic_session.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    priority: Mapped[int]
    alternate_of_id: Mapped[int | None] = mapped_column(ForeignKey("course_request.id"), index=True)
    created_at: Mapped[datetime]
    modified_at: Mapped[datetime]
