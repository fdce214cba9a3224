"""Who should have come by now and did not: the list from which no-shows are marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from sis.attendance.models import AttendanceEvent, AttendanceSubmission
from sis.enrollment.checks import today_at
from sis.enrollment.day_queries import find_first_day
from sis.enrollment.models import SchoolEnrollment
from sis.enrollment.queries import active_on
from sis.enrollment.rules.policy import EnrollmentPolicy, first_day_of
from sis.organizations.queries import SchoolCard
from sis.people.models import Person
from sis.people.queries import name_of
from sis.scheduling.models import SectionEnrollment

ABSENT = ("absent_unexcused", "absent_excused")


@dataclass(frozen=True)
class ExpectedStudent:
    """Enrolled since ``first_day``, and never there in ``classes_taken`` classes of which the
    attendance was taken; none were taken when that is 0.
    """

    enrollment_id: int
    person_id: int
    name: str
    grade: str | None
    track: str
    first_day: date
    classes_taken: int
    modified_at: datetime

    @property
    def value(self) -> str:
        """The enrolment and its state, for the form."""
        return f"{self.enrollment_id}@{self.modified_at.isoformat()}"


def list_expected(
    session: Session, school: SchoolCard, policy: EnrollmentPolicy, now: datetime
) -> list[ExpectedStudent]:
    """The school's students within the no-show window who were in no class yet, those who missed
    most first.
    """
    today = today_at(school, now)
    earliest = today - policy.no_show_within
    begun = {track: find_first_day(session, school.id, track, today) for track in school.tracks}
    taken = _taken(session, school.id, earliest)
    found = []
    for enrollment, person in _enrolled(session, school.id, today):
        first_day = first_day_of(enrollment.begins_on, begun.get(enrollment.track))
        classes, attended = taken.get(person.id, (0, 0))
        if first_day is not None and earliest <= first_day <= today and not attended:
            found.append(_expected(enrollment, person, first_day, classes))
    return sorted(found, key=lambda one: (-one.classes_taken, one.name, one.enrollment_id))


def _enrolled(
    session: Session, school_id: int, today: date
) -> Sequence[tuple[SchoolEnrollment, Person]]:
    statement = (
        select(SchoolEnrollment, Person)
        .join(Person, Person.id == SchoolEnrollment.person_id)
        .where(SchoolEnrollment.school_id == school_id, active_on(today))
    )
    return [(enrollment, person) for enrollment, person in session.execute(statement)]


def _taken(session: Session, school_id: int, since: date) -> dict[int, tuple[int, int]]:
    """Person id to the classes taken with the student on the roster, and those attended."""
    submission, place, event = AttendanceSubmission, SectionEnrollment, AttendanceEvent
    attended = case((or_(event.id.is_(None), event.status.not_in(ABSENT)), 1), else_=0)
    statement = (
        select(place.person_id, func.count(), func.sum(attended))
        .select_from(submission)
        .join(
            place,
            and_(
                place.section_id == submission.section_id,
                place.role == "student",
                place.status == "active",
                or_(place.begins_on.is_(None), place.begins_on <= submission.on_date),
                or_(place.ends_on.is_(None), place.ends_on > submission.on_date),
            ),
        )
        .outerjoin(
            event,
            and_(
                event.person_id == place.person_id,
                event.section_id == submission.section_id,
                event.on_date == submission.on_date,
                event.period == submission.period,
            ),
        )
        .where(submission.school_id == school_id, submission.on_date >= since)
        .group_by(place.person_id)
    )
    return {person: (count, seen) for person, count, seen in session.execute(statement)}


def _expected(
    enrollment: SchoolEnrollment, person: Person, first_day: date, classes: int
) -> ExpectedStudent:
    return ExpectedStudent(
        enrollment.id,
        person.id,
        name_of(person),
        enrollment.grade,
        enrollment.track,
        first_day,
        classes,
        enrollment.modified_at,
    )
