"""Which schools are in session on a date, the days and months of a track, and the bells."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from sis.calendars.models import Calendar, CalendarDate, ClassPeriod
from sis.calendars.queries_years import find_calendar_year
from sis.calendars.rules import DAY_TYPES_OF_INSTRUCTION, Bell, SchoolDay
from sis.calendars.rules_months import (
    USUAL_MONTHS,
    MonthRule,
    SchoolMonth,
    school_months,
)
from sis.organizations.models import Organization, School


@dataclass(frozen=True)
class CalendarDay:
    """One weekday of a track's calendar."""

    on: date
    day_type: str


def zones(session: Session) -> list[str]:
    """The IANA time zones that active schools are in, sorted."""
    statement = (
        select(School.time_zone)
        .join(Organization, Organization.id == School.organization_id)
        .where(Organization.status == "active")
        .distinct()
        .order_by(School.time_zone)
    )
    return list(session.scalars(statement))


@dataclass(frozen=True)
class TrackOnDate:
    """What the calendars of one track say of a date.

    ``day`` is None without instruction or without bells, ``day_type`` when no calendar has the
    date. ``goes_on``: a calendar ends after the date.
    """

    day: SchoolDay | None
    day_type: str | None
    goes_on: bool


def school_days(session: Session, on_dates: Mapping[str, date]) -> dict[tuple[int, str], SchoolDay]:
    """The day of every (school id, track) that has instruction, from one query.

    ``on_dates`` maps each time zone to the local date there. A track on holiday or vacation, and
    a school without bells, is not in the answer. A minimum day without bells of its own keeps
    the regular ones.
    """
    found = list_tracks_on(session, on_dates)
    return {key: one.day for key, one in found.items() if one.day is not None}


def list_tracks_on(
    session: Session, on_dates: Mapping[str, date]
) -> dict[tuple[int, str], TrackOnDate]:
    """Every (school id, track) of active schools that has a calendar at all, from one query."""
    if not on_dates:
        return {}
    found: dict[tuple[int, str], TrackOnDate] = {}
    for school_id, track, goes_on, day_type, *bells in session.connection().execute(
        _calendars_on(on_dates)
    ):
        one = TrackOnDate(_school_day(day_type, *bells), day_type, bool(goes_on))
        known = found.get((school_id, track))
        found[school_id, track] = _either(known, one) if known else one
    return found


def _school_day(
    day_type: str | None, first_bell: time | None, dismissal: time | None
) -> SchoolDay | None:
    if day_type not in DAY_TYPES_OF_INSTRUCTION or first_bell is None or dismissal is None:
        return None
    return SchoolDay(day_type, first_bell, dismissal)


def _either(one: TrackOnDate, other: TrackOnDate) -> TrackOnDate:
    """Two calendars of a track; one of them has the date, or instruction, where the other lacks."""
    return TrackOnDate(
        one.day or other.day, one.day_type or other.day_type, one.goes_on or other.goes_on
    )


def _calendars_on(on_dates: Mapping[str, date]) -> Select[int, str, int, str | None, time, time]:
    """A row for each calendar, with its bells looked up by index: no list of all bells is made."""
    zones_on = sorted(on_dates.items())
    today = or_(
        *(and_(School.time_zone == zone, CalendarDate.on_date == on) for zone, on in zones_on)
    )
    after = or_(*(and_(School.time_zone == zone, Calendar.ends_on > on) for zone, on in zones_on))
    own, regular = _bells(ClassPeriod.day_type == CalendarDate.day_type), _bells(_REGULAR)
    return (
        select(
            Calendar.school_id,
            Calendar.track,
            func.max(case((after, 1), else_=0)),
            func.max(CalendarDate.day_type),
            func.coalesce(own[0], regular[0]),
            func.coalesce(own[1], regular[1]),
        )
        .join(School, School.organization_id == Calendar.school_id)
        .join(Organization, Organization.id == Calendar.school_id)
        .outerjoin(CalendarDate, and_(CalendarDate.calendar_id == Calendar.id, today))
        .outerjoin(
            ClassPeriod,
            and_(
                CalendarDate.day_type.in_(DAY_TYPES_OF_INSTRUCTION),
                ClassPeriod.school_id == Calendar.school_id,
                or_(ClassPeriod.day_type == CalendarDate.day_type, _REGULAR),
            ),
        )
        .where(Organization.status == "active", School.time_zone.in_(sorted(on_dates)))
        .group_by(Calendar.id)
    )


_REGULAR = ClassPeriod.day_type == "regular"


