"""What the pages of one school's calendars show, put together from the queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.web import query
from core.web.context import now, runtime
from sis.calendars.grid import Month, Stretch, months, stretches
from sis.calendars.models import CalendarChange
from sis.calendars.queries import list_calendar_days
from sis.calendars.queries_changes import Part, find_last_change, list_changes
from sis.calendars.queries_marking import list_marking_periods
from sis.calendars.queries_overview import Missing, list_missing
from sis.calendars.queries_years import CalendarYear, Term, list_calendar_years, list_terms
from sis.calendars.rules import local_date
from sis.calendars.rules_marking import MarkingSpan
from sis.calendars.rules_months import SchoolMonth, school_months
from sis.organizations.queries import SchoolCard, get_school_for
from sis.settings import SisSettings


@dataclass(frozen=True)
class Chosen:
    """The school, its years, and the one that is looked at (None when there is none)."""

    school: SchoolCard
    years: Sequence[CalendarYear]
    year: CalendarYear | None
    track: str
    today: date

    @property
    def tracks(self) -> list[str]:
        return sorted({year.track for year in self.years})

    @property
    def of_track(self) -> list[CalendarYear]:
        return [year for year in self.years if year.track == self.track]


@dataclass(frozen=True)
class YearView:
    """Everything the page of a track's year shows; ``seen`` is the version of its days."""

    chosen: Chosen
    days: Mapping[date, str]
    months: Sequence[Month]
    stretches: Sequence[Stretch]
    school_months: Sequence[SchoolMonth]
    terms: Sequence[Term]
    periods: Sequence[MarkingSpan]
    counts: dict[str, int]
    missing: Sequence[Missing]
    changes: Sequence[CalendarChange]
    last: CalendarChange | None

    @property
    def seen(self) -> int:
        return self.last.id if self.last else 0


def choose(session: Session, actor: Actor, school_id: int) -> Chosen:
    """What the address asks for with ``track`` and ``year``, or else the year of today."""
    school = get_school_for(session, actor, school_id)
    years = list_calendar_years(session, school_id)
    today = local_date(now(), school.time_zone)
    tracks = sorted({year.track for year in years})
    track = query.choice("track", tracks, tracks[0] if tracks else "")
    mine = [year for year in years if year.track == track]
    wanted = query.number("year", 0)
    year = next((one for one in reversed(mine) if one.school_year == wanted), None)
    if year is None and not wanted:
        current = [one for one in mine if one.starts_on <= today < one.ends_on]
        year = next(iter(current or mine[-1:]), None)
    return Chosen(school, years, year, track, today)


def year_view(session: Session, chosen: Chosen) -> YearView:
    """The page of the chosen year; without one there are no months."""
    school, year = chosen.school, chosen.year
    missing = list_missing(
        session, {school.id: school.time_zone}, {school.time_zone: chosen.today}
    )[school.id]
    changes = list_changes(session, school.id, limit=8)
    if year is None:
        return YearView(chosen, {}, [], [], [], [], [], {}, missing, changes, None)
    listed = list_calendar_days(session, school.id, year.track, year.starts_on, year.ends_on)
    days = {day.on: day.day_type for day in listed}
    rule = runtime().settings.of(SisSettings).school_months.rule()
    kinds = list(days.values())
    return YearView(
        chosen=chosen,
        days=days,
        months=months(days, year.starts_on, year.ends_on),
        stretches=stretches(days, year.starts_on, year.ends_on),
        school_months=school_months(year.starts_on, year.ends_on, days, rule),
        terms=list_terms(session, year),
        periods=list_marking_periods(session, school.id, year.track, year.school_year),
        counts={kind: kinds.count(kind) for kind in ("regular", "minimum", "holiday", "vacation")},
        missing=missing,
        changes=changes,
        last=find_last_change(session, Part("days", school.id, year.track, year.school_year)),
    )
