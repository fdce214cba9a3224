"""Making the school years of tracks, for one school or many."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import Conflict, Invalid
from sis.calendars.changes import keep_change
from sis.calendars.models import AcademicSession, Calendar, CalendarDate
from sis.calendars.queries_changes import (
    Part,
    find_overlapping_year,
    get_days,
    list_own_year_sessions,
    lock_place,
)
from sis.calendars.queries_years import CalendarYear, list_terms
from sis.calendars.rules import SessionDays, weekdays
from sis.calendars.rules_months import school_year_of
from sis.organizations.queries import SchoolCard, get_school_for

OWN_SOURCE = "bellwether"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class NewTerm:
    """A semester of a new school year, ``[starts_on, ends_on)``."""

    title: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class NewYear:
    """A school year ``[starts_on, ends_on)`` for one track of any number of schools."""

    title: str
    starts_on: date
    ends_on: date
    terms: tuple[NewTerm, ...]
    special: SessionDays

    @property
    def school_year(self) -> int:
        return school_year_of(self.starts_on, self.ends_on)

    @property
    def days(self) -> dict[date, str]:
        return {day: self.special.day_type(day) for day in weekdays(self.starts_on, self.ends_on)}


@dataclass(frozen=True)
class Made:
    """Which schools have the new year, and why others have not (school name to reason)."""

    schools: tuple[SchoolCard, ...]
    refused: Mapping[str, str]


def create_year(
    session: Session, year: NewYear, school_ids: Iterable[int], *, by: Actor, now: datetime
) -> Made:
    """Give each school a calendar of this year for the track ``year.special.track``.

    A school whose track has a calendar on some of the dates keeps it, with a reason. Raises
    Invalid (dates that make no sense), NotFound (a school outside the actor's scope) and
    Conflict when no school is left.
    """
    _refuse_year(year)
    session_id = _session_of(session, year, now)
    return _make(
        session,
        school_ids,
        Calendar(
            track=year.special.track,
            session_id=session_id,
            starts_on=year.starts_on,
            ends_on=year.ends_on,
        ),
        year.days,
        by=by,
        now=now,
    )


def copy_year(
    session: Session,
    source: CalendarYear,
    school_ids: Iterable[int],
    *,
    track: str,
    by: Actor,
    now: datetime,
) -> Made:
    """Give each school the days of another school's year, for the track named.

    Raises as ``create_year`` does.
    """
    get_school_for(session, by, source.school_id)
    rows = get_days(session, source.id, source.starts_on, source.ends_on)
    made = Calendar(
        track=track,
        session_id=_session_for(session, source, track, now),
        starts_on=source.starts_on,
        ends_on=source.ends_on,
    )
    days = {row.on_date: row.day_type for row in rows}
    return _make(session, school_ids, made, days, by=by, now=now)


def _refuse_year(year: NewYear) -> None:
    fields = {}
    if year.starts_on >= year.ends_on:
        fields["last"] = "The year ends before it starts."
    elif (year.ends_on - year.starts_on).days > 400:
        fields["last"] = "A school year is at most 400 days long."
    before = year.starts_on
    for number, term in enumerate(year.terms, start=1):
        if not (before <= term.starts_on < term.ends_on <= year.ends_on):
            fields[f"term_{number}"] = "Terms follow each other inside the school year."
        before = term.ends_on
    if not year.title.strip():
        fields["title"] = "Give the year a name, such as School year 2015-16."
    if fields:
        raise Invalid("This school year cannot be made.", fields=fields)


def _session_for(session: Session, source: CalendarYear, track: str, now: datetime) -> int | None:
    """The session of a copy: another track has one of its own, with the same dates and terms."""
    if track == source.track or source.session_id is None:
        return source.session_id
    known = session.get_one(AcademicSession, source.session_id)
    title = known.title.removesuffix(_of_track(source.track))
    terms = tuple(
        NewTerm(term.title, term.starts_on, term.ends_on) for term in list_terms(session, source)
    )
    special = SessionDays(track=track)
    year = NewYear(title, known.starts_on, known.ends_on, terms, special)
    return _session_of(session, year, now)


def _of_track(track: str) -> str:
    return f", track {track}" if track else ""


def _session_of(session: Session, year: NewYear, now: datetime) -> int:
    """The school year's session with its terms: an equal one that we made before, or a new one.

    Its title names the track: a session is of one track only.
    """
    title = f"{year.title.strip()}{_of_track(year.special.track)}"
    wanted = [(term.title, term.starts_on, term.ends_on) for term in year.terms]
    for known, terms in list_own_year_sessions(
        session, OWN_SOURCE, title, year.starts_on, year.ends_on
    ):
        if [(term.title, term.starts_on, term.ends_on) for term in terms] == wanted:
            return known.id
    made = _academic_session(title, "schoolYear", year.starts_on, year.ends_on, year, now)
    session.add(made)
    session.flush()
    for term in year.terms:
        child = _academic_session(term.title, "semester", term.starts_on, term.ends_on, year, now)
        child.parent_id = made.id
        session.add(child)
    session.flush()
    return made.id


def _academic_session(
    title: str, kind: str, starts_on: date, ends_on: date, year: NewYear, now: datetime
) -> AcademicSession:
    return AcademicSession(
        sourced_id=str(uuid4()),
        source=OWN_SOURCE,
        title=title,
        type=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        school_year=year.school_year,
        modified_at=now,
    )


def _make(
    session: Session,
    school_ids: Iterable[int],
    pattern: Calendar,
    days: Mapping[date, str],
    *,
    by: Actor,
    now: datetime,
) -> Made:
    """A calendar like ``pattern`` for each school that has room for it."""
    made: list[SchoolCard] = []
    refused: dict[str, str] = {}
    for school_id in sorted(set(school_ids)):
        school = get_school_for(session, by, school_id)
        lock_place(session, school_id)
        known = find_overlapping_year(
            session, school_id, pattern.track, pattern.starts_on, pattern.ends_on
        )
        if known is not None:
            last = known.ends_on - DAY
            refused[school.name] = f"It has a calendar from {known.starts_on} to {last}."
            continue
        _add(session, school_id, pattern, days, by=by, now=now)
        made.append(school)
    if not made:
        raise _nobody(refused)
    return Made(tuple(made), refused)


def _nobody(refused: Mapping[str, str]) -> Conflict | Invalid:
    if not refused:
        return Invalid("Choose at least one school.", fields={"schools": "none is chosen"})
    reasons = " ".join(f"{name}: {reason}" for name, reason in list(refused.items())[:5])
    return Conflict(f"No school needs this calendar. {reasons}", code="calendar_exists")


def _add(
    session: Session,
    school_id: int,
    pattern: Calendar,
    days: Mapping[date, str],
    *,
    by: Actor,
    now: datetime,
) -> None:
    calendar = Calendar(
        school_id=school_id,
        track=pattern.track,
        session_id=pattern.session_id,
        starts_on=pattern.starts_on,
        ends_on=pattern.ends_on,
    )
    session.add(calendar)
    session.flush()
    session.add_all(
        CalendarDate(calendar_id=calendar.id, on_date=on, day_type=day_type)
        for on, day_type in days.items()
    )
    school_year = school_year_of(pattern.starts_on, pattern.ends_on)
    part = Part("days", school_id, pattern.track, school_year)
    summary = f"Calendar from {pattern.starts_on} to {pattern.ends_on - DAY} made."
    keep_change(session, part, summary, {"year": None}, by=by, now=now)
