"""What an office sees of an enrolment that it is about to end or to take over."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import NotFound
from sis.enrollment.queries import EnrollmentCard, find_person_of, list_enrollments
from sis.enrollment.search_queries import FoundStudent
from sis.enrollment.searching import look_at
from sis.organizations.queries import get_school


@dataclass(frozen=True)
class Moving:
    """``tracks`` are those of the enrolment's school."""

    student: FoundStudent
    enrollment: EnrollmentCard
    tracks: tuple[str, ...]


def get_moving_for(
    session: Session, by: Actor, enrollment_id: int, *, now: datetime, on: date
) -> Moving:
    """The enrolment, whatever its school: who may change it is the action's to decide.

    A student of another school is shown as by a search, and noted. NotFound.
    """
    person_id = find_person_of(session, enrollment_id)
    found = list_enrollments(session, [person_id] if person_id else []).get(person_id or 0, ())
    enrollment = next((one for one in found if one.id == enrollment_id), None)
    if person_id is None or enrollment is None:
        raise NotFound(f"There is no enrolment {enrollment_id}.")
    student = look_at(session, person_id, by=by, now=now, on=on)
    return Moving(student, enrollment, get_school(session, enrollment.school_id).tracks)
