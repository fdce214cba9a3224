"""Saying what kind of day the days of a track are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import Invalid, NotFound
from sis.calendars.changes import keep_change, start_change
from sis.calendars.models import Calendar, CalendarChange, CalendarDate, DayType
from sis.calendars.queries_changes import Part, count_submissions, get_days
from sis.calendars.queries_years import CalendarYear, get_calendar_year
from sis.calendars.rules import DAY_TYPES_OF_INSTRUCTION, weekdays

DAY = timedelta(days=1)


@dataclass(frozen=True)
class DaysSet:
    """The change, and how many submissions of attendance lie on days that have no school now."""

    change: CalendarChange
    submissions: int


def set_days(
    session: Session,
    part: Part,
    *,
    first: date,
    last: date,
    day_type: DayType,
    seen: int,
    by: Actor,
    now: datetime,
) -> DaysSet | None:
    """Make the weekdays from ``first`` to ``last``, both included, days of that type.

    None when they all are already. Days on which attendance was submitted may become days
    without school: it stays, and the answer says how much of it there is. Raises NotFound (no such
    school or year), Invalid (dates outside the year, or no weekday among them) and Conflict
    (changed meanwhile).
    """
    start_change(session, part, seen=seen, by=by)
    year = get_calendar_year(session, part.school_id or 0, part.track, part.school_year or 0)
    wanted = list(weekdays(first, last + DAY))
    _refuse_range(year, first, last, wanted)
    rows = {row.on_date: row for row in get_days(session, year.id, first, last + DAY)}
    before = {
        day.isoformat(): rows[day].day_type if day in rows else None
        for day in wanted
        if day not in rows or rows[day].day_type != day_type
    }
    if not before:
        return None
    put_days(session, year.id, dict.fromkeys(map(date.fromisoformat, before), day_type.value))
    own_calendar(session, year.id)
    count = f"{len(before)} day{'s' if len(before) != 1 else ''}"
    summary = f"{count} from {first} to {last}: {day_type.value}."
    change = keep_change(session, part, summary, {"days": before}, by=by, now=now)
    if day_type in DAY_TYPES_OF_INSTRUCTION:
        return DaysSet(change, 0)
    off = [date.fromisoformat(on) for on in before]
    return DaysSet(change, count_submissions(session, year.school_id, year.track, off))


def put_days(session: Session, calendar_id: int, days: Mapping[date, str | None]) -> None:
    """Set the types of dates of a calendar; None takes a date out of it."""
    if not days:
        return
    rows = get_days(session, calendar_id, min(days), max(days) + DAY)
    known = {row.on_date: row for row in rows}
    for on, day_type in days.items():
        if day_type is None:
            if on in known:
                session.delete(known[on])
        elif on in known:
            known[on].day_type = day_type
        else:
            session.add(CalendarDate(calendar_id=calendar_id, on_date=on, day_type=day_type))
    session.flush()


def _refuse_range(year: CalendarYear, first: date, last: date, wanted: Sequence[date]) -> None:
    fields = {}
    if first > last:
        fields["last"] = "It is before the first day."
    elif not wanted:
        fields["last"] = "There is no weekday among these days."
    for name, day in (("first", first), ("last", last)):
        if not year.starts_on <= day < year.ends_on:
            end = year.ends_on - DAY
            fields[name] = f"The calendar goes from {year.starts_on} to {end}."
    if fields:
        raise Invalid("These days cannot be changed.", fields=fields)


def own_calendar(session: Session, calendar_id: int) -> None:
    """A calendar that a person has changed is no longer one that was derived from the terms."""
    calendar = session.get(Calendar, calendar_id)
    if calendar is None:
        raise NotFound("This calendar has just been removed.")
    calendar.derived = False
