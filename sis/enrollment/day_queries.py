"""The school days that enrolling and no-shows ask for."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sis.calendars.models import Calendar, CalendarDate
from sis.calendars.queries import list_calendar_days
from sis.calendars.rules import DAY_TYPES_OF_INSTRUCTION


def find_first_day(session: Session, school_id: int, track: str, on: date) -> date | None:
    """The first day of instruction of the track's year that includes ``on``; None without one."""
    statement = (
        select(func.min(CalendarDate.on_date))
        .join(Calendar, Calendar.id == CalendarDate.calendar_id)
        .where(
            Calendar.school_id == school_id,
            Calendar.track == track,
            Calendar.starts_on <= on,
            Calendar.ends_on > on,
            CalendarDate.day_type.in_(DAY_TYPES_OF_INSTRUCTION),
        )
    )
    return session.scalar(statement)


def list_days_taught(
    session: Session, school_id: int, track: str, starts_on: date, ends_on: date
) -> list[date]:
    """The track's days of instruction in ``[starts_on, ends_on)``."""
    days = list_calendar_days(session, school_id, track, starts_on, ends_on)
    return [one.on for one in days if one.day_type in DAY_TYPES_OF_INSTRUCTION]
