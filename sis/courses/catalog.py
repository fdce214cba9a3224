"""The course catalog, what schools mean to offer of it, and the terms to offer it in."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import NotFound
from sis.calendars.models import AcademicSession
from sis.courses.models import Course, CourseOffering, Section, SectionTerm
from sis.organizations.models import School
from sis.organizations.queries import school_ids_for


@dataclass(frozen=True)
class TermCard:
    """A semester or another term, ``[starts_on, ends_on)``."""

    id: int
    sourced_id: str
    title: str
    type: str
    starts_on: date
    ends_on: date

    @property
    def label(self) -> str:
        """The title with its first and last month: ``Second semester, Jan to Jun 2015``."""
        return f"{self.title}, {self.starts_on:%b %Y} to {self.ends_on:%b %Y}"


def get_session(session: Session, session_id: int) -> TermCard:
    """One term by its id; NotFound."""
    row = session.get(AcademicSession, session_id)
    if row is None or row.status != "active":
        raise NotFound(f"There is no term {session_id}.")
    return _term(row)


def find_term(session: Session, sourced_id: str) -> TermCard | None:
    """One term by the source's id; None when there is none."""
    statement = select(AcademicSession).where(
        AcademicSession.sourced_id == sourced_id, AcademicSession.status == "active"
    )
    row = session.scalar(statement)
    return None if row is None else _term(row)


def list_terms(session: Session, school_id: int, on: date) -> list[TermCard]:
    """The terms that have not ended by ``on`` and concern the school, earliest first.

    A term concerns a school that has sections in it; and so do the terms beside it in the same
    school year, since the next semester has no sections before it is planned.
    """
    used = (
        select(AcademicSession.parent_id)
        .join(SectionTerm, SectionTerm.session_id == AcademicSession.id)
        .join(Section, Section.id == SectionTerm.section_id)
        .where(Section.school_id == school_id, AcademicSession.parent_id.is_not(None))
    )
    own = (
        exists()
        .where(
            SectionTerm.session_id == AcademicSession.id,
            Section.id == SectionTerm.section_id,
            Section.school_id == school_id,
        )
        .correlate(AcademicSession)
    )
    statement = (
        select(AcademicSession)
        .where(
            AcademicSession.status == "active",
            AcademicSession.ends_on > on,
            or_(own, AcademicSession.parent_id.in_(used)),
        )
        .order_by(AcademicSession.starts_on, AcademicSession.ends_on, AcademicSession.id)
    )
    return [_term(row) for row in session.scalars(statement)]


def list_term_choices(session: Session, limit: int = 60) -> list[TermCard]:
    """Terms that sections may belong to, newest first."""
    statement = (
        select(AcademicSession)
        .where(
            AcademicSession.status == "active",
            AcademicSession.type.in_(("semester", "term", "schoolYear")),
        )
        .order_by(AcademicSession.starts_on.desc(), AcademicSession.id)
        .limit(limit)
    )
    return [_term(row) for row in session.scalars(statement)]


def get_course_for(session: Session, actor: Actor, course_id: int) -> Course:
    """A course of the district, or of a school in the actor's scope; NotFound."""
    course = session.get(Course, course_id)
    if course is None or course.status != "active" or not _visible(session, actor, course):
        raise NotFound(f"There is no course {course_id} that you may see.")
    return course


def list_courses_for(
    session: Session,
    actor: Actor,
    *,
    search: str = "",
    school_id: int | None = None,
    after: tuple[str, int] | None = None,
    limit: int = 50,
) -> list[Course]:
    """Active courses by title that the actor may see, of a page; ``after`` is (title, id).

    ``search`` finds a part of the title or the code; ``school_id`` leaves out what other schools
    have for themselves.
    """
    statement = (
        select(Course)
        .where(Course.status == "active")
        .order_by(Course.title, Course.id)
        .limit(limit)
    )
    of_schools = select(School.organization_id)
    allowed = school_ids_for(session, actor) if school_id is None else {school_id}
    if allowed is not None:
        owner = Course.organization_id
        statement = statement.where(
            or_(owner.is_(None), owner.not_in(of_schools), owner.in_(allowed))
        )
    if search:
        found = [
            column.icontains(search, autoescape=True) for column in (Course.title, Course.code)
        ]
        statement = statement.where(or_(*found))
    if after is not None:
        title, course_id = after
        statement = statement.where(
            or_(Course.title > title, (Course.title == title) & (Course.id > course_id))
        )
    return list(session.scalars(statement))


def find_course_by_code(session: Session, organization_id: int | None, code: str) -> Course | None:
    """The active course of that owner with the code, whatever its case; None when there is none."""
    owner = (
        Course.organization_id.is_(None)
        if organization_id is None
        else Course.organization_id == organization_id
    )
    statement = select(Course).where(
        Course.status == "active", owner, func.lower(Course.code) == code.lower()
    )
    return session.scalars(statement.order_by(Course.id)).first()


def is_of_school(session: Session, course: Course) -> bool:
    """Whether one school has the course for itself; otherwise it is the district's."""
    owner = course.organization_id
    return owner is not None and session.get(School, owner) is not None


def find_offering(
    session: Session, *, course_id: int, school_id: int, session_id: int
) -> CourseOffering | None:
    """What the school plans of the course in the term; None when nothing."""
    statement = select(CourseOffering).where(
        CourseOffering.course_id == course_id,
        CourseOffering.school_id == school_id,
        CourseOffering.session_id == session_id,
    )
    return session.scalar(statement)


def list_offerings(session: Session, school_id: int, session_id: int) -> list[CourseOffering]:
    """What the school plans for the term, by course."""
    statement = (
        select(CourseOffering)
        .where(CourseOffering.school_id == school_id, CourseOffering.session_id == session_id)
        .order_by(CourseOffering.course_id)
    )
    return list(session.scalars(statement))


def _visible(session: Session, actor: Actor, course: Course) -> bool:
    allowed = school_ids_for(session, actor)
    return allowed is None or course.organization_id in allowed or not is_of_school(session, course)


def _term(row: AcademicSession) -> TermCard:
    return TermCard(row.id, row.sourced_id, row.title, row.type, row.starts_on, row.ends_on)
