"""What the office corrects: a student's classes and events, and absences that nobody explained."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from sis.attendance.models import AttendanceEvent
from sis.attendance.queries.classes import ClassMet, list_classes
from sis.attendance.rules.meetings import DAILY
from sis.attendance.rules.status import UNCLEARED
from sis.calendars.models import Calendar, CalendarDate
from sis.calendars.rules import DAY_TYPES_OF_INSTRUCTION
from sis.courses.models import Section
from sis.enrollment.models import SchoolEnrollment
from sis.people.models import Person
from sis.people.queries import name_of
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.queries import in_section_on

_LARGEST = 500


@dataclass(frozen=True)
class UnclearedStudent:
    """A student with absences that nobody explained; ``seen`` is event id -> version."""

    person_id: int
    name: str
    phone: str | None
    days: tuple[date, ...]
    seen: dict[int, int]


def was_at_school(session: Session, person_id: int, school_id: int) -> bool:
    """Whether the student is or was enrolled at the school, or has attendance there."""
    enrolled = select(SchoolEnrollment.id).where(
        SchoolEnrollment.person_id == person_id, SchoolEnrollment.school_id == school_id
    )
    noted = select(AttendanceEvent.id).where(
        AttendanceEvent.person_id == person_id, AttendanceEvent.school_id == school_id
    )
    return any(session.scalar(one.limit(1)) is not None for one in (enrolled, noted))


def list_classes_of(session: Session, person_id: int, school_id: int, on: date) -> list[ClassMet]:
    """The classes of the student at the school that meet on ``on``, by period and title."""
    sections = session.scalars(
        select(SectionEnrollment.section_id)
        .join(Section, Section.id == SectionEnrollment.section_id)
        .where(
            SectionEnrollment.person_id == person_id,
            SectionEnrollment.role == "student",
            Section.school_id == school_id,
            in_section_on(on),
        )
    ).all()
    return list_classes(session, on, section_ids=sections) if sections else []


def list_places_of_student(
    session: Session, person_id: int, school_id: int, on: date
) -> list[tuple[int | None, str]]:
    """(section id, period) of the student's classes on a date; a day of school without any class
    is (None, ""); nothing when the school has no school.
    """
    met = list_classes_of(session, person_id, school_id, on)
    if met:
        return [(one.section_id, one.period) for one in met]
    return [(None, DAILY)] if _has_school(session, school_id, on) else []


def _has_school(session: Session, school_id: int, on: date) -> bool:
    statement = (
        select(CalendarDate.on_date)
        .join(Calendar, Calendar.id == CalendarDate.calendar_id)
        .where(
            Calendar.school_id == school_id,
            CalendarDate.on_date == on,
            CalendarDate.day_type.in_(DAY_TYPES_OF_INSTRUCTION),
        )
    )
    return session.scalar(statement.limit(1)) is not None


def list_student_events(
    session: Session,
    person_id: int,
    school_id: int,
    starts_on: date,
    ends_on: date,
    *,
    lock: bool = False,
) -> list[AttendanceEvent]:
    """The student's events of ``[starts_on, ends_on)`` at the school, by date and period."""
    statement = (
        select(AttendanceEvent)
        .where(
            AttendanceEvent.person_id == person_id,
            AttendanceEvent.school_id == school_id,
            AttendanceEvent.on_date >= starts_on,
            AttendanceEvent.on_date < ends_on,
        )
        .order_by(AttendanceEvent.on_date, AttendanceEvent.period, AttendanceEvent.id)
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(statement))


def list_uncleared(
    session: Session, school_id: int, *, ids: Collection[int]
) -> list[AttendanceEvent]:
    """Those of the events that are uncleared absences of the school, locked for change."""
    statement = (
        select(AttendanceEvent)
        .where(
            AttendanceEvent.id.in_(ids),
            AttendanceEvent.school_id == school_id,
            AttendanceEvent.reason_code == UNCLEARED,
        )
        .order_by(AttendanceEvent.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def list_uncleared_students(
    session: Session, school_id: int, starts_on: date, ends_on: date
) -> list[UnclearedStudent]:
    """Students with uncleared absences in ``[starts_on, ends_on)``, by name; at most 500 events."""
    statement = (
        select(AttendanceEvent, Person)
        .join(Person, Person.id == AttendanceEvent.person_id)
        .where(
            AttendanceEvent.school_id == school_id,
            AttendanceEvent.on_date >= starts_on,
            AttendanceEvent.on_date < ends_on,
            AttendanceEvent.status == "absent_unexcused",
            AttendanceEvent.reason_code == UNCLEARED,
        )
        .order_by(Person.family_name, Person.given_name, Person.id, AttendanceEvent.on_date)
        .limit(_LARGEST)
    )
    found: dict[int, UnclearedStudent] = {}
    for event, person in session.execute(statement):
        before = found.get(person.id)
        days = before.days if before else ()
        found[person.id] = UnclearedStudent(
            person.id,
            name_of(person),
            person.phone or person.sms,
            days if event.on_date in days else (*days, event.on_date),
            {**(before.seen if before else {}), event.id: event.version},
        )
    return list(found.values())


def list_students_named(
    session: Session, school_id: int, words: str, limit: int = 20
) -> list[tuple[int, str]]:
    """(person id, name) of students who are or were at the school and whose name has every word."""
    full = func.lower(Person.given_name + " " + Person.family_name)
    preferred = func.lower(func.coalesce(Person.preferred_given_name, ""))
    enrolled = select(SchoolEnrollment.person_id).where(SchoolEnrollment.school_id == school_id)
    statement = (
        select(Person)
        .where(
            Person.id.in_(enrolled),
            *(
                or_(full.contains(word, autoescape=True), preferred.startswith(word))
                for word in words.lower().split()
            ),
        )
        .order_by(Person.family_name, Person.given_name, Person.id)
        .limit(limit)
    )
    return [(person.id, name_of(person)) for person in session.scalars(statement)]
