"""The school years of a school's tracks, and their terms."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from sis.calendars.models import AcademicSession, Calendar
from sis.calendars.rules_months import school_year_of


@dataclass(frozen=True)
class CalendarYear:
    """The school year of a track, ``[starts_on, ends_on)``, named by the year in which it ends.

    ``derived`` says that it was made from the terms because no source sent one.
    """

    id: int
    school_id: int
    track: str
    school_year: int
    starts_on: date
    ends_on: date
    derived: bool
    session_id: int | None


@dataclass(frozen=True)
class Term:
    """A semester, term or grading period of a track, ``[starts_on, ends_on)``."""

    session_id: int
    title: str
    type: str
    starts_on: date
    ends_on: date


def list_calendar_years(session: Session, school_id: int) -> list[CalendarYear]:
    """Every calendar of the school, by track and start."""
    statement = (
        select(Calendar, AcademicSession.school_year)
        .outerjoin(AcademicSession, AcademicSession.id == Calendar.session_id)
        .where(Calendar.school_id == school_id)
        .order_by(Calendar.track, Calendar.starts_on)
    )
    return [
        CalendarYear(
            id=calendar.id,
            school_id=calendar.school_id,
            track=calendar.track,
            school_year=school_year or school_year_of(calendar.starts_on, calendar.ends_on),
            starts_on=calendar.starts_on,
            ends_on=calendar.ends_on,
            derived=calendar.derived,
            session_id=calendar.session_id,
        )
        for calendar, school_year in session.execute(statement)
    ]


def find_calendar_year(
    session: Session, school_id: int, track: str, school_year: int
) -> CalendarYear | None:
    """The track's calendar of the school year that ends in ``school_year``; or None.

    Of several, the one that begins last.
    """
    years = [
        year
        for year in list_calendar_years(session, school_id)
        if year.track == track and year.school_year == school_year
    ]
    return years[-1] if years else None


def get_calendar_year(
    session: Session, school_id: int, track: str, school_year: int
) -> CalendarYear:
    """The same; NotFound with what to do when there is none."""
    year = find_calendar_year(session, school_id, track, school_year)
    if year is None:
        of_track = f" of track {track}" if track else ""
        raise NotFound(
            f"There is no calendar{of_track} for the school year {school_year - 1}-{school_year}."
            " Make one first."
        )
    return year


def list_terms(session: Session, year: CalendarYear) -> list[Term]:
    """The semesters, terms and grading periods below the year's own session, by start."""
    statement = (
        select(
            AcademicSession.id,
            AcademicSession.title,
            AcademicSession.type,
            AcademicSession.starts_on,
            AcademicSession.ends_on,
        )
        .where(
            AcademicSession.parent_id == year.session_id,
            AcademicSession.status == "active",
            AcademicSession.type != "schoolYear",
        )
        .order_by(AcademicSession.starts_on, AcademicSession.id)
    )
    return [Term(*row) for row in session.execute(statement)]


def list_tracks_and_years(session: Session, school_id: int | None) -> list[tuple[str, int]]:
    """(track, school year) of the school's calendars, or of all schools' (None); by year, track."""
    statement = (
        select(Calendar.track, Calendar.starts_on, Calendar.ends_on, AcademicSession.school_year)
        .outerjoin(AcademicSession, AcademicSession.id == Calendar.session_id)
        .distinct()
    )
    if school_id is not None:
        statement = statement.where(Calendar.school_id == school_id)
    found = {
        (track, year or school_year_of(starts_on, ends_on))
        for track, starts_on, ends_on, year in session.execute(statement)
    }
    return sorted(found, key=lambda item: (item[1], item[0]))


def find_typical_year(session: Session, track: str, school_year: int) -> CalendarYear | None:
    """A calendar of that track and year as most schools have it; None when nobody has one."""
    count = func.count()
    statement = (
        select(func.min(Calendar.school_id), count)
        .join(AcademicSession, AcademicSession.id == Calendar.session_id)
        .where(Calendar.track == track, AcademicSession.school_year == school_year)
        .group_by(Calendar.session_id)
        .order_by(count.desc(), func.min(Calendar.school_id))
        .limit(1)
    )
    found = session.execute(statement).first()
    return find_calendar_year(session, found[0], track, school_year) if found else None
