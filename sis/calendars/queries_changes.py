"""What was changed by hand, and what stands in the way of a change."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from sis.attendance.models import AttendanceSubmission
from sis.calendars.models import (
    AcademicSession,
    Calendar,
    CalendarChange,
    CalendarDate,
    ClassPeriod,
)
from sis.courses.models import Section, SectionMeeting
from sis.organizations.models import Organization


@dataclass(frozen=True)
class Part:
    """What one person can change while another changes something else.

    ``school_id`` None is the district. Bells belong to the school, whatever the track (``""``);
    ``school_year`` is that of everything but bells.
    """

    name: str
    school_id: int | None
    track: str = ""
    school_year: int | None = None


def lock_place(session: Session, school_id: int | None) -> None:
    """Have others who change calendars of this school, or the district's, wait in line."""
    place = school_id
    if place is None:  # the district has no row of its own: its first organization stands for it
        place = session.scalar(select(func.min(Organization.id)))
    statement = select(Organization.id).where(Organization.id == place)
    session.execute(statement.with_for_update(key_share=True))


def find_last_change(session: Session, part: Part) -> CalendarChange | None:
    """The newest change of the part; None when nobody has changed it by hand."""
    statement = select(CalendarChange).where(*_of(part)).order_by(CalendarChange.id.desc()).limit(1)
    return session.scalar(statement)


def list_changes(session: Session, school_id: int, limit: int = 20) -> list[CalendarChange]:
    """The newest changes at a school, newest first."""
    statement = (
        select(CalendarChange)
        .where(CalendarChange.school_id == school_id)
        .order_by(CalendarChange.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))


def get_version(
    session: Session, school_id: int, track: str, school_year: int
) -> tuple[int, datetime]:
    """How often the year, or what it takes from the district, was changed by hand, and when last.

    Without a change, the time at which the school itself was last changed.
    """
    statement = select(func.count(), func.max(CalendarChange.changed_at)).where(
        or_(CalendarChange.school_id == school_id, CalendarChange.school_id.is_(None)),
        CalendarChange.track == track,
        CalendarChange.school_year == school_year,
    )
    count, newest = session.execute(statement).one()
    if count:
        return count, newest
    school = select(Organization.modified_at).where(Organization.id == school_id)
    return 0, session.scalars(school).one()


def list_years_changed_by_hand(session: Session) -> set[tuple[int | None, str, int | None]]:
    """(school id, track, school year) of the years whose days somebody has changed."""
    statement = (
        select(CalendarChange.school_id, CalendarChange.track, CalendarChange.school_year)
        .where(CalendarChange.part == "days")
        .distinct()
    )
    return {(school, track, year) for school, track, year in session.execute(statement)}


def list_schools_with_own_bells(session: Session) -> set[int]:
    """The ids of schools whose bells somebody has changed by hand."""
    statement = select(CalendarChange.school_id).where(CalendarChange.part == "bells").distinct()
    return {school_id for school_id in session.scalars(statement) if school_id is not None}


def list_sections_in_periods(
    session: Session, school_id: int, labels: Collection[str], on: date
) -> list[tuple[str, str]]:
    """(period, section title) of the meetings in these periods that go on after ``on``."""
    statement = (
        select(SectionMeeting.period, Section.title)
        .join(Section, Section.id == SectionMeeting.section_id)
        .where(
            Section.school_id == school_id,
            Section.status == "active",
            SectionMeeting.period.in_(labels),
            or_(SectionMeeting.ends_on.is_(None), SectionMeeting.ends_on > on),
            or_(Section.ends_on.is_(None), Section.ends_on > on),
        )
        .order_by(SectionMeeting.period, Section.title)
    )
    return [(period, title) for period, title in session.execute(statement)]


def count_submissions(session: Session, school_id: int, track: str, days: Collection[date]) -> int:
    """How often attendance was submitted on these days in sections of the track."""
    statement = (
        select(func.count())
        .select_from(AttendanceSubmission)
        .join(Section, Section.id == AttendanceSubmission.section_id)
        .where(
            AttendanceSubmission.school_id == school_id,
            AttendanceSubmission.on_date.in_(days),
            Section.track == track,
        )
    )
    return session.scalar(statement) or 0


def list_periods_of(session: Session, school_id: int, day_type: str) -> list[ClassPeriod]:
    """The rows of a bell schedule, by time."""
    statement = (
        select(ClassPeriod)
        .where(ClassPeriod.school_id == school_id, ClassPeriod.day_type == day_type)
        .order_by(ClassPeriod.starts_at, ClassPeriod.label)
    )
    return list(session.scalars(statement))


def get_days(
    session: Session, calendar_id: int, starts_on: date, ends_on: date
) -> list[CalendarDate]:
    """The rows of a calendar in ``[starts_on, ends_on)``, by date."""
    statement = (
        select(CalendarDate)
        .where(
            CalendarDate.calendar_id == calendar_id,
            CalendarDate.on_date >= starts_on,
            CalendarDate.on_date < ends_on,
        )
        .order_by(CalendarDate.on_date)
    )
    return list(session.scalars(statement))


def find_overlapping_year(
    session: Session, school_id: int, track: str, starts_on: date, ends_on: date
) -> Calendar | None:
    """A calendar of the track that has a day in ``[starts_on, ends_on)``; or None."""
    statement = select(Calendar).where(
        Calendar.school_id == school_id,
        Calendar.track == track,
        Calendar.starts_on < ends_on,
        Calendar.ends_on > starts_on,
    )
    return session.scalars(statement.limit(1)).first()


def list_own_year_sessions(
    session: Session, source: str, title: str, starts_on: date, ends_on: date
) -> list[tuple[AcademicSession, list[AcademicSession]]]:
    """The school years of that source, title and dates, each with its terms by start."""
    years = session.scalars(
        select(AcademicSession)
        .where(
            AcademicSession.source == source,
            AcademicSession.type == "schoolYear",
            AcademicSession.status == "active",
            AcademicSession.title == title,
            AcademicSession.starts_on == starts_on,
            AcademicSession.ends_on == ends_on,
        )
        .order_by(AcademicSession.id)
    ).all()
    return [(year, _terms_of(session, year.id)) for year in years]


def _terms_of(session: Session, year_id: int) -> list[AcademicSession]:
    statement = (
        select(AcademicSession)
        .where(AcademicSession.parent_id == year_id, AcademicSession.status == "active")
        .order_by(AcademicSession.starts_on)
    )
    return list(session.scalars(statement))


def _of(part: Part) -> tuple[ColumnElement[bool], ...]:
    return (
        CalendarChange.part == part.name,
        CalendarChange.school_id == part.school_id,
        CalendarChange.track == part.track,
        CalendarChange.school_year == part.school_year,
    )
