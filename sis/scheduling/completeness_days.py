"""What kind of day every track has today, and whether the calendar knows at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from sis.calendars import queries as calendars
from sis.calendars.models import Calendar, CalendarDate
from sis.calendars.rules import DAY_TYPES_OF_INSTRUCTION, SchoolDay
from sis.organizations.models import School


@dataclass(frozen=True)
class TrackDay:
    """``day`` is None when the track has no school; ``problem`` says why nobody can tell."""

    day: SchoolDay | None
    problem: str = ""


def list_track_days(
    session: Session, on_dates: Mapping[str, date]
) -> dict[tuple[int, str], TrackDay]:
    """The day of every (school id, track) that has a calendar; two statements for all schools.

    A date after the last calendar of a track is a problem (the new year was not loaded); one
    before or between its calendars is a day without school.
    """
    if not on_dates:
        return {}
    in_session = calendars.school_days(session, on_dates)
    return {
        key: _track_day(in_session.get(key), reaches, day_type)
        for key, (reaches, day_type) in _coverage(session, on_dates).items()
    }


def _track_day(day: SchoolDay | None, reaches: bool, day_type: str | None) -> TrackDay:
    if day is not None:
        return TrackDay(day)
    if day_type in DAY_TYPES_OF_INSTRUCTION:
        return TrackDay(None, "the school has no bell schedule")
    return TrackDay(None) if reaches else TrackDay(None, "the calendar ends before today")


def _coverage(
    session: Session, on_dates: Mapping[str, date]
) -> dict[tuple[int, str], tuple[bool, str | None]]:
    """By school and track: whether a calendar reaches today or a later day, and today's type."""
    today = or_(
        *(
            and_(School.time_zone == zone, CalendarDate.on_date == on)
            for zone, on in on_dates.items()
        )
    )
    rows = session.execute(
        select(
            Calendar.school_id,
            Calendar.track,
            Calendar.ends_on,
            School.time_zone,
            CalendarDate.day_type,
        )
        .join(School, School.organization_id == Calendar.school_id)
        .outerjoin(CalendarDate, and_(CalendarDate.calendar_id == Calendar.id, today))
        .where(School.time_zone.in_(sorted(on_dates)))
    )
    found: dict[tuple[int, str], tuple[bool, str | None]] = {}
    for school_id, track, ends_on, zone, day_type in rows:
        reaches, known_type = found.get((school_id, track), (False, None))
        reaches = reaches or ends_on > on_dates[zone]
        found[school_id, track] = (reaches, known_type or day_type)
    return found
