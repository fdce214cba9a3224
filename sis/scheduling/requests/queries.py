"""Course requests of a student and of a whole school."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from sis.courses.models import Course
from sis.scheduling.requests.models import CourseRequest
from sis.scheduling.requests.rules import version_of


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


def requests_version(cards: Iterable[RequestCard]) -> str:
    """Changes whenever one of a student's requests does: to notice that somebody was faster."""
    return version_of(
        (card.id, card.course_id, card.priority, card.alternate_of_id) for card in cards
    )


def list_request_rows(
    session: Session, person_id: int, school_id: int, session_id: int
) -> list[CourseRequest]:
    """The same as rows, for change."""
    statement = select(CourseRequest).where(
        CourseRequest.person_id == person_id,
        CourseRequest.school_id == school_id,
        CourseRequest.session_id == session_id,
    )
    return list(session.scalars(statement.order_by(CourseRequest.id)))


def students_with_request(
    session: Session, school_id: int, session_id: int, course_id: int | None = None
) -> set[int]:
    """Ids of the persons who ask for the course, or for any, at the school in the term."""
    statement = select(CourseRequest.person_id).where(
        CourseRequest.school_id == school_id, CourseRequest.session_id == session_id
    )
    if course_id is not None:
        statement = statement.where(CourseRequest.course_id == course_id)
    return set(session.scalars(statement.distinct()))


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
