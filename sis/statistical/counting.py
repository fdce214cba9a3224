"""The night's count: every school month that needs it is counted, some dozens of schools at a time.

Pages of a service center or the district show these counts, because counting half a million
students takes longer than anybody waits for a page.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM
from core.db import Database
from sis.calendars.rules import instant
from sis.organizations.queries import list_schools
from sis.statistical.actions import keep_tallies
from sis.statistical.models import StatisticalTally
from sis.statistical.queries.calendars import list_track_calendars
from sis.statistical.queries.tallies import list_tallies, schools_with_attendance
from sis.statistical.reporting import list_frames, list_reports, school_year_on
from sis.statistical.rules.facts import MonthFrame
from sis.statistical.rules.policy import StatisticsRules
from sis.statistical.rules.report import MonthReport
from sis.statistical.settings import Statistics

SAVED_AT_ONCE = 100


@dataclass(frozen=True)
class CountPlan:
    """The rules of the count, when it is made, and on whose clock."""

    settings: Statistics
    rules: StatisticsRules
    zone: ZoneInfo

    def last_time(self, now: datetime) -> datetime:
        """The newest moment, not after ``now``, at which a count was due."""
        today = now.astimezone(self.zone).date()
        due = instant(today, self.settings.counted_at, self.zone.key)
        if due <= now:
            return due
        return instant(today - timedelta(days=1), self.settings.counted_at, self.zone.key)


def frames_due(session: Session, plan: CountPlan, now: datetime) -> list[MonthFrame]:
    """The months that were never counted, or not since they could change.

    A month can change while it goes on and for ``counted_days`` after its end, or when the rules
    do. Months in which a school submitted no attendance are left out.
    """
    today = now.astimezone(plan.zone).date()
    oldest = today - timedelta(days=plan.settings.counted_days)
    years = sorted({school_year_on(today), school_year_on(oldest)})
    return [frame for year in years for frame in _due_of(session, plan, year, oldest, now)]


def _due_of(
    session: Session, plan: CountPlan, school_year: int, oldest: date, now: datetime
) -> Iterator[MonthFrame]:
    schools = {school.id: school for school in list_schools(session, SYSTEM)}
    calendars = list_track_calendars(session, school_year, plan.rules.months)
    counted = list_tallies(session, school_year)
    since = plan.last_time(now)
    for number in range(1, max((len(one.months) for one in calendars), default=0) + 1):
        frames = [
            frame
            for frame in list_frames(calendars, schools, number, plan.rules, now)
            if frame.days.taught
            and _is_due(frame, counted.get(_key(frame)), plan.rules, since, oldest)
        ]
        if frames:
            yield from _with_attendance(session, frames)


def _key(frame: MonthFrame) -> tuple[int, str, int]:
    return frame.school_id, frame.track, frame.number


def _is_due(
    frame: MonthFrame,
    tally: StatisticalTally | None,
    rules: StatisticsRules,
    since: datetime,
    oldest: date,
) -> bool:
    if tally is None or tally.rule_version != rules.version:
        return True
    return tally.computed_at < since and (not tally.complete or frame.ends_on > oldest)


def _with_attendance(session: Session, frames: list[MonthFrame]) -> Iterator[MonthFrame]:
    starts_on = min(frame.starts_on for frame in frames)
    ends_on = max(frame.ends_on for frame in frames)
    ids = {frame.school_id for frame in frames}
    found = schools_with_attendance(session, ids, starts_on, ends_on)
    return (frame for frame in frames if frame.school_id in found)


def count_months(
    database: Database,
    frames: Iterable[MonthFrame],
    rules: StatisticsRules,
    now: datetime,
    tell: Callable[[int], None] = lambda _: None,
) -> int:
    """Count these months and keep the counts; ``tell`` hears how many are done. The number."""
    done = 0
    with database.read() as session:
        reports = list_reports(session, list(frames), rules)
        while batch := list(islice(reports, SAVED_AT_ONCE)):
            _keep(database, batch, rules, now)
            done += len(batch)
            tell(done)
    return done


def _keep(
    database: Database, batch: list[MonthReport], rules: StatisticsRules, now: datetime
) -> None:
    with database.write() as session:
        keep_tallies(session, batch, rule_version=rules.version, now=now)
