"""Asking for courses: a student's list as a whole, and one course for a whole grade."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.audit.actions import record, record_many
from core.auth.actor import Actor
from core.db import JsonDict
from core.errors import Conflict, Invalid
from sis.organizations.queries import get_school_for
from sis.people.models import Person
from sis.scheduling.requests.catalog import get_term, list_catalog
from sis.scheduling.requests.models import CourseRequest
from sis.scheduling.requests.queries import (
    RequestCard,
    list_request_rows,
    list_requests_of,
    requests_version,
    students_with_request,
)
from sis.scheduling.requests.rules import LOWEST_PRIORITY, Wish, problems_of
from sis.scheduling.students import get_student_at, list_students_at


@dataclass(frozen=True)
class MassEntry:
    """What a mass entry did: students who got the request, and those who had it already."""

    added: int
    had: int


def save_requests(
    session: Session,
    *,
    person_id: int,
    school_id: int,
    session_id: int,
    wishes: Sequence[Wish],
    on: date,
    version: str | None,
    by: Actor,
    now: datetime,
) -> list[RequestCard]:
    """Make the student's requests for the term exactly these, with an audit row for each change.

    ``version`` is that of the list the caller saw (None: whatever it is now). Raises NotFound
    (student, school or term unknown or outside the actor's scope), Invalid with ``fields``
    (``requests[0]``) and Conflict with the code requests_changed.
    """
    get_student_at(session, by, school_id, person_id, on)
    get_term(session, session_id)
    session.get(Person, person_id, with_for_update={"key_share": True})
    _refuse_outdated(session, person_id, school_id, session_id, version)
    _refuse_unfit(session, school_id, wishes)
    rows = {
        row.course_id: row for row in list_request_rows(session, person_id, school_id, session_id)
    }
    before = {course: _plain(row) for course, row in rows.items()}
    _remove(session, rows, {wish.course_id for wish in wishes})
    for wish in sorted(wishes, key=lambda wish: wish.alternate_of is not None):
        if wish.course_id not in rows:
            rows[wish.course_id] = _new(person_id, school_id, session_id, wish.course_id, now)
        _set(session, rows[wish.course_id], wish, rows, now)
    after = {course: _plain(row) for course, row in rows.items()}
    _record(session, person_id, before, after, by=by, now=now)
    return list_requests_of(session, person_id, school_id, session_id)


def request_for_grade(
    session: Session,
    *,
    school_id: int,
    session_id: int,
    course_id: int,
    grade: str,
    priority: int,
    on: date,
    by: Actor,
    now: datetime,
) -> MassEntry:
    """Ask for a course for every student of a grade who does not yet; in one unit of work.

    Raises NotFound (school or term), and Invalid when no student is in the grade, the course is
    not one of the school's, or the priority is none.
    """
    get_school_for(session, by, school_id)
    get_term(session, session_id)
    students = list_students_at(session, school_id, on, grade=grade)
    _refuse_mass(session, school_id, course_id, grade, priority, students=len(students))
    having = students_with_request(session, school_id, session_id, course_id)
    missing = [one.person_id for one in students if one.person_id not in having]
    rows = [_new(person_id, school_id, session_id, course_id, now) for person_id in missing]
    for row in rows:
        row.priority = priority
    session.add_all(rows)
    session.flush()
    record_many(
        session,
        by=by,
        action="requests.mass_entry",
        subject_type="course_request",
        changes=((row.id, None, _plain(row) | {"person_id": row.person_id}) for row in rows),
        now=now,
    )
    return MassEntry(added=len(missing), had=len(students) - len(missing))


def _refuse_outdated(
    session: Session, person_id: int, school_id: int, session_id: int, version: str | None
) -> None:
    if version is None:
        return
    if version != requests_version(list_requests_of(session, person_id, school_id, session_id)):
        raise Conflict(
            "Somebody else changed these requests while you did. Nothing of yours is saved yet:"
            " look at what stands here now, and save again.",
            code="requests_changed",
        )


def _refuse_unfit(session: Session, school_id: int, wishes: Sequence[Wish]) -> None:
    offered = {course.id for course in list_catalog(session, school_id)}
    problems = {
        place: "The catalog of this school does not have this course."
        for place, wish in enumerate(wishes)
        if wish.course_id not in offered
    }
    problems |= problems_of(wishes)
    if problems:
        raise Invalid(
            "Some requests cannot be saved; nothing was.",
            fields={f"requests[{place}]": text for place, text in sorted(problems.items())},
        )


def _refuse_mass(
    session: Session, school_id: int, course_id: int, grade: str, priority: int, *, students: int
) -> None:
    fields: dict[str, str] = {}
    if course_id not in {course.id for course in list_catalog(session, school_id)}:
        fields["course"] = "The catalog of this school does not have this course."
    if not students:
        fields["grade"] = f"No student of this school is in grade {grade or 'without a name'}."
    if not 1 <= priority <= LOWEST_PRIORITY:
        fields["priority"] = f"A priority is a whole number from 1 to {LOWEST_PRIORITY}."
    if fields:
        raise Invalid("No request was made: " + " ".join(fields.values()), fields=fields)


def _new(
    person_id: int, school_id: int, session_id: int, course_id: int, now: datetime
) -> CourseRequest:
    return CourseRequest(
        person_id=person_id,
        school_id=school_id,
        session_id=session_id,
        course_id=course_id,
        created_at=now,
        modified_at=now,
    )


def _set(
    session: Session,
    row: CourseRequest,
    wish: Wish,
    rows: dict[int, CourseRequest],
    now: datetime,
) -> None:
    """Own requests come first, so that the one an alternate stands in for has its id."""
    row.priority = wish.priority
    row.alternate_of_id = None if wish.alternate_of is None else rows[wish.alternate_of].id
    session.add(row)
    if session.is_modified(row):
        row.modified_at = now
    session.flush()


def _remove(session: Session, rows: dict[int, CourseRequest], kept: set[int]) -> None:
    """Take out what is no longer asked for; what stood in for it may stay as something else."""
    gone = [course for course in rows if course not in kept]
    ids = {rows[course].id for course in gone}
    for row in rows.values():
        if row.alternate_of_id in ids:
            row.alternate_of_id = None
    session.flush()
    for course in gone:
        session.delete(rows.pop(course))
    session.flush()


def _plain(row: CourseRequest) -> JsonDict:
    return {
        "course_id": row.course_id,
        "priority": row.priority,
        "alternate_of_id": row.alternate_of_id,
    }


def _record(
    session: Session,
    person_id: int,
    before: dict[int, JsonDict],
    after: dict[int, JsonDict],
    *,
    by: Actor,
    now: datetime,
) -> None:
    for course in sorted(before.keys() | after.keys()):
        old, new = before.get(course), after.get(course)
        if old != new:
            record(
                session,
                by=by,
                action="requests.change",
                subject=("person", person_id),
                before=old,
                after=new,
                now=now,
            )
