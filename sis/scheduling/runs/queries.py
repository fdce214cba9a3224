"""Runs of the engine, and the places that stand in a school's sections."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import NotFound
from sis.courses.models import Course, Section
from sis.organizations.queries import get_school_for
from sis.people.models import Person
from sis.people.queries import name_of
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.queries import not_ended_by
from sis.scheduling.runs.models import ScheduleRun, ScheduleRunPlacement, ScheduleRunRefusal

SHOWN_REFUSALS = 500


@dataclass(frozen=True)
class Place:
    """A student's lasting place in a section."""

    id: int
    person_id: int
    section_id: int
    locked: bool


@dataclass(frozen=True)
class PlacementRow:
    """A seat that a run proposes; ``leaves`` is the section that is given up for it."""

    id: int
    person_id: int
    course_id: int | None
    section_id: int
    section_title: str
    leaves: int | None
    skipped: str | None


@dataclass(frozen=True)
class RefusalRow:
    """An unfilled request without a name."""

    id: int
    person_id: int
    course_id: int
    course_title: str
    reason: str


@dataclass(frozen=True)
class RefusalCard:
    """An unfilled request with the names that a counselor needs."""

    person_id: int
    student: str
    course: str
    reason: str


def get_run_for(session: Session, actor: Actor, run_id: int) -> ScheduleRun:
    """One run of a school in the actor's scope; NotFound."""
    run = session.get(ScheduleRun, run_id)
    if run is None:
        raise NotFound(f"There is no scheduling run {run_id}.")
    get_school_for(session, actor, run.school_id)
    return run


def lock_run(session: Session, run_id: int) -> ScheduleRun:
    """The run as it is now, locked for change until the unit of work ends; NotFound."""
    run = session.get(ScheduleRun, run_id, with_for_update=True, populate_existing=True)
    if run is None:
        raise NotFound(f"There is no scheduling run {run_id}.")
    return run


def find_run_by_key(session: Session, key: str) -> ScheduleRun | None:
    """The run that was asked for with this key, or None."""
    return session.scalar(select(ScheduleRun).where(ScheduleRun.key == key))


def list_runs(
    session: Session,
    school_id: int,
    limit: int = 30,
    *,
    after: tuple[datetime, int] | None = None,
) -> list[ScheduleRun]:
    """The school's runs, the newest first; ``after`` is where the page before ended."""
    statement = (
        select(ScheduleRun)
        .where(ScheduleRun.school_id == school_id)
        .order_by(ScheduleRun.requested_at.desc(), ScheduleRun.id.desc())
        .limit(limit)
    )
    if after is not None:
        asked, run_id = after
        same_time = and_(ScheduleRun.requested_at == asked, ScheduleRun.id < run_id)
        statement = statement.where(or_(ScheduleRun.requested_at < asked, same_time))
    return list(session.scalars(statement))


def list_waiting(session: Session, *, abandoned_before: datetime, limit: int) -> list[int]:
    """Ids of runs to compute, the oldest first: queued, or left running since that time."""
    statement = (
        select(ScheduleRun.id)
        .where(
            or_(
                ScheduleRun.status == "queued",
                (ScheduleRun.status == "running") & (ScheduleRun.started_at < abandoned_before),
            )
        )
        .order_by(ScheduleRun.id)
        .limit(limit)
    )
    return list(session.scalars(statement))


def list_proposed(session: Session, run_id: int) -> list[ScheduleRunPlacement]:
    """The seats that the run proposes, student by student."""
    statement = (
        select(ScheduleRunPlacement)
        .where(ScheduleRunPlacement.run_id == run_id)
        .order_by(ScheduleRunPlacement.person_id, ScheduleRunPlacement.id)
    )
    return list(session.scalars(statement))


