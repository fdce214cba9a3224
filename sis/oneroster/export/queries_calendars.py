"""Calendars as an export needs them: the days of a session, and how schools differ from them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from sis.calendars.models import AcademicSession, Calendar, CalendarDate, ClassPeriod
from sis.calendars.rules import Bell, write_bell_schedule

Days = tuple[tuple[date, str], ...]


@dataclass
class SchoolDays:
    """``sessions``: session id to its track and the days that most of its calendars have;
    ``calendars``: school id to the sourcedIds of its school years, and ``changes`` to how its days
    differ from theirs; ``bells``: school id to its schedule; ``left_out`` counts calendars that
    have no session and so no word in OneRoster.
    """

    sessions: dict[int, tuple[str, Days]] = field(default_factory=dict)
    calendars: dict[int, list[str]] = field(default_factory=dict)
    changes: dict[int, list[tuple[str, Days]]] = field(default_factory=dict)
    bells: dict[int, str] = field(default_factory=dict)
    left_out: int = 0


@dataclass(frozen=True)
class _Calendar:
    school_id: int
    session_id: int
    session: str
    track: str
    days: Days


def read_school_days(session: Session) -> SchoolDays:
    """All of it; derived calendars and bells are left out, because an import derives them again."""
    found = SchoolDays(bells=_bells(session))
    kept = list(_calendars(session))
    by_session = groupby(sorted(kept, key=lambda c: c.session_id), key=lambda c: c.session_id)
    for session_id, group in by_session:
        listed = list(group)
        usual = Counter((one.track, one.days) for one in listed).most_common(1)[0][0]
        found.sessions[session_id] = usual
    for one in kept:
        found.calendars.setdefault(one.school_id, []).append(one.session)
        differing = _differing(found.sessions[one.session_id][1], one.days)
        if differing:
            found.changes.setdefault(one.school_id, []).append((one.session, differing))
    found.left_out = len(
        session.scalars(
            select(Calendar.id).where(Calendar.session_id.is_(None), Calendar.derived.is_(False))
        ).all()
    )
    return found


def _differing(usual: Days, own: Days) -> Days:
    """The days that a school has otherwise; ``none`` for one that it does not have."""
    mine, theirs = dict(own), dict(usual)
    return tuple(
        (day, mine.get(day, "none"))
        for day in sorted(mine | theirs)
        if mine.get(day) != theirs.get(day)
    )


def _calendars(session: Session) -> Iterator[_Calendar]:
    """Calendars of sessions, by school and start; equal days are held once."""
    statement = (
        select(
            Calendar.id,
            Calendar.school_id,
            Calendar.session_id,
            AcademicSession.sourced_id,
            Calendar.track,
        )
        .join(AcademicSession, AcademicSession.id == Calendar.session_id)
        .where(Calendar.derived.is_(False), AcademicSession.status == "active")
        .order_by(Calendar.school_id, Calendar.starts_on, Calendar.track)
    )
    rows = session.execute(statement).all()
    days = _days(session)
    for calendar_id, school_id, session_id, sourced_id, track in rows:
        if session_id is not None:
            yield _Calendar(school_id, session_id, sourced_id, track, days.get(calendar_id, ()))


def _days(session: Session) -> dict[int, Days]:
    statement = (
        select(CalendarDate.calendar_id, CalendarDate.on_date, CalendarDate.day_type)
        .join(Calendar, Calendar.id == CalendarDate.calendar_id)
        .where(Calendar.session_id.is_not(None), Calendar.derived.is_(False))
        .order_by(CalendarDate.calendar_id, CalendarDate.on_date)
    )
    rows = session.execute(statement, execution_options={"yield_per": 10_000})
    once: dict[Days, Days] = {}
    found = {}
    for calendar_id, group in groupby(rows, key=lambda row: row[0]):
        listed = tuple((on, kind) for _, on, kind in group)
        found[calendar_id] = once.setdefault(listed, listed)
    return found


def _bells(session: Session) -> dict[int, str]:
    statement = (
        select(
            ClassPeriod.school_id,
            ClassPeriod.day_type,
            ClassPeriod.label,
            ClassPeriod.starts_at,
            ClassPeriod.ends_at,
        )
        .where(ClassPeriod.derived.is_(False))
        .order_by(ClassPeriod.school_id, ClassPeriod.starts_at, ClassPeriod.label)
    )
    found: dict[int, list[Bell]] = {}
    for school_id, day_type, label, starts_at, ends_at in session.execute(statement):
        found.setdefault(school_id, []).append(Bell(day_type, label, starts_at, ends_at))
    return {school_id: write_bell_schedule(bells) for school_id, bells in found.items()}
