"""Enrolling students and ending enrolments; past rows are ended, never rewritten."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from sis.enrollment.models import SchoolEnrollment
from sis.enrollment.queries import find_overlapping, get_enrollment
from sis.organizations.queries import SchoolCard, get_school_for
from sis.people.models import Person
from sis.scheduling.actions import end_sections_at_school, note_change

OWN_SOURCE = "bellwether"


@dataclass(frozen=True)
class NewStudent:
    """A student whom the records do not know yet."""

    given_name: str
    family_name: str
    middle_name: str | None = None
    home_language: str | None = None
    identifier: str | None = None


def enroll_student(
    session: Session,
    *,
    school_id: int,
    student: NewStudent | int,
    grade: str | None,
    begins_on: date,
    by: Actor,
    now: datetime,
    track: str = "",
    entry_code: str | None = None,
    required_periods: int | None = None,
) -> SchoolEnrollment:
    """Enrol a new student, or a known person by id, from ``begins_on`` with no end.

    Raises NotFound (school outside the actor's scope, unknown person), Invalid (a track that the
    school does not run, a blank name) and Conflict (already enrolled there).
    """
    school = get_school_for(session, by, school_id)
    _refuse_track(school, track)
    person = _person(session, student, grade=grade, by=by, now=now)
    _refuse_second(session, person, school, begins_on)
    enrollment = SchoolEnrollment(
        sourced_id=str(uuid4()),
        source=OWN_SOURCE,
        person_id=person.id,
        school_id=school_id,
        track=track,
        grade=grade,
        begins_on=begins_on,
        entry_code=entry_code,
        required_periods=required_periods,
        modified_at=now,
    )
    session.add(enrollment)
    session.flush()
    note_change(session, person_id=person.id, now=now)
    _record_enrollment(session, enrollment, by=by, now=now)
    return enrollment


def withdraw(
    session: Session,
    *,
    enrollment_id: int,
    ends_on: date,
    by: Actor,
    now: datetime,
    leave_code: str | None = None,
) -> SchoolEnrollment:
    """End an enrolment, and the student's sections at that school, before ``ends_on``.

    Raises NotFound (or outside the actor's scope), Invalid (ends before it began) and Conflict
    (has ended already).
    """
    enrollment = get_enrollment(session, enrollment_id)
    get_school_for(session, by, enrollment.school_id)
    if enrollment.status != "active" or (enrollment.ends_on and enrollment.ends_on <= ends_on):
        raise Conflict("This enrolment has ended already.", code="ended")
    if enrollment.begins_on and ends_on < enrollment.begins_on:
        raise Invalid("It cannot end before it began.", fields={"ends_on": "before the start"})
    before = {"ends_on": enrollment.ends_on, "leave_code": enrollment.leave_code}
    enrollment.ends_on, enrollment.leave_code, enrollment.modified_at = ends_on, leave_code, now
    person_id, school_id = enrollment.person_id, enrollment.school_id
    sections = end_sections_at_school(
        session, person_id=person_id, school_id=school_id, ends_on=ends_on, by=by, now=now
    )
    note_change(session, person_id=person_id, now=now)
    record(
        session,
        by=by,
        action="enrollment.withdraw",
        subject=("school_enrollment", enrollment.id),
        before=before,
        after={"ends_on": ends_on, "leave_code": leave_code, "sections_ended": sections},
        now=now,
    )
    return enrollment


def _refuse_track(school: SchoolCard, track: str) -> None:
    if school.tracks and track not in school.tracks:
        tracks = ", ".join(repr(name) for name in school.tracks)
        raise Invalid(f"{school.name} runs the tracks {tracks}.", fields={"track": "not one"})


def _refuse_second(session: Session, person: Person, school: SchoolCard, begins_on: date) -> None:
    if find_overlapping(session, person_id=person.id, school_id=school.id, begins_on=begins_on):
        raise Conflict(f"This student is enrolled at {school.name} already.", code="enrolled")


def _record_enrollment(
    session: Session, enrollment: SchoolEnrollment, *, by: Actor, now: datetime
) -> None:
    after = {
        "person_id": enrollment.person_id,
        "school_id": enrollment.school_id,
        "track": enrollment.track,
        "grade": enrollment.grade,
        "begins_on": enrollment.begins_on,
    }
    subject = ("school_enrollment", enrollment.id)
    record(session, by=by, action="enrollment.enroll", subject=subject, after=after, now=now)


def _person(
    session: Session, student: NewStudent | int, *, grade: str | None, by: Actor, now: datetime
) -> Person:
    if isinstance(student, int):
        known = session.get(Person, student, with_for_update={"key_share": True})
        if known is None or known.status != "active":
            raise NotFound(f"There is no person {student}.")
        return known
    given, family = student.given_name.strip(), student.family_name.strip()
    if not given or not family:
        blank = "family_name" if given else "given_name"
        raise Invalid("A student needs a given and a family name.", fields={blank: "is blank"})
    person = Person(
        sourced_id=str(uuid4()),
        source=OWN_SOURCE,
        given_name=given,
        middle_name=student.middle_name,
        family_name=family,
        identifier=student.identifier,
        grade=grade,
        home_language=student.home_language,
        modified_at=now,
    )
    session.add(person)
    session.flush()
    record(
        session,
        by=by,
        action="person.create",
        subject=("person", person.id),
        after={"sourced_id": person.sourced_id, "grade": grade},
        now=now,
    )
    return person
