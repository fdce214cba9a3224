"""What a counselor sees of a student: places, offers, and the grid of the week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import NotFound
from sis.calendars.models import ClassPeriod
from sis.courses.models import Course, Section
from sis.courses.queries import ScheduledSection, list_school_sections, list_sections_by_id
from sis.courses.rules.meetings import overlap
from sis.organizations.queries import SchoolCard, get_school_for
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.queries import not_ended_by
from sis.scheduling.requests.rules import version_of
from sis.scheduling.rules import SchedulingRules, required_periods
from sis.scheduling.students import Student, get_student_at
from sis.scheduling.walkin.models import ScheduleEdit
from sis.scheduling.walkin.rules.choice import Asked
from sis.scheduling.walkin.rules.fitting import Held, Offer
from sis.scheduling.walkin.rules.week import Grid, grid


@dataclass(frozen=True)
class Desk:
    """A student at the desk as of ``on``; ``version`` names this state of the schedule."""

    school: SchoolCard
    student: Student
    on: date
    held: tuple[Held, ...]
    grid: Grid
    version: str

    @property
    def later(self) -> tuple[Held, ...]:
        """Places that begin after ``on``."""
        return tuple(one for one in self.held if one.span[0] is not None and one.span[0] > self.on)

    @property
    def enrolled(self) -> bool:
        return self.student.standing == "enrolled"


def get_desk(
    session: Session,
    actor: Actor,
    school_id: int,
    person_id: int,
    *,
    on: date,
    today: date,
    rules: SchedulingRules,
) -> Desk:
    """The student's schedule on ``on``; NotFound for a student or school outside the scope."""
    school = get_school_for(session, actor, school_id)
    student = get_student_at(session, actor, school_id, person_id, on)
    held = list_held(session, person_id, school_id, on)
    required = required_periods(student.required_periods, student.grade, rules)
    return Desk(
        school=school,
        student=student,
        on=on,
        held=tuple(held),
        grid=grid(held, list_hours(session, school_id), on=on, required=required),
        version=schedule_version(session, person_id, school_id, today),
    )


def first_taught_day(session: Session, school_id: int, today: date) -> date:
    """``today`` while sections of the school run, else the day on which the next ones begin."""
    running = select(Section.id).where(
        Section.school_id == school_id,
        Section.status == "active",
        or_(Section.starts_on.is_(None), Section.starts_on <= today),
        or_(Section.ends_on.is_(None), Section.ends_on > today),
    )
    if session.scalar(running.limit(1)) is not None:
        return today
    upcoming = select(func.min(Section.starts_on)).where(
        Section.school_id == school_id, Section.status == "active", Section.starts_on > today
    )
    return session.scalar(upcoming) or today


def list_hours(session: Session, school_id: int) -> dict[str, str]:
    """Label of each class period of a regular day -> ``08:00 to 08:55``, in the day's order."""
    statement = (
        select(ClassPeriod.label, ClassPeriod.starts_at, ClassPeriod.ends_at)
        .where(ClassPeriod.school_id == school_id, ClassPeriod.day_type == "regular")
        .order_by(ClassPeriod.starts_at, ClassPeriod.label)
    )
    return {
        label: f"{starts:%H:%M} to {ends:%H:%M}"
        for label, starts, ends in session.execute(statement)
    }


def list_held(session: Session, person_id: int, school_id: int, on: date) -> list[Held]:
    """The student's places at the school that last on ``on`` or begin later, by title."""
    statement = _lasting(person_id, school_id, on).order_by(Section.title, SectionEnrollment.id)
    places = list(session.scalars(statement))
    sections = {
        one.id: one for one in list_sections_by_id(session, {p.section_id for p in places}, on)
    }
    subjects = _subjects(session, sections.keys())
    found = []
    for place in places:
        section = sections.get(place.section_id)
        if section is None:
            continue
        span = overlap((place.begins_on, place.ends_on), (section.starts_on, section.ends_on))
        if span is not None:
            offer = _offer(section, subjects.get(section.id, ""))
            found.append(Held(place.id, offer, span, place.locked))
    return found


