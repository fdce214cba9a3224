"""Sections with room, a student's sections, and the students without a complete schedule."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from sis.courses.models import Section, SectionMeeting
from sis.courses.rules.meetings import Meeting, within
from sis.enrollment.models import SchoolEnrollment
from sis.people.models import Person
from sis.scheduling.models import ScheduleGap, SectionEnrollment


@dataclass(frozen=True)
class SectionCard:
    """A section as a counsellor sees it; ``seats`` None means without a limit.

    ``periods`` are the labels of its meetings on the date asked for, whatever its day of the week,
    sorted; ``meetings`` are those that have not ended by then, with later ones.
    """

    id: int
    sourced_id: str
    title: str
    school_id: int
    class_type: str
    track: str
    seats: int | None
    taken: int
    periods: tuple[str, ...]
    starts_on: date | None
    ends_on: date | None
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True)
class IncompleteStudent:
    """A student enrolled and active today whose schedule has fewer periods than required."""

    person_id: int
    sourced_id: str
    name: str
    grade: str | None
    track: str
    required_periods: int
    filled_periods: int


def meets_on(on: date) -> ColumnElement[bool]:
    """The condition of a meeting row in effect on ``on``."""
    return and_(
        or_(SectionMeeting.begins_on.is_(None), SectionMeeting.begins_on <= on),
        or_(SectionMeeting.ends_on.is_(None), SectionMeeting.ends_on > on),
    )


def runs_on(on: date) -> ColumnElement[bool]:
    """The condition of an active section whose term includes ``on``."""
    return and_(
        Section.status == "active",
        or_(Section.starts_on.is_(None), Section.starts_on <= on),
        or_(Section.ends_on.is_(None), Section.ends_on > on),
    )


def in_section_on(on: date) -> ColumnElement[bool]:
    """The condition of an active section enrolment in its dates on ``on``."""
    return and_(
        SectionEnrollment.status == "active",
        or_(SectionEnrollment.begins_on.is_(None), SectionEnrollment.begins_on <= on),
        or_(SectionEnrollment.ends_on.is_(None), SectionEnrollment.ends_on > on),
    )


def not_ended_by(on: date) -> ColumnElement[bool]:
    """The condition of an active section enrolment that holds its seat on ``on`` or later.

    One that never began (it ends when it begins) holds none.
    """
    return and_(
        SectionEnrollment.status == "active",
        or_(
            SectionEnrollment.ends_on.is_(None),
            and_(
                SectionEnrollment.ends_on > on,
                func.coalesce(SectionEnrollment.begins_on, on) < SectionEnrollment.ends_on,
            ),
        ),
    )


def _taken(on: date) -> Select[int]:
    return (
        select(func.count())
        .select_from(SectionEnrollment)
        .where(
            SectionEnrollment.section_id == Section.id,
            SectionEnrollment.role == "student",
            not_ended_by(on),
        )
        .correlate(Section)
    )


def list_open_sections(
    session: Session, school_id: int, on: date, period: str | None = None
) -> list[SectionCard]:
    """The school's running sections with a free seat on ``on``, by title.

    ``period`` limits them to those that meet in it. Two queries.
    """
    taken = _taken(on).scalar_subquery()
    statement = (
        select(Section, taken)
        .where(
            Section.school_id == school_id,
            runs_on(on),
            or_(Section.seats.is_(None), taken < Section.seats),
        )
        .order_by(Section.title, Section.id)
    )
    if period is not None:
        statement = statement.where(
            exists().where(
                SectionMeeting.section_id == Section.id,
                SectionMeeting.period == period,
                meets_on(on),
            )
        )
    return _cards(session, session.execute(statement).all(), on)


def list_sections_of(session: Session, person_id: int, on: date) -> list[SectionCard]:
    """The running sections in which the person is a student on ``on``, by title."""
    statement = (
        select(Section, _taken(on).scalar_subquery())
        .join(SectionEnrollment, SectionEnrollment.section_id == Section.id)
        .where(
            SectionEnrollment.person_id == person_id,
            SectionEnrollment.role == "student",
            in_section_on(on),
            runs_on(on),
        )
        .order_by(Section.title, Section.id)
        .distinct()
    )
    return _cards(session, session.execute(statement).all(), on)


def get_section_card(session: Session, section_id: int, on: date) -> SectionCard:
    """One section, locked until the unit of work ends so that its seats stay counted; NotFound."""
    statement = (
        select(Section)
        .where(Section.id == section_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    section = session.scalar(statement)
    if section is None or section.status != "active":
        raise NotFound(f"There is no section {section_id}.")
    taken = session.scalar(_taken(on).where(SectionEnrollment.section_id == section_id))
    return _cards(session, [(section, taken or 0)], on)[0]


def find_place(
    session: Session, *, person_id: int, section_id: int, on: date
) -> SectionEnrollment | None:
    """The student's place in the section that has not ended by ``on``, locked; or None."""
    statement = (
        select(SectionEnrollment)
        .where(
            SectionEnrollment.person_id == person_id,
            SectionEnrollment.section_id == section_id,
            SectionEnrollment.role == "student",
            not_ended_by(on),
        )
        .order_by(SectionEnrollment.id)
        .limit(1)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return session.scalar(statement)


def list_places_at_school(
    session: Session, *, person_id: int, school_id: int, on: date
) -> list[SectionEnrollment]:
    """The student's places in the school's sections that have not ended by ``on``."""
    statement = (
        select(SectionEnrollment)
        .join(Section, Section.id == SectionEnrollment.section_id)
        .where(
            SectionEnrollment.person_id == person_id,
            SectionEnrollment.role == "student",
            Section.school_id == school_id,
            not_ended_by(on),
        )
        .order_by(SectionEnrollment.id)
    )
    return list(session.scalars(statement))


def list_incomplete(session: Session, school_id: int, limit: int = 100) -> list[IncompleteStudent]:
    """The school's students without a complete schedule as last computed, emptiest first."""
    statement = (
        select(ScheduleGap, SchoolEnrollment.grade, Person)
        .join(SchoolEnrollment, SchoolEnrollment.id == ScheduleGap.school_enrollment_id)
        .join(Person, Person.id == SchoolEnrollment.person_id)
        .where(ScheduleGap.school_id == school_id)
        .order_by((ScheduleGap.filled_periods - ScheduleGap.required_periods), Person.sourced_id)
        .limit(limit)
    )
    return [
        IncompleteStudent(
            person_id=person.id,
            sourced_id=person.sourced_id,
            name=f"{person.preferred_given_name or person.given_name} {person.family_name}",
            grade=grade,
            track=gap.track,
            required_periods=gap.required_periods,
            filled_periods=gap.filled_periods,
        )
        for gap, grade, person in session.execute(statement)
    ]


def _cards(session: Session, rows: Sequence[tuple[Section, int]], on: date) -> list[SectionCard]:
    meetings = _meetings(session, [section.id for section, _ in rows], on)
    return [
        SectionCard(
            id=section.id,
            sourced_id=section.sourced_id,
            title=section.title,
            school_id=section.school_id,
            class_type=section.class_type,
            track=section.track,
            seats=section.seats,
            taken=taken,
            periods=_labels(meetings.get(section.id, ()), on),
            starts_on=section.starts_on,
            ends_on=section.ends_on,
            meetings=tuple(meetings.get(section.id, ())),
        )
        for section, taken in rows
    ]


def _labels(meetings: Iterable[Meeting], on: date) -> tuple[str, ...]:
    return tuple(sorted({m.period for m in meetings if within(m.begins_on, m.ends_on, on)}))


def _meetings(session: Session, section_ids: Iterable[int], on: date) -> dict[int, list[Meeting]]:
    lasting = or_(SectionMeeting.ends_on.is_(None), SectionMeeting.ends_on > on)
    statement = (
        select(SectionMeeting)
        .where(SectionMeeting.section_id.in_(section_ids), lasting)
        .order_by(SectionMeeting.section_id, SectionMeeting.period, SectionMeeting.id)
    )
    found: dict[int, list[Meeting]] = {}
    for row in session.scalars(statement):
        meeting = Meeting(row.period, row.days, row.begins_on, row.ends_on, row.room)
        found.setdefault(row.section_id, []).append(meeting)
    return found
