"""Who is enrolled where on a date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import NotFound
from sis.enrollment.models import SchoolEnrollment
from sis.organizations.models import Organization
from sis.organizations.queries import school_ids_for
from sis.people.models import Demographics, Person


@dataclass(frozen=True)
class EnrollmentCard:
    """One enrolment, ``[begins_on, ends_on)``, with the name of its school."""

    id: int
    school_id: int
    school_name: str
    track: str
    grade: str | None
    begins_on: date | None
    ends_on: date | None
    is_primary: bool
    entry_code: str | None
    entry_reason: str | None
    leave_code: str | None
    leave_reason: str | None
    required_periods: int | None
    modified_at: datetime

    def counts_on(self, on: date) -> bool:
        """Whether the student is enrolled by this one on that date."""
        began = self.begins_on is None or self.begins_on <= on
        return began and (self.ends_on is None or self.ends_on > on)


@dataclass(frozen=True)
class StudentCard:
    """A student as the school's own people see one; enrolments are in the order they began."""

    id: int
    sourced_id: str
    given_name: str
    middle_name: str | None
    family_name: str
    name: str
    birth_date: date | None
    grade: str | None
    home_language: str | None
    local_id: str | None
    ssid: str | None
    modified_at: datetime
    enrollments: tuple[EnrollmentCard, ...]

    def enrollments_on(self, on: date) -> list[EnrollmentCard]:
        """Those that count on the date, the primary one first."""
        counting = [one for one in self.enrollments if one.counts_on(on)]
        return sorted(counting, key=lambda one: not one.is_primary)


def active_on(on: date) -> ColumnElement[bool]:
    """The condition of a school enrolment that counts on ``on``: active, and in its dates."""
    return and_(
        SchoolEnrollment.status == "active",
        or_(SchoolEnrollment.begins_on.is_(None), SchoolEnrollment.begins_on <= on),
        or_(SchoolEnrollment.ends_on.is_(None), SchoolEnrollment.ends_on > on),
    )


def count_active(session: Session, on: date) -> dict[int, int]:
    """School id to the number of students enrolled and active on ``on``; one query.

    A school without any is not in the answer.
    """
    statement = (
        select(
            SchoolEnrollment.school_id,
            func.count(func.distinct(SchoolEnrollment.person_id)),
        )
        .where(active_on(on))
        .group_by(SchoolEnrollment.school_id)
    )
    return {school_id: count for school_id, count in session.execute(statement)}


