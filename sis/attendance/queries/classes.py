"""Which classes meet on a date, as one select for a school or the whole district.

A class is a section and a period of a date. A homeroom, and a section without any meeting, is
taken once a day: its period is "". It meets when its section runs, a meeting is in effect, its
track has instruction and at least one student is on its roster.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy import union_all as stacked
from sqlalchemy.orm import Session

from sis.attendance.models import AttendanceSubmission
from sis.attendance.rules.meetings import DAILY, Bells, Ring
from sis.calendars.models import Calendar, CalendarDate, ClassPeriod
from sis.calendars.rules import DAY_TYPES_OF_INSTRUCTION
from sis.courses.models import Section, SectionMeeting
from sis.courses.rules.meetings import WEEKDAYS
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.queries import in_section_on, meets_on, runs_on

_HOMEROOM = "homeroom"


@dataclass(frozen=True)
class ClassMet:
    """A class that meets on ``on_date``; no submission when its attendance was not taken."""

    section_id: int
    school_id: int
    title: str
    location: str | None
    track: str
    on_date: date
    period: str
    day_type: str
    roster_size: int
    submission_id: int | None


def slots(on: date, *only: ColumnElement[bool]) -> Subquery:
    """Sections and periods that meet on ``on``: section_id, school_id, track, period, day_type.

    Of all schools, or only of the sections that meet the conditions ``only``.
    """
    parts = stacked(_by_period(on), _daily(on)).subquery()
    statement = (
        select(
            Section.id.label("section_id"),
            Section.school_id,
            Section.track,
            parts.c.period,
            func.max(CalendarDate.day_type).label("day_type"),
        )
        .join(parts, parts.c.section_id == Section.id)
        .join(
            Calendar,
            and_(
                Calendar.school_id == Section.school_id,
                or_(Calendar.track == Section.track, Calendar.track == "", Section.track == ""),
            ),
        )
        .join(CalendarDate, CalendarDate.calendar_id == Calendar.id)
        .where(
            CalendarDate.on_date == on,
            CalendarDate.day_type.in_(DAY_TYPES_OF_INSTRUCTION),
            exists().where(
                SectionEnrollment.section_id == Section.id,
                SectionEnrollment.role == "student",
                in_section_on(on),
            ),
            *only,
        )
        .group_by(Section.id, Section.school_id, Section.track, parts.c.period)
    )
    return statement.subquery()


def _by_period(on: date) -> Select[int, str]:
    return (
        select(SectionMeeting.section_id, SectionMeeting.period)
        .join(Section, Section.id == SectionMeeting.section_id)
        .where(Section.class_type != _HOMEROOM, runs_on(on), _takes_place(on))
        .distinct()
    )


def _takes_place(on: date) -> ColumnElement[bool]:
    """The condition of a meeting in effect on ``on``, on that day of the week."""
    weekday = on.weekday()
    if weekday >= len(WEEKDAYS):
        return false()
    days = SectionMeeting.days
    return and_(meets_on(on), or_(days.is_(None), days.contains(WEEKDAYS[weekday])))


def _daily(on: date) -> Select[int, str]:
    meeting = exists().where(SectionMeeting.section_id == Section.id)
    return select(Section.id, literal(DAILY)).where(
        runs_on(on),
        or_(~meeting, and_(Section.class_type == _HOMEROOM, meeting.where(_takes_place(on)))),
    )


def submitted(slot: Subquery, on: date) -> ColumnElement[bool]:
    """The condition of the submission of a slot."""
    return and_(
        AttendanceSubmission.section_id == slot.c.section_id,
        AttendanceSubmission.on_date == on,
        AttendanceSubmission.period == slot.c.period,
    )


def list_classes(
    session: Session,
    on: date,
    *,
    school_ids: Collection[int] | None = None,
    section_ids: Collection[int] | None = None,
) -> list[ClassMet]:
    """The classes that meet on ``on`` by the bells of their schools, by period and title.

    Periods that do not ring on a day of that type are left out. Two statements.
    """
    wanted = ((Section.school_id, school_ids), (Section.id, section_ids))
    slot = slots(on, *(column.in_(ids) for column, ids in wanted if ids is not None))
    taken = (
        select(func.count(func.distinct(SectionEnrollment.person_id)))
        .where(
            SectionEnrollment.section_id == slot.c.section_id,
            SectionEnrollment.role == "student",
            in_section_on(on),
        )
        .scalar_subquery()
    )
    statement = (
        select(Section, slot.c.period, slot.c.day_type, taken, AttendanceSubmission.id)
        .join(slot, slot.c.section_id == Section.id)
        .outerjoin(AttendanceSubmission, submitted(slot, on))
        .order_by(slot.c.period, Section.title, Section.id)
    )
    rows = session.execute(statement).all()
    bells = list_bells_of(session, {section.school_id for section, *_ in rows})
    return [
        ClassMet(
            section_id=section.id,
            school_id=section.school_id,
            title=section.title,
            location=section.location,
            track=section.track,
            on_date=on,
            period=period,
            day_type=day_type,
            roster_size=roster_size,
            submission_id=submission_id,
        )
        for section, period, day_type, roster_size, submission_id in rows
        if bells.get(section.school_id, Bells()).held(day_type, period)
    ]


def list_bells_of(session: Session, school_ids: Collection[int] | None) -> dict[int, Bells]:
    """The bell schedules of these schools, or of all."""
    statement = select(
        ClassPeriod.school_id,
        ClassPeriod.day_type,
        ClassPeriod.label,
        ClassPeriod.starts_at,
        ClassPeriod.ends_at,
    )
    if school_ids is not None:
        statement = statement.where(ClassPeriod.school_id.in_(school_ids))
    found: dict[int, dict[str, dict[str, Ring]]] = {}
    for school_id, day_type, label, starts_at, ends_at in session.execute(statement):
        types = found.setdefault(school_id, {})
        types.setdefault(day_type, {})[label] = Ring(starts_at, ends_at)
    return {school_id: Bells(types) for school_id, types in found.items()}
