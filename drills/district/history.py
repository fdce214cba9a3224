"""Support tickets of the first semester, week by week: what the tiers are computed from."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from drills.district.headers import HISTORY
from drills.district.randomness import Stream, stream
from drills.district.school import School

# Eighteen school weeks from August to December (none at Thanksgiving), and the first of January.
WEEKS = (
    *(w for i in range(19) if (w := date(2014, 8, 11) + timedelta(weeks=i)) != date(2014, 11, 24)),
    date(2015, 1, 5),
)
# category: tickets a week and thousand students, and by how much the opening weeks exceed that
_RATES = {
    "login": (0.55, 5.0),
    "scheduling": (0.50, 9.0),
    "enrollment": (0.40, 7.0),
    "grades": (0.45, 1.0),
}
_GRADES_WEEK = (date(2014, 11, 3), date(2014, 11, 10))
_OVERDISPERSION = 1.6


def _profile(category: str, week: date) -> float:
    """How much busier a week is than an ordinary one: the start of school, the grading window."""
    opening = _RATES[category][1]
    age = (week - WEEKS[0]).days / 7
    if category == "grades" and week in _GRADES_WEEK:
        return 5.0
    if week == WEEKS[-1]:
        return 1.0 + 0.15 * (opening - 1.0)
    return 1.0 + (opening - 1.0) * float(np.exp(-age / 1.8))


def _level_factor(school: School, category: str) -> float:
    if category == "scheduling":
        return 1.0 if school.has_periods else 0.15
    return 1.0 if school.has_periods else 0.6


def tickets(school: School, seed: int) -> pl.DataFrame:
    """Rows of support-history.csv of one school; a week without tickets has no row.

    Counts are negative binomial around rate x thousands of students x the school's trouble.
    """
    rng = stream(seed, Stream.HISTORY, school.number)
    rows: list[tuple[str, str, str, int]] = []
    for category, (rate, _) in _RATES.items():
        own = float(np.exp(rng.normal(-0.08, 0.4)))
        level = rate * _level_factor(school, category) * own * school.trouble
        means = np.array([_profile(category, week) for week in WEEKS]) * level
        means *= school.students / 1000
        counts = rng.poisson(means * rng.gamma(_OVERDISPERSION, 1 / _OVERDISPERSION, len(means)))
        rows += [
            (school.sourced_id, week.isoformat(), category, int(count))
            for week, count in zip(WEEKS, counts, strict=True)
            if count
        ]
    kinds = (pl.String, pl.String, pl.String, pl.Int64)
    return pl.DataFrame(rows, schema=dict(zip(HISTORY, kinds, strict=True)), orient="row")
