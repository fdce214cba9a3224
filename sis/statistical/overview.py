"""A school month of many schools: who certified it, what it comes to, and who is missing."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import NotFound
from sis.calendars.rules import local_date
from sis.organizations.models import OrganizationType
from sis.organizations.queries import (
    OrganizationCard,
    SchoolCard,
    list_organizations,
    list_schools,
)
from sis.statistical.models import StatisticalReport
from sis.statistical.queries.calendars import TrackCalendar, list_track_calendars
from sis.statistical.queries.certified import list_latest
from sis.statistical.queries.tallies import list_figures
from sis.statistical.rules.averages import Average, averages
from sis.statistical.rules.figures import Figures
from sis.statistical.rules.frames import month_on
from sis.statistical.rules.policy import StatisticsRules
from sis.statistical.rules.trend import Trend, trend_of
from sis.statistical.years import track_years


class State(StrEnum):
    """Where a school's month stands."""

    CERTIFIED = "certified"
    MISSING = "missing"
    IN_PROGRESS = "in_progress"
    TO_COME = "to_come"
    NO_MONTH = "no_month"
    NO_CALENDAR = "no_calendar"


@dataclass(frozen=True)
class Row:
    """One track of one school; ``figures`` is None where nothing was certified or counted yet."""

    school: SchoolCard
    track: str
    state: State
    starts_on: date | None = None
    ends_on: date | None = None
    figures: Figures | None = None
    report: StatisticalReport | None = None


@dataclass(frozen=True)
class Totals:
    """The rows with figures added up; averages are the sums of the schools' own."""

    rows: int
    opening: int
    gains: int
    losses: int
    closing: int
    attended: Fraction
    excused: Fraction
    unexcused: Fraction
    unsubmitted: Fraction
    ada: Fraction
    adm: Fraction


@dataclass(frozen=True)
class Overview:
    """A month of the schools of a scope; ``due`` of them are over and should be certified."""

    scope: str
    school_year: int
    month: int
    last_month: int
    rows: Sequence[Row]
    totals: Totals
    averages: Sequence[Average]
    trend: Trend

    @property
    def certified(self) -> int:
        return sum(row.state is State.CERTIFIED for row in self.rows)

    @property
    def due(self) -> int:
        return self.certified + sum(row.state is State.MISSING for row in self.rows)


def list_escs(session: Session) -> list[OrganizationCard]:
    """The Educational Service Centers, by name."""
    return [one for one in list_organizations(session) if one.type == OrganizationType.ESC]


def list_schools_in(session: Session, actor: Actor, esc_id: int | None) -> list[SchoolCard]:
    """The actor's schools, or those of an ESC; NotFound when there is no such ESC for the actor."""
    if esc_id is None:
        return list_schools(session, actor)
    esc = next((one for one in list_escs(session) if one.id == esc_id), None)
    if esc is None or actor.scope is not None:
        raise NotFound(f"There is no service center {esc_id} that you may see.")
    return list_schools(session, replace(actor, scope=frozenset({esc.sourced_id})))


def get_overview(
    session: Session,
    schools: Sequence[SchoolCard],
    scope: str,
    *,
    school_year: int,
    month: int | None,
    rules: StatisticsRules,
    now: datetime,
    figures: Mapping[tuple[int, str, int], Figures] | None = None,
) -> Overview:
    """The month of these schools, by default the newest that has begun at any of them.

    ``figures`` replaces the kept figures of the month, for instance by those counted just now.
    """
    ids = {school.id for school in schools}
    calendars = [
        one
        for one in list_track_calendars(session, school_year, rules.months)
        if one.school_id in ids
    ]
    days = {zone: local_date(now, zone) for zone in {school.time_zone for school in schools}}
    zones = {school.id: school.time_zone for school in schools}
    number = month or max(
        (month_on(one.months, days[zones[one.school_id]]) for one in calendars), default=1
    )
    known = {**list_figures(session, school_year), **(figures or {})}
    years = track_years(calendars, known)
    reports = list_latest(session, school_year, month=number)
    rows = _rows(schools, calendars, number, days, known, reports)
    return Overview(
        scope=scope,
        school_year=school_year,
        month=number,
        last_month=max((len(one.months) for one in calendars), default=0),
        rows=rows,
        totals=totals_of([row.figures for row in rows if row.figures]),
        averages=averages(years, rules),
        trend=trend_of(years),
    )


def _rows(
    schools: Sequence[SchoolCard],
    calendars: Sequence[TrackCalendar],
    number: int,
    days: Mapping[str, date],
    figures: Mapping[tuple[int, str, int], Figures],
    reports: Mapping[tuple[int, str, int], StatisticalReport],
) -> list[Row]:
    by_school: dict[int, list[TrackCalendar]] = {}
    for calendar in calendars:
        by_school.setdefault(calendar.school_id, []).append(calendar)
    rows = []
    for school in schools:
        own = by_school.get(school.id, [])
        if not own:
            rows.append(Row(school, "", State.NO_CALENDAR))
        for calendar in own:
            key = (school.id, calendar.track, number)
            today = days[school.time_zone]
            rows.append(_row(school, calendar, key, today, figures.get(key), reports.get(key)))
    return rows


def _row(
    school: SchoolCard,
    calendar: TrackCalendar,
    key: tuple[int, str, int],
    today: date,
    figures: Figures | None,
    report: StatisticalReport | None,
) -> Row:
    number = key[2]
    if number > len(calendar.months):
        return Row(school, calendar.track, State.NO_MONTH)
    month = calendar.months[number - 1]
    if report is not None:
        state = State.CERTIFIED
    elif month.ends_on <= today:
        state = State.MISSING
    else:
        state = State.IN_PROGRESS if month.starts_on <= today else State.TO_COME
    return Row(school, calendar.track, state, month.starts_on, month.ends_on, figures, report)


def totals_of(figures: Collection[Figures]) -> Totals:
    """These figures added up, in days."""

    def days(parts: Callable[[Figures], int]) -> Fraction:
        return sum((Fraction(parts(one), one.day_parts) for one in figures), Fraction(0))

    return Totals(
        rows=len(figures),
        opening=sum(one.opening for one in figures),
        gains=sum(one.gains for one in figures),
        losses=sum(one.losses for one in figures),
        closing=sum(one.closing for one in figures),
        attended=days(lambda one: one.attended),
        excused=days(lambda one: one.excused),
        unexcused=days(lambda one: one.unexcused),
        unsubmitted=days(lambda one: one.unsubmitted),
        ada=sum((one.ada for one in figures), Fraction(0)),
        adm=sum((one.adm for one in figures), Fraction(0)),
    )
