"""Course requests of a student and of a whole school."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from sis.courses.models import Course
from sis.scheduling.requests.models import CourseRequest


@dataclass(frozen=True)
class RequestCard:
    """A course request; ``alternate_of_id`` is the request that it stands in for, or None."""

    id: int
    person_id: int
    course_id: int
    course_title: str
    course_code: str | None
    priority: int
    alternate_of_id: int | None
    modified_at: datetime


_Requests = Select[int, int, int, str, str | None, int, int | None, datetime]


def list_requests(session: Session, school_id: int, session_id: int) -> list[RequestCard]:
    """All requests at the school for the term, student by student; one query.

    A student's own requests come before their alternates, each by priority. Students who have
    left the school keep their requests: ask enrolment who is there.
    """
    statement = _requests().where(
        CourseRequest.school_id == school_id, CourseRequest.session_id == session_id
    )
    return [RequestCard(*row) for row in session.execute(statement)]


def list_requests_of(
    session: Session, person_id: int, school_id: int, session_id: int
) -> list[RequestCard]:
    """The student's requests at the school for the term: own ones, then alternates, by priority."""
    statement = _requests().where(
        CourseRequest.person_id == person_id,
        CourseRequest.school_id == school_id,
        CourseRequest.session_id == session_id,
    )
    return [RequestCard(*row) for row in session.execute(statement)]


def _requests() -> _Requests:
    return (
        select(
            CourseRequest.id,
            CourseRequest.person_id,
            CourseRequest.course_id,
            Course.title,
            Course.code,
            CourseRequest.priority,
            CourseRequest.alternate_of_id,
            CourseRequest.modified_at,
        )
        .join(Course, Course.id == CourseRequest.course_id)
        .order_by(
            CourseRequest.person_id,
            CourseRequest.alternate_of_id.is_not(None),
            CourseRequest.priority,
            CourseRequest.id,
        )
    )
