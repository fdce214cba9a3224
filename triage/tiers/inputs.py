"""Gathering what the forecast needs: a handful of statements for all schools together."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM
from monitors.queries import get_states
from sis.organizations.queries import SchoolCard, list_organizations, list_schools
from sis.scheduling.completeness import (
    compute_completeness,
    list_completeness,
    list_snapshots,
)
from sis.scheduling.rules import SchedulingRules
from triage.tickets.statistics import count_opened, first_opened_at
from triage.tiers.queries import latest_tiers, list_history
from triage.tiers.rules.criteria import SchoolFacts
from triage.tiers.rules.need import Category
from triage.tiers.rules.observation import Inputs, WeekCount

PROBE = "scheduling_completeness"
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Period:
    """This school year up to the Monday of the running week, in the district's zone."""

    begins_on: date
    this_monday: date
    zone: ZoneInfo

    def midnight(self, on: date) -> datetime:
        return datetime.combine(on, time(), self.zone)


@dataclass(frozen=True)
class Count:
    """Students of one school: enrolled today, and without a complete schedule."""

    students: int
    unscheduled: int


def period(now: datetime, zone: ZoneInfo, year_begins: str) -> Period:
    """The weeks that count; ``year_begins`` is ``MM-DD``."""
    today = now.astimezone(zone).date()
    month, day = (int(part) for part in year_begins.split("-"))
    begins_on = date(today.year, month, day)
    if begins_on > today:
        begins_on = date(today.year - 1, month, day)
    return Period(begins_on, today - timedelta(days=today.weekday()), zone)


def gather(session: Session, span: Period, rules: SchedulingRules, now: datetime) -> Inputs:
    """Everything the forecast uses, as of ``now``."""
    today = now.astimezone(span.zone).date()
    schools = list_schools(session, SYSTEM)
    counts = count_students(session, {one.time_zone for one in schools}, rules, now)
    history = list_history(session, span.begins_on, span.this_monday)
    totals: dict[int, int] = defaultdict(int)
    for one in history:
        totals[one.school_id] += one.tickets
    for school_id, _, number in count_opened(session, span.midnight(span.begins_on), now):
        totals[school_id] += number
    return Inputs(
        today=today,
        schools=_facts(session, schools, counts),
        history=history,
        desk=list(_desk_weeks(session, span)),
        tickets_this_year=totals,
        unscheduled=_unscheduled(session, counts),
        previous={school_id: row.tier for school_id, row in latest_tiers(session).items()},
    )


def count_students(
    session: Session, zones: set[str], rules: SchedulingRules, now: datetime
) -> dict[int, Count]:
    """By school id; the kept answer where it holds for today, a fresh one otherwise."""
    dates = {zone: now.astimezone(ZoneInfo(zone)).date() for zone in zones}
    kept = list_snapshots(session)
    fresh = all(
        zone in kept and kept[zone].as_of == on and kept[zone].rule_version == rules.version
        for zone, on in dates.items()
    )
    rows = list_completeness(session) if fresh else compute_completeness(session, dates, rules)
    found: dict[int, Count] = {}
    for row in rows:
        before = found.get(row.school_id, Count(0, 0))
        found[row.school_id] = Count(
            before.students + row.active_students, before.unscheduled + row.incomplete
        )
    return found


def _facts(
    session: Session, schools: Sequence[SchoolCard], counts: dict[int, Count]
) -> list[SchoolFacts]:
    organizations = {one.id: one for one in list_organizations(session)}
    facts = []
    for school in schools:
        parent = organizations.get(organizations[school.id].parent_id or 0)
        facts.append(
            SchoolFacts(
                school_id=school.id,
                sourced_id=school.sourced_id,
                name=school.name,
                level=school.level,
                esc=parent.sourced_id if parent else None,
                students=counts.get(school.id, Count(0, 0)).students,
                tracks=max(1, len(school.tracks)),
            )
        )
    return facts


def _unscheduled(session: Session, counts: dict[int, Count]) -> dict[int, int]:
    """What the monitors measure, which knows tracks on vacation; else the bare count."""
    found = {school_id: one.unscheduled for school_id, one in counts.items()}
    for school_id, state in get_states(session, PROBE).items():
        if state.value is not None:
            found[school_id] = state.value
    return found


def _desk_weeks(session: Session, span: Period) -> Iterator[WeekCount]:
    first = first_opened_at(session)
    if first is None:
        return
    on = max(span.begins_on, first.astimezone(span.zone).date())
    monday = on - timedelta(days=on.weekday())
    known = {category.value for category in Category}
    while monday < span.this_monday:
        begin, end = span.midnight(monday), span.midnight(monday + WEEK)
        for school_id, function, number in count_opened(session, begin, end):
            if function in known:
                yield WeekCount(school_id, monday, Category(function), number)
        monday += WEEK
