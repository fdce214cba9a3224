"""The students of a school, for those who schedule them: nobody vanishes because of a date."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import NotFound
from sis.enrollment.models import SchoolEnrollment
from sis.enrollment.queries import active_on
from sis.organizations.queries import get_school_for
from sis.people.models import Person


@dataclass(frozen=True)
class Student:
    """A student with the one enrolment at the school that counts on the date asked for.

    That is the one in effect; else the next to begin; else the last that ended. ``standing`` is
    ``enrolled``, ``upcoming`` or ``left``.
    """

    person_id: int
    sourced_id: str
    name: str
    grade: str | None
    track: str
    begins_on: date | None
    ends_on: date | None
    required_periods: int | None
    standing: str


def get_student_at(
    session: Session, actor: Actor, school_id: int, person_id: int, on: date
) -> Student:
    """One student of a school in the actor's scope; NotFound."""
    get_school_for(session, actor, school_id)
    found = _students(session, school_id, on, SchoolEnrollment.person_id == person_id)
    if not found:
        raise NotFound(
            f"There is no student {person_id} at this school: no enrolment here, past or future."
        )
    return found[0]


def list_students_at(
    session: Session,
    school_id: int,
    on: date,
    *,
    grade: str | None = None,
) -> list[Student]:
    """The school's students who have not left by ``on``, by name: also those who begin later."""
    conditions: list[ColumnElement[bool]] = [
        or_(SchoolEnrollment.ends_on.is_(None), SchoolEnrollment.ends_on > on)
    ]
    if grade is not None:
        conditions.append(SchoolEnrollment.grade == grade)
    return _students(session, school_id, on, *conditions)


def find_students_at(session: Session, school_id: int, text: str, on: date) -> list[Student]:
    """Students whose name holds every word, or whose id is the text; by name.

    Those who have left are found too: their page says so.
    """
    if not text.split():
        return []
    in_name = and_(
        *(
            or_(
                Person.given_name.icontains(word, autoescape=True),
                Person.family_name.icontains(word, autoescape=True),
                Person.preferred_given_name.icontains(word, autoescape=True),
                Person.preferred_family_name.icontains(word, autoescape=True),
            )
            for word in text.split()
        )
    )
    is_id = or_(Person.sourced_id == text, Person.identifier == text)
    return _students(session, school_id, on, or_(is_id, in_name))


def _students(
    session: Session, school_id: int, on: date, *conditions: ColumnElement[bool]
) -> list[Student]:
    standing = case(
        (active_on(on), "enrolled"), (SchoolEnrollment.ends_on <= on, "left"), else_="upcoming"
    )
    statement = (
        select(SchoolEnrollment, Person, standing)
        .join(Person, Person.id == SchoolEnrollment.person_id)
        .where(
            SchoolEnrollment.school_id == school_id,
            SchoolEnrollment.status == "active",
            *conditions,
        )
    )
    best: dict[int, tuple[tuple[int, int], Student]] = {}
    for enrollment, person, word in session.execute(statement):
        rank = _rank(word, enrollment)
        if person.id not in best or rank < best[person.id][0]:
            best[person.id] = rank, _student(enrollment, person, word)
    return sorted((s for _, s in best.values()), key=lambda s: (s.name.casefold(), s.person_id))


def _rank(standing: str, enrollment: SchoolEnrollment) -> tuple[int, int]:
    begins = enrollment.begins_on.toordinal() if enrollment.begins_on else 0
    if standing == "upcoming":
        return 1, begins
    ends = enrollment.ends_on.toordinal() if enrollment.ends_on else 0
    return (0, -begins) if standing == "enrolled" else (2, -ends)


def _student(enrollment: SchoolEnrollment, person: Person, standing: str) -> Student:
    given = person.preferred_given_name or person.given_name
    family = person.preferred_family_name or person.family_name
    return Student(
        person_id=person.id,
        sourced_id=person.sourced_id,
        name=f"{given} {family}",
        grade=enrollment.grade,
        track=enrollment.track,
        begins_on=enrollment.begins_on,
        ends_on=enrollment.ends_on,
        required_periods=enrollment.required_periods,
        standing=standing,
    )
