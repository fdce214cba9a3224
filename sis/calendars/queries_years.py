"""The school years of a school's tracks, and their terms."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

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
