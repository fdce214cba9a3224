"""Sections as the master schedule shows them: course, periods, days, room, teachers and seats."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import NotFound
from sis.courses.models import Course, Section, SectionMeeting, SectionTerm
from sis.courses.rules.meetings import Meeting, within
from sis.organizations.queries import get_school_for
from sis.people.models import Person
from sis.people.queries import name_of
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.queries import in_section_on, not_ended_by, runs_on

Ids = Select[int]


@dataclass(frozen=True)
class Teacher:
    """A person who teaches a section, ``[begins_on, ends_on)``; None is open."""

    person_id: int
    sourced_id: str
    name: str
    is_primary: bool
    begins_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class ScheduledSection:
    """A section on the date ``on``, or on its first day if that is later.

    ``meetings`` and ``teachers`` are those that have not ended by then, also later ones; ``room``
    is where it meets on the date. ``seats`` None means without a limit; ``taken`` counts students
    whose place lasts. ``session_ids`` are its terms.
    """

    id: int
    sourced_id: str
    title: str
    code: str | None
    class_type: str
    track: str
    school_id: int
    course_id: int | None
    course_code: str | None
    course_title: str | None
    grades: str | None
    location: str | None
    seats: int | None
    taken: int
    starts_on: date | None
    ends_on: date | None
    source: str
    modified_at: datetime
    on: date
    meetings: tuple[Meeting, ...]
    teachers: tuple[Teacher, ...]
    session_ids: tuple[int, ...]

    @cached_property
    def current(self) -> tuple[Meeting, ...]:
        """Its meetings in effect on the date, by period; of any day of the week."""
        return tuple(m for m in self.meetings if within(m.begins_on, m.ends_on, self.on))

    @property
    def periods(self) -> tuple[str, ...]:
        """The labels of the periods in which it meets on the date, sorted."""
        return tuple(sorted({meeting.period for meeting in self.current}))

    @property
    def room(self) -> str | None:
        """The room, or the rooms with a comma between them."""
        rooms = sorted({room for m in self.current if (room := m.room or self.location)})
        return ", ".join(rooms) or self.location

    @property
    def current_teachers(self) -> tuple[Teacher, ...]:
        """Who teaches it on the date, the first of them first."""
        return tuple(t for t in self.teachers if within(t.begins_on, t.ends_on, self.on))

    @property
    def free(self) -> int | None:
        """Seats that nobody has; negative when over its seats, None without a limit."""
        return None if self.seats is None else self.seats - self.taken


def list_school_sections(
    session: Session,
    school_id: int,
    on: date,
    *,
    course_id: int | None = None,
    upcoming: bool = False,
) -> list[ScheduledSection]:
    """The school's sections that run on ``on``, by title; six queries whatever their number.

    ``upcoming`` adds those that begin later.
    """
    lasting = or_(Section.ends_on.is_(None), Section.ends_on > on)
    chosen = select(Section.id).where(
        Section.school_id == school_id,
        *((Section.status == "active", lasting) if upcoming else (runs_on(on),)),
    )
    if course_id is not None:
        chosen = chosen.where(Section.course_id == course_id)
    return _cards(session, chosen, on)


def list_sections_in_terms(
    session: Session, school_id: int, session_ids: Collection[int], on: date
) -> list[ScheduledSection]:
    """The school's active sections of these terms that have not ended by ``on``, by title."""
    in_terms = exists().where(
        SectionTerm.section_id == Section.id, SectionTerm.session_id.in_(session_ids)
    )
    chosen = select(Section.id).where(
        Section.school_id == school_id,
        Section.status == "active",
        or_(Section.ends_on.is_(None), Section.ends_on > on),
        in_terms.correlate(Section),
    )
    return _cards(session, chosen, on)


def list_sections_by_id(
    session: Session, section_ids: Iterable[int], on: date
) -> list[ScheduledSection]:
    """These active sections, whenever they run, by title; a few hundred ids at most."""
    chosen = select(Section.id).where(Section.id.in_(set(section_ids)), Section.status == "active")
    return _cards(session, chosen, on)


def get_section_for(
    session: Session, actor: Actor, section_id: int, on: date, *, lock: bool = False
) -> ScheduledSection:
    """One active section of a school in the actor's scope; NotFound.

    ``lock`` holds it until the unit of work ends, so that nobody changes or fills it meanwhile.
    """
    statement = select(Section).where(Section.id == section_id, Section.status == "active")
    if lock:
        statement = statement.with_for_update(key_share=True)
    section = session.scalar(statement.execution_options(populate_existing=True))
    if section is None:
        raise NotFound(f"There is no section {section_id} that you may see.")
    get_school_for(session, actor, section.school_id)
    return _cards(session, select(Section.id).where(Section.id == section_id), on)[0]


