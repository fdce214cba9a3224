"""One change by hand: everybody waits in line, says what they saw, and leaves the way back."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.db import JsonDict
from core.errors import Conflict, Forbidden
from sis.calendars.models import CalendarChange
from sis.calendars.queries_changes import Part, find_last_change, lock_place
from sis.organizations.queries import SchoolCard, get_school_for

WORDS = {
    "days": "the days",
    "bells": "the bells",
    "marking_periods": "the marking periods",
    "grading_windows": "the grading windows",
}


def start_change(session: Session, part: Part, *, seen: int, by: Actor) -> SchoolCard | None:
    """Hold the part until the unit of work ends; the school, or None for the district.

    ``seen`` is the id of the newest change that the person knew of, 0 for none. Raises NotFound
    (outside the actor's scope), Forbidden (the district's, by somebody of some schools only) and
    Conflict with who changed the part since, when, and what.
    """
    school = None
    if part.school_id is not None:
        school = get_school_for(session, by, part.school_id)
    elif by.scope is not None:
        raise Forbidden("Only somebody who works for all schools changes the district's own.")
    lock_place(session, part.school_id)
    last = find_last_change(session, part)
    if last is not None and last.id != seen:
        raise Conflict(_told(last, school), code="changed_meanwhile")
    return school


def keep_change(
    session: Session, part: Part, summary: str, before: JsonDict, *, by: Actor, now: datetime
) -> CalendarChange:
    """Write down what was done, with what undoing it takes, and the audit row."""
    change = CalendarChange(
        school_id=part.school_id,
        part=part.name,
        track=part.track,
        school_year=part.school_year,
        summary=summary,
        before=before,
        changed_at=now,
        changed_by=by.id,
        changed_by_name=by.name,
    )
    session.add(change)
    session.flush()
    place = "district" if part.school_id is None else part.school_id
    record(
        session,
        by=by,
        action=f"calendar.{part.name}",
        subject=("calendar_change", change.id),
        before=before,
        after={
            "place": place,
            "track": part.track,
            "school_year": part.school_year,
            "summary": summary,
        },
        now=now,
    )
    return change


def _told(last: CalendarChange, school: SchoolCard | None) -> str:
    at = last.changed_at.astimezone(ZoneInfo(school.time_zone if school else "UTC"))
    return (
        f"{last.changed_by_name} changed {WORDS[last.part]} meanwhile ({at:%d %b, %H:%M %Z}):"
        f" {last.summary} Look at what is there now, then decide again."
    )