def list_refusals(session: Session, run_id: int, search: str = "") -> list[RefusalCard]:
    """The first ``SHOWN_REFUSALS`` unfilled requests, by student; ``search`` narrows by a word."""
    statement = (
        select(ScheduleRunRefusal, Person, Course.title)
        .join(Person, Person.id == ScheduleRunRefusal.person_id)
        .join(Course, Course.id == ScheduleRunRefusal.course_id)
        .where(ScheduleRunRefusal.run_id == run_id)
        .order_by(Person.family_name, Person.given_name, Person.id, ScheduleRunRefusal.id)
        .limit(SHOWN_REFUSALS)
    )
    if search:
        statement = statement.where(
            or_(
                *(
                    column.icontains(search, autoescape=True)
                    for column in (
                        Person.given_name,
                        Person.family_name,
                        Course.title,
                        ScheduleRunRefusal.reason,
                    )
                )
            )
        )
    return [
        RefusalCard(refusal.person_id, name_of(person), title, refusal.reason)
        for refusal, person, title in session.execute(statement)
    ]


def page_of_placements(
    session: Session, run_id: int, limit: int, after: tuple[int, int] | None
) -> list[PlacementRow]:
    """What the run proposes, by student, after (person, placement)."""
    key = tuple_(ScheduleRunPlacement.person_id, ScheduleRunPlacement.id)
    statement = (
        select(
            ScheduleRunPlacement.id,
            ScheduleRunPlacement.person_id,
            Section.course_id,
            Section.id,
            Section.title,
            SectionEnrollment.section_id,
            ScheduleRunPlacement.skipped,
        )
        .join(Section, Section.id == ScheduleRunPlacement.section_id)
        .outerjoin(SectionEnrollment, SectionEnrollment.id == ScheduleRunPlacement.from_place_id)
        .where(ScheduleRunPlacement.run_id == run_id)
        .order_by(ScheduleRunPlacement.person_id, ScheduleRunPlacement.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(key > tuple_(*after))
    return [PlacementRow(*row) for row in session.execute(statement)]


def page_of_refusals(
    session: Session, run_id: int, limit: int, after: tuple[int, int] | None
) -> list[RefusalRow]:
    """What the run does not fill as asked, by student, after (person, refusal)."""
    key = tuple_(ScheduleRunRefusal.person_id, ScheduleRunRefusal.id)
    statement = (
        select(
            ScheduleRunRefusal.id,
            ScheduleRunRefusal.person_id,
            Course.id,
            Course.title,
            ScheduleRunRefusal.reason,
        )
        .join(Course, Course.id == ScheduleRunRefusal.course_id)
        .where(ScheduleRunRefusal.run_id == run_id)
        .order_by(ScheduleRunRefusal.person_id, ScheduleRunRefusal.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(key > tuple_(*after))
    return [RefusalRow(*row) for row in session.execute(statement)]


def count_refusals(session: Session, run_id: int) -> int:
    """How many requests the run does not fill as asked."""
    statement = select(func.count()).where(ScheduleRunRefusal.run_id == run_id)
    return session.scalar(statement) or 0


def list_places(session: Session, school_id: int, on: date) -> list[Place]:
    """The lasting places of students in the school's sections on ``on``, in the order they came."""
    statement = (
        select(
            SectionEnrollment.id,
            SectionEnrollment.person_id,
            SectionEnrollment.section_id,
            SectionEnrollment.locked,
        )
        .join(Section, Section.id == SectionEnrollment.section_id)
        .where(
            Section.school_id == school_id,
            Section.status == "active",
            SectionEnrollment.role == "student",
            not_ended_by(on),
        )
        .order_by(SectionEnrollment.id)
    )
    return [Place(*row) for row in session.execute(statement)]


def lock_sections(session: Session, school_id: int) -> None:
    """Hold the school's sections, so that nobody fills or changes them until the end."""
    statement = (
        select(Section.id)
        .where(Section.school_id == school_id)
        .order_by(Section.id)
        .with_for_update(key_share=True)
    )
    session.execute(statement).all()


def list_section_enrollments(session: Session, ids: Iterable[int]) -> dict[int, SectionEnrollment]:
    """These places by id, for changing them."""
    wanted, found = sorted(set(ids)), {}
    for start in range(0, len(wanted), 1000):
        chunk = wanted[start : start + 1000]
        statement = select(SectionEnrollment).where(SectionEnrollment.id.in_(chunk))
        found.update({place.id: place for place in session.scalars(statement)})
    return found


def course_titles(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Titles of these courses."""
    statement = select(Course.id, Course.title).where(Course.id.in_(set(ids)))
    return {course_id: title for course_id, title in session.execute(statement)}
