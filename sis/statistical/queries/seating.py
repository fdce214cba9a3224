"""Enrolments, sections with their classes, and rosters of some schools in a school month."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from sis.attendance.rules.meetings import DAILY
from sis.courses.models import Section, SectionMeeting
from sis.enrollment.models import SchoolEnrollment
from sis.scheduling.models import SectionEnrollment
from sis.statistical.rules.days import MonthDays
from sis.statistical.rules.facts import MonthFrame, Seat, Stay

Key = tuple[int, int]
"""A school's id and a person's id."""

_HOMEROOM = "homeroom"


@dataclass
class MeetingDays:
    """The days of a section's classes by period: the timetable's word, and the weekdays in it."""

    id: int
    school_id: int
    track: str
    title: str
    homeroom: bool
    daily: bool
    runs: int
    periods: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, period: str, in_effect: int, meets: int) -> None:
        before = self.periods.get(period, (0, 0))
        self.periods[period] = (before[0] | in_effect, before[1] | meets)


def list_stays(
    session: Session, school_ids: Collection[int], frame: MonthFrame
) -> dict[Key, list[tuple[str, Stay]]]:
    """The enrolments of each student that touch the month, each with its track, by begin."""
    table = SchoolEnrollment
    statement = (
        select(
            table.school_id,
            table.person_id,
            table.track,
            table.grade,
            table.begins_on,
            table.ends_on,
        )
        .where(
            table.school_id.in_(school_ids),
            table.status == "active",
            or_(table.begins_on.is_(None), table.begins_on < frame.closes_on),
            or_(table.ends_on.is_(None), table.ends_on >= frame.opens_on),
            or_(
                table.begins_on.is_(None), table.ends_on.is_(None), table.begins_on < table.ends_on
            ),
        )
        .order_by(table.person_id, table.id)
    )
    found: dict[Key, list[tuple[str, Stay]]] = defaultdict(list)
    for school_id, person_id, track, grade, begins_on, ends_on in session.execute(statement):
        found[school_id, person_id].append((track, Stay(grade or "", begins_on, ends_on)))
    for stays in found.values():
        if len(stays) > 1:  # databases do not agree on where null comes
            stays.sort(key=lambda stay: stay[1].begins_on or date.min)
    return found


def list_sections(
    session: Session, school_ids: Collection[int], days: MonthDays
) -> dict[int, MeetingDays]:
    """The sections that run in the month, with the days on which their classes meet.

    A homeroom, and a section without any meeting, is taken once a day, under the period ``""``.
    """
    statement = (
        select(
            *(Section.id, Section.school_id, Section.track, Section.title, Section.class_type),
            *(Section.starts_on, Section.ends_on, SectionMeeting.period, SectionMeeting.days),
            *(SectionMeeting.begins_on, SectionMeeting.ends_on),
        )
        .outerjoin(SectionMeeting, SectionMeeting.section_id == Section.id)
        .where(
            Section.school_id.in_(school_ids),
            Section.status == "active",
            _touches(Section.starts_on, Section.ends_on, days),
        )
        .order_by(Section.id, SectionMeeting.id)
    )
    found: dict[int, MeetingDays] = {}
    for row in session.execute(statement):
        known = found.get(row.id)
        if known is None:
            homeroom = row.class_type == _HOMEROOM
            known = found[row.id] = MeetingDays(
                *row[:4],
                homeroom=homeroom,
                daily=homeroom or row.period is None,
                runs=days.within(row.starts_on, row.ends_on),
            )
        in_effect = known.runs & days.within(*row[9:])
        known.add(
            DAILY if known.daily else row.period, in_effect, in_effect & days.on_weekdays(row.days)
        )
    return found


def list_seats(
    session: Session, school_ids: Collection[int], days: MonthDays
) -> dict[Key, list[Seat]]:
    """The days of each student on the roster of each section, by section."""
    table = SectionEnrollment
    statement = (
        select(Section.school_id, table.person_id, table.section_id, table.begins_on, table.ends_on)
        .join(Section, Section.id == table.section_id)
        .where(
            Section.school_id.in_(school_ids),
            Section.status == "active",
            table.role == "student",
            table.status == "active",
            _touches(table.begins_on, table.ends_on, days),
            _touches(Section.starts_on, Section.ends_on, days),
        )
        .order_by(table.section_id, table.person_id)
    )
    masks: dict[tuple[object, object], int] = {}
    found: dict[Key, list[Seat]] = defaultdict(list)
    for school_id, person_id, section_id, begins_on, ends_on in session.execute(statement):
        span = (begins_on, ends_on)
        roster = masks.get(span)
        if roster is None:
            roster = masks[span] = days.within(begins_on, ends_on)
        seats = found[school_id, person_id]
        if seats and seats[-1].section_id == section_id:  # came back into the same section
            seats[-1] = Seat(section_id, seats[-1].roster | roster)
        else:
            seats.append(Seat(section_id, roster))
    return found


def _touches(
    begins: InstrumentedAttribute[object], ends: InstrumentedAttribute[object], days: MonthDays
) -> ColumnElement[bool]:
    """The condition of a range of dates that has a day of the month in it."""
    first, last = days.days[0], days.days[-1]
    return and_(or_(begins.is_(None), begins <= last), or_(ends.is_(None), ends > first))
