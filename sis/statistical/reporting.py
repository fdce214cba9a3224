"""A school month as it is right now, and the school months of a whole district."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import NotFound
from core.settings import Settings
from sis.calendars.rules import local_date
from sis.organizations.queries import SchoolCard, get_school_for
from sis.settings import SisSettings
from sis.statistical.queries.calendars import TrackCalendar, list_track_calendars
from sis.statistical.queries.facts import get_facts, list_facts
from sis.statistical.rules.facts import MonthFacts, MonthFrame
from sis.statistical.rules.frames import frame_of, month_on
from sis.statistical.rules.policy import StatisticsRules
from sis.statistical.rules.report import MonthReport, month_report


def rules_of(settings: Settings) -> StatisticsRules:
    """What the district decided about statistics."""
    sis = settings.of(SisSettings)
    return sis.statistics.rules(sis.school_months.rule())


def school_year_on(on: date) -> int:
    """The school year of a date, named by the year in which it ends; years change on 1 July."""
    return on.year + (on.month >= 7)


@dataclass(frozen=True)
class SchoolYear:
    """A school's calendars of one year, by track, and what day it is there."""

    school: SchoolCard
    school_year: int
    calendars: Mapping[str, TrackCalendar]
    today: date

    def frame(self, track: str, number: int, rules: StatisticsRules) -> MonthFrame | None:
        """The track's month; None when it has no such month or no calendar."""
        calendar = self.calendars.get(track)
        if calendar is None:
            return None
        return make_frame(self.school, calendar, number, rules, self.today)

    def current_month(self, track: str) -> int:
        calendar = self.calendars.get(track)
        return month_on(calendar.months, self.today) if calendar else 1


@dataclass(frozen=True)
class Live:
    """A month as it is right now: the facts, and the report that they make."""

    facts: MonthFacts
    report: MonthReport

    @property
    def titles(self) -> dict[int, str]:
        return {section.id: section.title for section in self.facts.sections.values()}


def get_school_year(
    session: Session,
    actor: Actor,
    school_id: int,
    school_year: int | None,
    rules: StatisticsRules,
    now: datetime,
) -> SchoolYear:
    """The school's calendars of the year, by default of the present one; NotFound out of scope."""
    school = get_school_for(session, actor, school_id)
    today = local_date(now, school.time_zone)
    year = school_year or school_year_on(today)
    calendars = list_track_calendars(session, year, rules.months, [school_id])
    return SchoolYear(school, year, {one.track: one for one in calendars}, today)


def get_frame(year: SchoolYear, track: str, number: int, rules: StatisticsRules) -> MonthFrame:
    """The track's month; NotFound with the reason when there is none."""
    frame = year.frame(track, number, rules)
    if frame is None:
        raise NotFound(f"{year.school.name} has no school month {number} on this track and year.")
    return frame


def get_live(session: Session, frame: MonthFrame, rules: StatisticsRules) -> Live:
    """The month's report as it is now, with every student's line."""
    facts = get_facts(session, frame)
    return Live(facts, month_report(facts, rules))


def list_frames(
    calendars: Iterable[TrackCalendar],
    schools: Mapping[int, SchoolCard],
    number: int,
    rules: StatisticsRules,
    now: datetime,
) -> list[MonthFrame]:
    """Month ``number`` of every calendar of these schools that has such a month."""
    days = {zone: local_date(now, zone) for zone in {s.time_zone for s in schools.values()}}
    frames = []
    for calendar in calendars:
        school = schools.get(calendar.school_id)
        if school is None:
            continue
        frame = make_frame(school, calendar, number, rules, days[school.time_zone])
        if frame is not None:
            frames.append(frame)
    return frames


def list_reports(
    session: Session, frames: Sequence[MonthFrame], rules: StatisticsRules
) -> Iterator[MonthReport]:
    """The totals of every frame, without students' lines, one school after the other."""
    for facts in list_facts(session, frames):
        yield month_report(facts, rules, with_lines=False)


def make_frame(
    school: SchoolCard, calendar: TrackCalendar, number: int, rules: StatisticsRules, today: date
) -> MonthFrame | None:
    """The month of a calendar as it stands on ``today``; None when it has no such month."""
    return frame_of(
        calendar.months,
        number,
        school_id=calendar.school_id,
        track=calendar.track,
        school_year=calendar.school_year,
        year_begins_on=calendar.starts_on,
        day_types=calendar.day_types,
        form=rules.form_of(school.level),
        today=today,
    )
