"""A school year to change, and the people who do."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM, Actor
from sis.calendars.actions_years import NewTerm, NewYear, create_year
from sis.calendars.queries_changes import Part, find_last_change
from sis.calendars.rules import SessionDays
from tests.sis.school import NOW

OFFICE = Actor("user", "user:1", "Ana Office", "school_staff", frozenset())
ELSEWHERE = replace(OFFICE, scope=frozenset({"S-9"}))
STARTS, ENDS = date(2014, 8, 12), date(2015, 6, 5)
CHRISTMAS = (date(2014, 12, 20), date(2015, 1, 12))
LABOR_DAY = date(2014, 9, 1)


def new_year(track: str = "") -> NewYear:
    return NewYear(
        title="School year 2014-15",
        starts_on=STARTS,
        ends_on=ENDS,
        terms=(
            NewTerm("First semester", STARTS, date(2014, 12, 20)),
            NewTerm("Second semester", date(2015, 1, 12), ENDS),
        ),
        special=SessionDays(track=track, holidays=(LABOR_DAY,), vacations=(CHRISTMAS,)),
    )


def make_year(session: Session, *school_ids: int, track: str = "", by: Actor = SYSTEM) -> None:
    create_year(session, new_year(track), school_ids, by=by, now=NOW)


def days_of(school_id: int, track: str = "") -> Part:
    return Part("days", school_id, track, 2015)


def seen(session: Session, part: Part) -> int:
    """The newest change of the part, as a page that was just loaded knows it."""
    last = find_last_change(session, part)
    return last.id if last else 0
