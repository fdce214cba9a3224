"""What the rows of a file speak of, looked up set by set."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from sis.calendars.models import AcademicSession
from sis.enrollment.models import SchoolEnrollment
from sis.organizations.models import Organization, School
from sis.people.models import Person
from sis.scheduling.requests.catalog import TERM_TYPES, list_catalog
from sis.scheduling.requests.models import CourseRequest

_CHUNK = 5_000
Key = tuple[int, int, int, int]
"""Person, school, term and course: one request."""


class Named(Protocol):
    """A row that names a student, a school and a term by their ids in the records."""

    @property
    def student_id(self) -> str: ...

    @property
    def school(self) -> str: ...

    @property
    def term(self) -> str: ...


@dataclass(frozen=True)
class TermDates:
    """A term and its half-open dates."""

    id: int
    starts_on: date
    ends_on: date


@dataclass
class Lookup:
    """Ids by the records' own ids; ``requests`` grows as rows are applied."""

    students: dict[str, int]
    schools: dict[str, int]
    terms: dict[str, TermDates]
    enrolled: dict[tuple[int, int], list[tuple[date | None, date | None]]]
    courses: dict[int, dict[str, list[int]]]
    requests: dict[Key, CourseRequest]
    parents: set[int] = field(default_factory=set)

    def is_enrolled(self, person: int, school: int, term: TermDates) -> bool:
        """Whether the student is at the school on a day of the term."""
        return any(
            (begins is None or begins < term.ends_on) and (ends is None or ends > term.starts_on)
            for begins, ends in self.enrolled.get((person, school), ())
        )

    def course(self, school: int, code: str) -> tuple[int | None, str]:
        """The school's course with this code; or None and why."""
        found = self.courses.get(school, {}).get(code.casefold(), [])
        if len(found) == 1:
            return found[0], ""
        if found:
            return None, f"{len(found)} courses of this school's catalog have this code"
        return None, "no course of this school's catalog has this code"


def load_lookup(session: Session, lines: Sequence[Named]) -> Lookup:
    """Everything the lines speak of, in a few statements for each few thousand of them."""
    students = _students(session, {line.student_id for line in lines})
    schools = _schools(session, {line.school for line in lines})
    requests = _requests(session, students.values())
    return Lookup(
        students=students,
        schools=schools,
        terms=_terms(session, {line.term for line in lines}),
        enrolled=_enrolled(session, students.values()),
        courses={school: _codes(session, school) for school in schools.values()},
        requests=requests,
        parents={row.alternate_of_id for row in requests.values() if row.alternate_of_id},
    )


def _chunks(values: Iterable[object]) -> Iterator[list[object]]:
    every = list(values)
    for start in range(0, len(every), _CHUNK):
        yield every[start : start + _CHUNK]


def _students(session: Session, ids: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in _chunks(ids):
        statement = select(Person.sourced_id, Person.id).where(
            Person.sourced_id.in_(chunk), Person.status == "active"
        )
        found.update((sourced_id, person) for sourced_id, person in session.execute(statement))
    return found


def _schools(session: Session, ids: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in _chunks(ids):
        statement = (
            select(Organization.sourced_id, Organization.id)
            .join(School, School.organization_id == Organization.id)
            .where(Organization.sourced_id.in_(chunk), Organization.status == "active")
        )
        found.update((sourced_id, school) for sourced_id, school in session.execute(statement))
    return found


def _terms(session: Session, ids: set[str]) -> dict[str, TermDates]:
    found: dict[str, TermDates] = {}
    for chunk in _chunks(ids):
        statement = select(AcademicSession).where(
            AcademicSession.sourced_id.in_(chunk),
            AcademicSession.status == "active",
            AcademicSession.type.in_(TERM_TYPES),
        )
        for row in session.scalars(statement):
            found[row.sourced_id] = TermDates(row.id, row.starts_on, row.ends_on)
    return found


def _enrolled(
    session: Session, persons: Iterable[int]
) -> dict[tuple[int, int], list[tuple[date | None, date | None]]]:
    found: dict[tuple[int, int], list[tuple[date | None, date | None]]] = {}
    for chunk in _chunks(persons):
        statement = select(
            SchoolEnrollment.person_id,
            SchoolEnrollment.school_id,
            SchoolEnrollment.begins_on,
            SchoolEnrollment.ends_on,
        ).where(SchoolEnrollment.person_id.in_(chunk), SchoolEnrollment.status == "active")
        for person, school, begins, ends in session.execute(statement):
            found.setdefault((person, school), []).append((begins, ends))
    return found


def _codes(session: Session, school: int) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for course in list_catalog(session, school):
        if course.code:
            found.setdefault(course.code.casefold(), []).append(course.id)
    return found


def _requests(session: Session, persons: Iterable[int]) -> dict[Key, CourseRequest]:
    found: dict[Key, CourseRequest] = {}
    for chunk in _chunks(persons):
        for row in session.scalars(select(CourseRequest).where(CourseRequest.person_id.in_(chunk))):
            found[row.person_id, row.school_id, row.session_id, row.course_id] = row
    return found
