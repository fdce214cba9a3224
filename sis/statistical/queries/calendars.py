"""The calendars of one school year for many schools at once, with their school months."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from sis.calendars.models import AcademicSession, Calendar, CalendarDate
from sis.calendars.rules_months import MonthRule, SchoolMonth, school_months, school_year_of


@dataclass(frozen=True)
class TrackCalendar:
    """One track's school year: the types of its weekdays and its school months."""

    school_id: int
    track: str
    school_year: int
    starts_on: date
    ends_on: date
    day_types: Mapping[date, str]
    months: tuple[SchoolMonth, ...]


@dataclass(frozen=True)
class _Year:
    id: int
    school_id: int
    track: str
    school_year: int
    starts_on: date
    ends_on: date


def list_track_calendars(
    session: Session,
    school_year: int,
    rule: MonthRule,
    school_ids: Collection[int] | None = None,
) -> list[TrackCalendar]:
    """The calendars of these schools, or of all, for the year; by school and track.

    Says the same as ``sis.calendars.queries.list_school_months`` says of one track, in two
    queries: each calendar comes as one text, and equal ones are worked out once.
    """
    years = _list_years(session, school_ids)
    chosen = {
        (year.school_id, year.track): year for year in years if year.school_year == school_year
    }
    wanted = _overlapping(years, chosen)
    texts = _day_texts(session, [year.id for found in wanted.values() for year in found])
    known: dict[tuple[object, ...], tuple[Mapping[date, str], tuple[SchoolMonth, ...]]] = {}
    calendars = []
    for key, year in sorted(chosen.items()):
        parts = tuple(texts.get(one.id, "") for one in wanted[key])
        same = (year.starts_on, year.ends_on, *parts)
        if same not in known:
            types = _day_types(parts, year)
            known[same] = types, school_months(year.starts_on, year.ends_on, types, rule)
        calendars.append(
            TrackCalendar(*key, school_year, year.starts_on, year.ends_on, *known[same])
        )
    return calendars


def list_school_years(session: Session, school_ids: Collection[int] | None = None) -> list[int]:
    """The school years for which some of these schools, or of all, has a calendar; newest first."""
    return sorted({year.school_year for year in _list_years(session, school_ids)}, reverse=True)


def _list_years(session: Session, school_ids: Collection[int] | None) -> list[_Year]:
    statement = (
        select(
            Calendar.id,
            Calendar.school_id,
            Calendar.track,
            AcademicSession.school_year,
            Calendar.starts_on,
            Calendar.ends_on,
        )
        .outerjoin(AcademicSession, AcademicSession.id == Calendar.session_id)
        .order_by(Calendar.starts_on)
    )
    if school_ids is not None:
        statement = statement.where(Calendar.school_id.in_(school_ids))
    return [
        _Year(*row[:3], row[3] or school_year_of(row[4], row[5]), *row[4:])
        for row in session.execute(statement)
    ]


def _overlapping(
    years: Iterable[_Year], chosen: Mapping[tuple[int, str], _Year]
) -> dict[tuple[int, str], list[_Year]]:
    """Every calendar of a track that has days in the chosen year, by start."""
    found: dict[tuple[int, str], list[_Year]] = {key: [] for key in chosen}
    for year in years:
        own = chosen.get((year.school_id, year.track))
        if own and year.starts_on < own.ends_on and own.starts_on < year.ends_on:
            found[year.school_id, year.track].append(year)
    return found


def _day_texts(session: Session, calendar_ids: Collection[int]) -> dict[int, str]:
    """Calendar id to its days, each as ``2015-01-12=regular``, one after the other."""
    day = cast(CalendarDate.on_date, String) + "=" + CalendarDate.day_type
    statement = (
        select(CalendarDate.calendar_id, func.aggregate_strings(day, ","))
        .where(CalendarDate.calendar_id.in_(calendar_ids))
        .group_by(CalendarDate.calendar_id)
    )
    return {calendar_id: text for calendar_id, text in session.execute(statement)}


def _day_types(texts: Iterable[str], year: _Year) -> dict[date, str]:
    """Where calendars of a track overlap, the one that begins later counts."""
    types: dict[date, str] = {}
    for text in texts:
        for day in filter(None, text.split(",")):
            on, _, day_type = day.partition("=")
            types[date.fromisoformat(on)] = day_type
    return {on: kind for on, kind in types.items() if year.starts_on <= on < year.ends_on}
