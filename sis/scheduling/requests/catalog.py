"""What can be asked for: the terms of a school, its courses, and how many want each of them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from sis.calendars.models import AcademicSession
from sis.courses.models import Course, Section, SectionTerm
from sis.organizations.models import Organization
from sis.scheduling.requests.models import CourseRequest
from sis.scheduling.requests.rules import Demand, by_need

TERM_TYPES = ("semester", "term")


@dataclass(frozen=True)
class Term:
    """A semester or term, ``[starts_on, ends_on)``; ``taught``: the school has sections in it."""

    id: int
    sourced_id: str
    title: str
    starts_on: date
    ends_on: date
    taught: bool


@dataclass(frozen=True)
class CatalogCourse:
    """A course that the school may offer; ``label`` is what people type and read."""

    id: int
    code: str | None
    title: str
    grades: str | None

    @property
    def label(self) -> str:
        return f"{self.code} {self.title}" if self.code else self.title


def list_terms(session: Session, school_id: int, on: date) -> list[Term]:
    """The terms that have not ended by ``on``: those the school teaches in first, then by date."""
    taught = (
        exists()
        .where(
            SectionTerm.session_id == AcademicSession.id,
            Section.id == SectionTerm.section_id,
            Section.school_id == school_id,
            Section.status == "active",
        )
        .label("taught")
    )
    statement = (
        select(AcademicSession, taught)
        .where(
            AcademicSession.status == "active",
            AcademicSession.type.in_(TERM_TYPES),
            AcademicSession.ends_on > on,
        )
        .order_by(taught.desc(), AcademicSession.starts_on, AcademicSession.id)
    )
    return [
        Term(row.id, row.sourced_id, row.title, row.starts_on, row.ends_on, bool(is_taught))
        for row, is_taught in session.execute(statement)
    ]


def get_term(session: Session, session_id: int) -> Term:
    """One active term; NotFound."""
    row = session.get(AcademicSession, session_id)
    if row is None or row.status != "active" or row.type not in TERM_TYPES:
        raise NotFound(f"There is no term {session_id}.")
    return Term(row.id, row.sourced_id, row.title, row.starts_on, row.ends_on, taught=False)


def list_catalog(session: Session, school_id: int) -> list[CatalogCourse]:
    """The active courses of the school, of the organizations above it, and of none, by code."""
    above = select(Organization.id, Organization.parent_id).where(Organization.id == school_id)
    reach = above.cte("reach", recursive=True)
    reach = reach.union(
        select(Organization.id, Organization.parent_id).join(
            reach, Organization.id == reach.c.parent_id
        )
    )
    statement = (
        select(Course.id, Course.code, Course.title, Course.grades)
        .where(
            Course.status == "active",
            or_(Course.organization_id.is_(None), Course.organization_id.in_(select(reach.c.id))),
        )
        .order_by(Course.code, Course.title, Course.id)
    )
    return [CatalogCourse(*row) for row in session.execute(statement)]


def list_demand(session: Session, school_id: int, session_id: int) -> list[Demand]:
    """Every course that is asked for or taught in the term; what lacks most seats comes first."""
    found: dict[int, Demand] = {}
    asked = _asked(session, school_id, session_id)
    offered = _offered(session, school_id, session_id)
    names = _names(session, asked.keys() | offered.keys())
    for course_id, (code, title) in names.items():
        requested, alternates = asked.get(course_id, (0, 0))
        sections, seats = offered.get(course_id, (0, 0))
        found[course_id] = Demand(course_id, code, title, requested, alternates, sections, seats)
    return by_need(found)


def _asked(session: Session, school_id: int, session_id: int) -> dict[int, tuple[int, int]]:
    own = func.count().filter(CourseRequest.alternate_of_id.is_(None))
    statement = (
        select(CourseRequest.course_id, own, func.count())
        .where(CourseRequest.school_id == school_id, CourseRequest.session_id == session_id)
        .group_by(CourseRequest.course_id)
    )
    return {course: (mine, every - mine) for course, mine, every in session.execute(statement)}


def _offered(
    session: Session, school_id: int, session_id: int
) -> dict[int, tuple[int, int | None]]:
    unlimited = func.count().filter(Section.seats.is_(None))
    statement = (
        select(Section.course_id, func.count(), func.sum(Section.seats), unlimited)
        .join(SectionTerm, SectionTerm.section_id == Section.id)
        .where(
            Section.school_id == school_id,
            Section.status == "active",
            Section.course_id.is_not(None),
            SectionTerm.session_id == session_id,
        )
        .group_by(Section.course_id)
    )
    return {
        course: (sections, None if open_ended else int(seats or 0))
        for course, sections, seats, open_ended in session.execute(statement)
        if course is not None
    }


def _names(session: Session, course_ids: set[int]) -> dict[int, tuple[str | None, str]]:
    statement = select(Course.id, Course.code, Course.title).where(Course.id.in_(course_ids))
    return {course_id: (code, title) for course_id, code, title in session.execute(statement)}