def _bells(wanted: ColumnElement[bool]) -> tuple[ColumnElement[time], ColumnElement[time]]:
    """The first bell and the dismissal among the periods that are wanted."""
    return (
        func.min(case((wanted, ClassPeriod.starts_at))),
        func.max(case((wanted, ClassPeriod.ends_at))),
    )


def list_calendar_days(
    session: Session, school_id: int, track: str, starts_on: date, ends_on: date
) -> list[CalendarDay]:
    """The weekdays of the track's calendars in ``[starts_on, ends_on)``, by date.

    A date that is not among them is a day without school. Where two calendars of a track
    overlap, the one that begins later counts.
    """
    statement = (
        select(CalendarDate.on_date, CalendarDate.day_type)
        .join(Calendar, Calendar.id == CalendarDate.calendar_id)
        .where(
            *_of_track(school_id, track),
            CalendarDate.on_date >= starts_on,
            CalendarDate.on_date < ends_on,
        )
        .order_by(CalendarDate.on_date, Calendar.starts_on)
    )
    found = {on: CalendarDay(on, day_type) for on, day_type in session.execute(statement)}
    return list(found.values())


def day_type_on(session: Session, school_id: int, track: str, on: date) -> str | None:
    """What kind of day a track has; None when no calendar has that date (a weekend, for one)."""
    days = list_calendar_days(session, school_id, track, on, date.fromordinal(on.toordinal() + 1))
    return days[0].day_type if days else None


def is_instruction_day(session: Session, school_id: int, track: str, on: date) -> bool:
    """Whether the track has school on that date."""
    return day_type_on(session, school_id, track, on) in DAY_TYPES_OF_INSTRUCTION


def next_school_day(session: Session, school_id: int, track: str, after: date) -> date | None:
    """The track's first day of instruction after that date; None when none is known."""
    statement = (
        select(func.min(CalendarDate.on_date))
        .join(Calendar, Calendar.id == CalendarDate.calendar_id)
        .where(*_taught(school_id, track), CalendarDate.on_date > after)
    )
    return session.scalar(statement)


def previous_school_day(session: Session, school_id: int, track: str, before: date) -> date | None:
    """The track's last day of instruction before that date; None when none is known."""
    statement = (
        select(func.max(CalendarDate.on_date))
        .join(Calendar, Calendar.id == CalendarDate.calendar_id)
        .where(*_taught(school_id, track), CalendarDate.on_date < before)
    )
    return session.scalar(statement)


def list_school_months(
    session: Session,
    school_id: int,
    track: str,
    school_year: int,
    rule: MonthRule = USUAL_MONTHS,
) -> tuple[SchoolMonth, ...]:
    """The school months of a track; none when it has no calendar for that year.

    The district's rule is ``SisSettings.school_months.rule()``.
    """
    year = find_calendar_year(session, school_id, track, school_year)
    if year is None:
        return ()
    days = list_calendar_days(session, school_id, track, year.starts_on, year.ends_on)
    types = {day.on: day.day_type for day in days}
    return school_months(year.starts_on, year.ends_on, types, rule)


def list_bells(session: Session, school_id: int, day_type: str = "regular") -> list[Bell]:
    """The bells of a type of day, by time; a minimum day without its own keeps the regular ones.

    Empty for days without instruction.
    """
    if day_type not in DAY_TYPES_OF_INSTRUCTION:
        return []
    statement = (
        select(ClassPeriod.day_type, ClassPeriod.label, ClassPeriod.starts_at, ClassPeriod.ends_at)
        .where(ClassPeriod.school_id == school_id, ClassPeriod.day_type.in_([day_type, "regular"]))
        .order_by(ClassPeriod.starts_at, ClassPeriod.label)
    )
    bells = [Bell(*row) for row in session.execute(statement)]
    return [bell for bell in bells if bell.day_type == day_type] or bells


def list_bells_on(session: Session, school_id: int, track: str, on: date) -> list[Bell]:
    """The bells of a track on a date, by time; empty when it has no school that day."""
    day_type = day_type_on(session, school_id, track, on)
    return [] if day_type is None else list_bells(session, school_id, day_type)


def _of_track(school_id: int, track: str) -> tuple[ColumnElement[bool], ...]:
    return Calendar.school_id == school_id, Calendar.track == track


def _taught(school_id: int, track: str) -> tuple[ColumnElement[bool], ...]:
    return (
        *_of_track(school_id, track),
        CalendarDate.day_type.in_(DAY_TYPES_OF_INSTRUCTION),
    )
