"""What was seen, and for which weeks of each school."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from triage.tiers.rules.criteria import SchoolFacts
from triage.tiers.rules.need import Category

MOST_SILENCE = 4.6
"""Expected tickets that may fail to come by chance: e^-4.6 is 1 in 100."""


@dataclass(frozen=True)
class WeekCount:
    """Tickets of one school in the week that starts on Monday ``week``."""

    school_id: int
    week: date
    category: Category
    tickets: int


@dataclass(frozen=True)
class Inputs:
    """Everything the forecast uses.

    ``history`` was counted by another desk, ``desk`` by this one, which serves every school; in
    both a week without a row is a week without a ticket. ``tickets_this_year`` counts every
    function, also those the forecast does not use. ``previous`` is yesterday's tier.
    """

    today: date
    schools: Sequence[SchoolFacts]
    history: Sequence[WeekCount]
    desk: Sequence[WeekCount]
    tickets_this_year: Mapping[int, int]
    unscheduled: Mapping[int, int]
    previous: Mapping[int, int]


Weeks = dict[int, list[date]]


def observed_weeks(inputs: Inputs) -> Weeks:
    """The weeks for which it is known how many tickets each school opened.

    The other desk's counts do not say since when a school took part. Silence before its first
    ticket counts as observed, unless schools of its kind and size would hardly ever be silent for
    so long: then it took part from its first ticket on.
    """
    first: dict[int, date] = {}
    for one in inputs.history:
        first[one.school_id] = min(one.week, first.get(one.school_id, one.week))
    history = sorted({one.week for one in inputs.history})
    desk = {one.week for one in inputs.desk}
    usual = _usual_by_level(inputs, len(history))
    weeks: Weeks = {}
    for school in inputs.schools:
        begin = first.get(school.school_id, date.max)
        silent = sum(week < begin for week in history)
        expected = usual[school.level] * school.students / 1000 * silent
        taken = history if expected <= MOST_SILENCE else [w for w in history if w >= begin]
        weeks[school.school_id] = sorted(desk | set(taken))
    return weeks


def _usual_by_level(inputs: Inputs, weeks: int) -> dict[str, float]:
    """Tickets of the other desk per 1,000 students and week, by level of school."""
    levels = {school.school_id: school.level for school in inputs.schools}
    tickets: dict[str, int] = defaultdict(int)
    for one in inputs.history:
        if one.school_id in levels:
            tickets[levels[one.school_id]] += one.tickets
    thousands: dict[str, float] = defaultdict(float)
    for school in inputs.schools:
        thousands[school.level] += school.students / 1000
    return {
        level: tickets[level] / (size * weeks) if size and weeks else 0.0
        for level, size in thousands.items()
    }