def list_sections_taught(session: Session, person_key: str, on: date) -> list[ScheduledSection]:
    """The running sections that the person (by sourced id) teaches on ``on``, by title."""
    teaches = (
        exists()
        .where(
            SectionEnrollment.section_id == Section.id,
            SectionEnrollment.role == "teacher",
            SectionEnrollment.person_id == Person.id,
            Person.sourced_id == person_key,
            in_section_on(on),
        )
        .correlate(Section)
    )
    return _cards(session, select(Section.id).where(runs_on(on), teaches), on)


def _cards(session: Session, chosen: Ids, on: date) -> list[ScheduledSection]:
    statement = (
        select(Section, Course.code, Course.title)
        .outerjoin(Course, Course.id == Section.course_id)
        .where(Section.id.in_(chosen))
        .order_by(Section.title, Section.id)
    )
    rows = session.execute(statement).all()
    taken = _taken(session, chosen, on)
    meetings = _meetings(session, chosen, on)
    teachers = _teachers(session, chosen, on)
    terms = _terms(session, chosen)
    return [
        ScheduledSection(
            id=section.id,
            sourced_id=section.sourced_id,
            title=section.title,
            code=section.code,
            class_type=section.class_type,
            track=section.track,
            school_id=section.school_id,
            course_id=section.course_id,
            course_code=course_code,
            course_title=course_title,
            grades=section.grades,
            location=section.location,
            seats=section.seats,
            taken=taken.get(section.id, 0),
            starts_on=section.starts_on,
            ends_on=section.ends_on,
            source=section.source,
            modified_at=section.modified_at,
            on=max(on, section.starts_on or on),
            meetings=tuple(meetings.get(section.id, ())),
            teachers=tuple(teachers.get(section.id, ())),
            session_ids=tuple(terms.get(section.id, ())),
        )
        for section, course_code, course_title in rows
    ]


def _taken(session: Session, chosen: Ids, on: date) -> Mapping[int, int]:
    statement = (
        select(SectionEnrollment.section_id, func.count())
        .where(
            SectionEnrollment.section_id.in_(chosen),
            SectionEnrollment.role == "student",
            not_ended_by(on),
        )
        .group_by(SectionEnrollment.section_id)
    )
    return {section_id: count for section_id, count in session.execute(statement)}


def _meetings(session: Session, chosen: Ids, on: date) -> Mapping[int, list[Meeting]]:
    statement = (
        select(SectionMeeting)
        .where(
            SectionMeeting.section_id.in_(chosen),
            or_(SectionMeeting.ends_on.is_(None), SectionMeeting.ends_on > on),
        )
        .order_by(SectionMeeting.period, SectionMeeting.id)
    )
    found: dict[int, list[Meeting]] = defaultdict(list)
    for row in session.scalars(statement):
        meeting = Meeting(row.period, row.days, row.begins_on, row.ends_on, row.room)
        found[row.section_id].append(meeting)
    return found


def _teachers(session: Session, chosen: Ids, on: date) -> Mapping[int, list[Teacher]]:
    statement = (
        select(SectionEnrollment, Person)
        .join(Person, Person.id == SectionEnrollment.person_id)
        .where(
            SectionEnrollment.section_id.in_(chosen),
            SectionEnrollment.role == "teacher",
            not_ended_by(on),
        )
        .order_by(func.coalesce(SectionEnrollment.is_primary, False).desc(), SectionEnrollment.id)
    )
    found: dict[int, list[Teacher]] = defaultdict(list)
    for place, person in session.execute(statement):
        teacher = Teacher(
            person.id,
            person.sourced_id,
            name_of(person),
            bool(place.is_primary),
            place.begins_on,
            place.ends_on,
        )
        found[place.section_id].append(teacher)
    return found


def _terms(session: Session, chosen: Ids) -> Mapping[int, list[int]]:
    statement = select(SectionTerm.section_id, SectionTerm.session_id).where(
        SectionTerm.section_id.in_(chosen)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for section_id, session_id in session.execute(statement.order_by(SectionTerm.session_id)):
        found[section_id].append(session_id)
    return found
