"""The forecast for all schools at once: from counts and facts to hours, tiers and ranks."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from triage.tiers.rules.criteria import Criterion, SchoolFacts, applying
from triage.tiers.rules.need import (
    Category,
    Policy,
    need_hours,
    plain_tier,
    ticket_hours,
    tier_for,
)
from triage.tiers.rules.observation import Inputs, Weeks, observed_weeks
from triage.tiers.rules.rates import (
    Exposure,
    Prior,
    age_in_weeks,
    marshall_prior,
    recency_weight,
    weighted,
    winsorised,
)


@dataclass(frozen=True)
class CategoryForecast:
    """``tickets`` were opened by the school in whole weeks this year; ``rate`` and ``mean`` are
    per 1,000 students and week, its own after shrinking and that of similar schools.
    """

    category: Category
    tickets: int
    rate: float
    mean: float
    hours: float
    flagged: bool


@dataclass(frozen=True)
class Forecast:
    """What one school is likely to need on the day, and where that puts it."""

    school: SchoolFacts
    categories: Sequence[CategoryForecast]
    unscheduled: int
    unscheduled_hours: float
    criteria: Sequence[Criterion]
    hours: float
    tier: int
    plain_tier: int
    previous: int | None
    tickets_this_year: int
    rank: int = 0
    raw_rank: int = 0

    @property
    def flagged(self) -> list[Category]:
        return [one.category for one in self.categories if one.flagged]


Counts = dict[tuple[int, Category], dict[date, int]]


def forecast(inputs: Inputs, criteria: Sequence[Criterion], policy: Policy) -> list[Forecast]:
    """A forecast for every school, most need first; ties by the number of tickets, then id."""
    weeks = observed_weeks(inputs)
    counts = _counts(inputs)
    estimates = {c: _estimates(c, inputs, weeks, counts, policy) for c in Category}
    found = [
        _school(
            school, inputs, [estimates[c][school.school_id] for c in Category], criteria, policy
        )
        for school in inputs.schools
    ]
    return ranked(found)


def _counts(inputs: Inputs) -> Counts:
    counts: Counts = defaultdict(lambda: defaultdict(int))
    for one in (*inputs.history, *inputs.desk):
        counts[one.school_id, one.category][one.week] += one.tickets
    return counts


def _estimates(
    category: Category, inputs: Inputs, weeks: Weeks, counts: Counts, policy: Policy
) -> dict[int, CategoryForecast]:
    """One category for all schools: similar schools are those of the same level."""
    by_level: dict[str, list[SchoolFacts]] = defaultdict(list)
    for school in inputs.schools:
        by_level[school.level].append(school)
    seen: dict[int, Exposure] = {}
    for schools in by_level.values():
        usual = _usual_rate(category, schools, weeks, counts)
        for school in schools:
            own = counts[school.school_id, category]
            ages = [(own.get(w, 0), w) for w in weeks[school.school_id]]
            seen[school.school_id] = _seen(ages, school, usual, inputs.today, policy)
    everyone = marshall_prior(list(seen.values()))
    found: dict[int, CategoryForecast] = {}
    for schools in by_level.values():
        group = [seen[school.school_id] for school in schools]
        prior = marshall_prior(group) if any(one.exposure > 0 for one in group) else everyone
        for school in schools:
            own = counts[school.school_id, category]
            found[school.school_id] = _category(
                category, sum(own.values()), seen[school.school_id], prior, school, policy
            )
    return found


def _usual_rate(
    category: Category, schools: Iterable[SchoolFacts], weeks: Weeks, counts: Counts
) -> float:
    """Tickets per 1,000 students and week at schools of one level, without any correction."""
    tickets, exposure = 0, 0.0
    for school in schools:
        tickets += sum(counts[school.school_id, category].values())
        exposure += len(weeks[school.school_id]) * school.students / 1000
    return tickets / exposure if exposure > 0 else 0.0


def _seen(
    weeks: Sequence[tuple[int, date]],
    school: SchoolFacts,
    usual: float,
    today: date,
    policy: Policy,
) -> Exposure:
    thousands = school.students / 1000
    if thousands <= 0:
        return Exposure(0.0, 0.0)
    pairs = [
        (
            winsorised(count, usual * thousands),
            recency_weight(age_in_weeks(week, today), policy.half_life_weeks),
        )
        for count, week in weeks
    ]
    return weighted(pairs, thousands)


def _category(
    category: Category,
    tickets: int,
    seen: Exposure,
    prior: Prior,
    school: SchoolFacts,
    policy: Policy,
) -> CategoryForecast:
    rate = prior.rate(seen)
    return CategoryForecast(
        category,
        tickets,
        rate,
        prior.mean,
        ticket_hours(rate, school.students / 1000, policy.work[category]),
        prior.chance_above(policy.flag_ratio, seen) > policy.flag_chance,
    )


def _school(
    school: SchoolFacts,
    inputs: Inputs,
    categories: Sequence[CategoryForecast],
    criteria: Sequence[Criterion],
    policy: Policy,
) -> Forecast:
    unscheduled = inputs.unscheduled.get(school.school_id, 0)
    applied = applying(criteria, school)
    hours = need_hours(
        {one.category: one.hours for one in categories},
        unscheduled,
        [one.factor for one in applied],
        policy,
    )
    previous = inputs.previous.get(school.school_id)
    return Forecast(
        school=school,
        categories=categories,
        unscheduled=unscheduled,
        unscheduled_hours=unscheduled * policy.hours_per_unscheduled,
        criteria=applied,
        hours=hours,
        tier=tier_for(hours, policy, previous),
        plain_tier=plain_tier(hours, policy.thresholds),
        previous=previous,
        tickets_this_year=inputs.tickets_this_year.get(school.school_id, 0),
    )


def ranked(found: Iterable[Forecast]) -> list[Forecast]:
    """Give each its place by hours, and beside it the place by the bare number of tickets
    (equal numbers share the better place).
    """
    by_hours = sorted(found, key=lambda f: (-f.hours, -f.tickets_this_year, f.school.school_id))
    totals = sorted((f.tickets_this_year for f in by_hours), reverse=True)
    raw = {total: place for place, total in reversed(list(enumerate(totals, start=1)))}
    return [
        replace(one, rank=place, raw_rank=raw[one.tickets_this_year])
        for place, one in enumerate(by_hours, start=1)
    ]