def list_offers(session: Session, school_id: int, on: date) -> list[Offer]:
    """Every section of the school that runs on ``on``, by title."""
    sections = list_school_sections(session, school_id, on)
    subjects = _subjects(session, [one.id for one in sections])
    return [_offer(one, subjects.get(one.id, "")) for one in sections]


def get_offer(session: Session, school_id: int, section_id: int, on: date) -> Offer:
    """One section of the school; NotFound."""
    found = [s for s in list_sections_by_id(session, [section_id], on) if s.school_id == school_id]
    if not found:
        raise NotFound(f"There is no section {section_id} at this school.")
    return _offer(found[0], _subjects(session, [section_id]).get(section_id, ""))


def _lasting(person_id: int, school_id: int, on: date) -> Select[SectionEnrollment]:
    """Places whose dates and section reach beyond ``on``."""
    return (
        select(SectionEnrollment)
        .join(Section, Section.id == SectionEnrollment.section_id)
        .where(
            SectionEnrollment.person_id == person_id,
            SectionEnrollment.role == "student",
            Section.school_id == school_id,
            not_ended_by(on),
            or_(Section.ends_on.is_(None), Section.ends_on > on),
        )
    )


def _subjects(session: Session, section_ids: Iterable[int]) -> dict[int, str]:
    statement = (
        select(Section.id, func.coalesce(Section.subjects, Course.subjects, ""))
        .outerjoin(Course, Course.id == Section.course_id)
        .where(Section.id.in_(set(section_ids)))
    )
    return {section_id: subjects for section_id, subjects in session.execute(statement)}


def _offer(section: ScheduledSection, subjects: str) -> Offer:
    grades = (section.grades or "").replace(",", " ").split()
    return Offer(
        section_id=section.id,
        title=section.title,
        course_id=section.course_id,
        course_title=section.course_title or section.title,
        grades=frozenset(grades),
        subjects=subjects,
        track=section.track,
        class_type=section.class_type,
        seats=section.seats,
        taken=section.taken,
        span=(section.starts_on, section.ends_on),
        meetings=section.meetings,
        teacher=", ".join(dict.fromkeys(one.name for one in section.current_teachers)),
        room=section.room or "",
    )


def schedule_version(session: Session, person_id: int, school_id: int, today: date) -> str:
    """Names the state of the student's schedule: the newest edit, and what the places look like.

    Two that are equal have the same places with the same dates and locks, whoever made them.
    """
    newest = session.scalar(
        select(func.max(ScheduleEdit.id)).where(
            ScheduleEdit.person_id == person_id, ScheduleEdit.school_id == school_id
        )
    )
    places = session.scalars(_lasting(person_id, school_id, today))
    return f"{newest or 0}-" + version_of(
        (p.id, p.section_id, str(p.begins_on), str(p.ends_on), p.locked) for p in places
    )


def get_place_of(
    session: Session, place_id: int, *, person_id: int, school_id: int
) -> SectionEnrollment:
    """The student's place at the school, as it is now; NotFound."""
    statement = (
        select(SectionEnrollment)
        .join(Section, Section.id == SectionEnrollment.section_id)
        .where(
            SectionEnrollment.id == place_id,
            SectionEnrollment.person_id == person_id,
            SectionEnrollment.role == "student",
            Section.school_id == school_id,
        )
        .execution_options(populate_existing=True)
    )
    place = session.scalar(statement)
    if place is None:
        raise NotFound("The student has no such place at this school.")
    return place


def asked_of(requests: Iterable[tuple[int, int, int | None, int]]) -> Asked:
    """From (id, course, alternate of, priority) of each request."""
    rows = list(requests)
    course_of = {request_id: course for request_id, course, _, _ in rows}
    return Asked(
        wanted={course: priority for _, course, other, priority in rows if other is None},
        alternates={course: course_of[other] for _, course, other, _ in rows if other in course_of},
    )