def lock_student(session: Session, person_id: int) -> Person:
    """The person, locked until the unit of work ends: of two offices that change the enrolments
    of one student the second waits, and then sees what the first did. NotFound.
    """
    person = session.get(
        Person, person_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if person is None or person.status != "active":
        raise NotFound(f"There is no person {person_id}.")
    return person


def get_enrollment(session: Session, enrollment_id: int) -> SchoolEnrollment:
    """One school enrolment, locked with its student until the unit of work ends; NotFound."""
    refusal = f"There is no enrolment {enrollment_id}."
    person_id = find_person_of(session, enrollment_id)
    if person_id is None:
        raise NotFound(refusal)
    lock_student(session, person_id)
    statement = (
        select(SchoolEnrollment)
        .where(SchoolEnrollment.id == enrollment_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    enrollment = session.scalar(statement)
    if enrollment is None:
        raise NotFound(refusal)
    return enrollment


def find_person_of(session: Session, enrollment_id: int) -> int | None:
    """The id of the person whom the enrolment is of; or None."""
    mine = SchoolEnrollment.id == enrollment_id
    return session.scalar(select(SchoolEnrollment.person_id).where(mine))


def get_enrollment_card(session: Session, enrollment_id: int) -> EnrollmentCard:
    """The enrolment, deleted or not, whatever its school; NotFound."""
    statement = (
        select(SchoolEnrollment, Organization.name)
        .join(Organization, Organization.id == SchoolEnrollment.school_id)
        .where(SchoolEnrollment.id == enrollment_id)
    )
    row = session.execute(statement).first()
    if row is None:
        raise NotFound(f"There is no enrolment {enrollment_id}.")
    return _enrollment(row[0], row[1])


def find_active(
    session: Session, *, person_id: int, school_id: int, on: date
) -> SchoolEnrollment | None:
    """The student's enrolment at that school on ``on``, locked for change; or None."""
    statement = (
        select(SchoolEnrollment)
        .where(
            SchoolEnrollment.person_id == person_id,
            SchoolEnrollment.school_id == school_id,
            active_on(on),
        )
        .order_by(SchoolEnrollment.id)
        .limit(1)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return session.scalar(statement)


def find_overlapping(
    session: Session, *, person_id: int, school_id: int, begins_on: date
) -> SchoolEnrollment | None:
    """An enrolment at that school that has not ended by ``begins_on``; or None."""
    statement = select(SchoolEnrollment).where(
        SchoolEnrollment.person_id == person_id,
        SchoolEnrollment.school_id == school_id,
        SchoolEnrollment.status == "active",
        or_(SchoolEnrollment.ends_on.is_(None), SchoolEnrollment.ends_on > begins_on),
    )
    return session.scalar(statement.limit(1))


def get_student_for(session: Session, actor: Actor, person_id: int) -> StudentCard:
    """The student with all enrolments, past ones too; three queries.

    NotFound unless one of the enrolments is, was or will be at a school in the actor's scope.
    """
    row = session.execute(
        select(Person, Demographics.birth_date)
        .outerjoin(Demographics, Demographics.person_id == Person.id)
        .where(Person.id == person_id, Person.status == "active")
    ).first()
    enrollments = list_enrollments(session, [person_id]).get(person_id, ())
    own = school_ids_for(session, actor)
    seen = own is None or any(one.school_id in own for one in enrollments)
    if row is None or not enrollments or not seen:
        raise NotFound(f"There is no student {person_id} at a school that you may see.")
    return _student(row[0], row[1], enrollments)


def list_enrollments(
    session: Session, person_ids: Iterable[int]
) -> dict[int, tuple[EnrollmentCard, ...]]:
    """Person id to the enrolments that were not deleted, in the order they began; one query."""
    statement = (
        select(SchoolEnrollment, Organization.name)
        .join(Organization, Organization.id == SchoolEnrollment.school_id)
        .where(SchoolEnrollment.person_id.in_(set(person_ids)), SchoolEnrollment.status == "active")
        .order_by(
            SchoolEnrollment.begins_on.is_not(None),
            SchoolEnrollment.begins_on,
            SchoolEnrollment.id,
        )
    )
    found: dict[int, tuple[EnrollmentCard, ...]] = {}
    for row, school in session.execute(statement):
        found[row.person_id] = (*found.get(row.person_id, ()), _enrollment(row, school))
    return found


def _student(
    person: Person, birth_date: date | None, enrollments: tuple[EnrollmentCard, ...]
) -> StudentCard:
    given = person.preferred_given_name or person.given_name
    family = person.preferred_family_name or person.family_name
    return StudentCard(
        id=person.id,
        sourced_id=person.sourced_id,
        given_name=person.given_name,
        middle_name=person.middle_name,
        family_name=person.family_name,
        name=f"{given} {family}",
        birth_date=birth_date,
        grade=person.grade,
        home_language=person.home_language,
        local_id=person.identifier,
        ssid=person.ssid,
        modified_at=person.modified_at,
        enrollments=enrollments,
    )


def _enrollment(row: SchoolEnrollment, school: str) -> EnrollmentCard:
    return EnrollmentCard(
        id=row.id,
        school_id=row.school_id,
        school_name=school,
        track=row.track,
        grade=row.grade,
        begins_on=row.begins_on,
        ends_on=row.ends_on,
        is_primary=row.is_primary,
        entry_code=row.entry_code,
        entry_reason=row.entry_reason,
        leave_code=row.leave_code,
        leave_reason=row.leave_reason,
        required_periods=row.required_periods,
        modified_at=row.modified_at,
    )
