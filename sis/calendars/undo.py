"""Taking back the last change of a part. Undoing is a change too, and can be undone."""

from datetime import date, datetime, time

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.db import JsonDict
from core.errors import Conflict, NotFound
from sis.calendars.actions import put_days
from sis.calendars.actions_bells import change_bells
from sis.calendars.actions_marking import set_grading_windows, set_marking_periods
from sis.calendars.changes import keep_change, start_change
from sis.calendars.models import Calendar, CalendarChange
from sis.calendars.queries_changes import Part, find_last_change, get_days
from sis.calendars.queries_years import find_calendar_year, get_calendar_year
from sis.calendars.rules import Bell
from sis.calendars.rules_marking import MarkingSpan, WindowSpan


def undo(
    session: Session, part: Part, *, seen: int, by: Actor, now: datetime
) -> CalendarChange | None:
    """Put the part back to what it was before its newest change, which has the id ``seen``.

    Raises NotFound (nothing to undo, or outside the actor's scope) and Conflict: changed
    meanwhile, or the change that undoes it is refused itself.
    """
    start_change(session, part, seen=seen, by=by)
    last = find_last_change(session, part)
    if last is None:
        raise NotFound("There is no change to undo.")
    if part.name == "bells":
        return _undo_bells(session, last, by=by, now=now)
    if part.name == "marking_periods":
        periods = [_period(row) for row in last.before["periods"]]
        return set_marking_periods(session, part, periods, seen=seen, by=by, now=now)
    if part.name == "grading_windows":
        windows = [_window(row) for row in last.before["windows"]]
        return set_grading_windows(session, part, windows, seen=seen, by=by, now=now)
    if "days" in last.before:
        return _undo_days(session, part, last, by=by, now=now)
    return _undo_year(session, part, last, by=by, now=now)


def _undo_bells(
    session: Session, last: CalendarChange, *, by: Actor, now: datetime
) -> CalendarChange | None:
    day_type = str(last.before["day_type"])
    bells = [
        Bell(day_type, label, time.fromisoformat(starts_at), time.fromisoformat(ends_at))
        for label, starts_at, ends_at in last.before["bells"]
    ]
    return change_bells(session, last.school_id or 0, day_type, bells, seen=last.id, by=by, now=now)


def _undo_days(
    session: Session, part: Part, last: CalendarChange, *, by: Actor, now: datetime
) -> CalendarChange:
    year = get_calendar_year(session, part.school_id or 0, part.track, part.school_year or 0)
    wanted = {date.fromisoformat(on): kind for on, kind in last.before["days"].items()}
    rows = get_days(session, year.id, year.starts_on, year.ends_on)
    current = {row.on_date: row.day_type for row in rows}
    before = {on.isoformat(): current.get(on) for on in wanted}
    put_days(session, year.id, wanted)
    return keep_change(session, part, _taken_back(last), {"days": before}, by=by, now=now)


def _undo_year(
    session: Session, part: Part, last: CalendarChange, *, by: Actor, now: datetime
) -> CalendarChange:
    """A year that was made is removed, and one that was removed comes back with its days."""
    before = last.before["year"]
    if before is None:
        removed = _remove(session, part)
        return keep_change(session, part, _taken_back(last), {"year": removed}, by=by, now=now)
    if find_calendar_year(session, part.school_id or 0, part.track, part.school_year or 0):
        raise Conflict("There is a calendar for this year again.", code="calendar_exists")
    calendar = Calendar(
        school_id=part.school_id,
        track=part.track,
        session_id=before["session_id"],
        starts_on=date.fromisoformat(before["starts_on"]),
        ends_on=date.fromisoformat(before["ends_on"]),
    )
    session.add(calendar)
    session.flush()
    days = {date.fromisoformat(on): kind for on, kind in before["days"].items()}
    put_days(session, calendar.id, days)
    return keep_change(session, part, _taken_back(last), {"year": None}, by=by, now=now)


def _remove(session: Session, part: Part) -> JsonDict:
    year = get_calendar_year(session, part.school_id or 0, part.track, part.school_year or 0)
    rows = get_days(session, year.id, year.starts_on, year.ends_on)
    kept = {
        "session_id": year.session_id,
        "starts_on": year.starts_on.isoformat(),
        "ends_on": year.ends_on.isoformat(),
        "days": {row.on_date.isoformat(): row.day_type for row in rows},
    }
    for row in rows:
        session.delete(row)
    session.flush()
    session.delete(session.get(Calendar, year.id))
    session.flush()
    return kept


def _taken_back(last: CalendarChange) -> str:
    return f"Undone: {last.summary.removeprefix('Undone: ')}"


def _period(row: list[object]) -> MarkingSpan:
    term, week, starts_on, ends_on = row
    return MarkingSpan(
        int(str(term)),
        int(str(week)),
        date.fromisoformat(str(starts_on)),
        date.fromisoformat(str(ends_on)),
    )


def _window(row: list[object]) -> WindowSpan:
    term, week, opens_on, opens_at, closes_on, closes_at = row
    return WindowSpan(
        int(str(term)),
        int(str(week)),
        date.fromisoformat(str(opens_on)),
        time.fromisoformat(str(opens_at)),
        date.fromisoformat(str(closes_on)),
        time.fromisoformat(str(closes_at)),
    )
