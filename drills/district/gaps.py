"""Who starts opening day without a complete schedule, school by school.

Source: the superintendent's update of 9 January 2015: about 1,600 secondary students of the whole
district; the alarm rings for more than ten at one school. The spread is uneven on purpose.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from drills.district.school import School
from drills.district.shapes import Floats, Ints
from drills.district.sizes import Spread

THRESHOLD = 10


_SMALLEST_OVER = 250


def _over_counts(spread: Spread, rng: np.random.Generator) -> list[int]:
    """Gaps of the schools over the threshold: eleven first, then 13 to 58, few of them large."""
    count = spread.over - spread.at_eleven
    ranks = (np.arange(count) + 0.5) / count
    budget = 0.58 * spread.students / count
    counts = np.clip(np.rint(budget * (0.58 + 1.5 * ranks**3 + 0.1 * rng.random(count))), 13, 58)
    return [*[THRESHOLD + 1] * spread.at_eleven, *(int(c) for c in counts)]


def _remainder(total: int, weights: Floats, rng: np.random.Generator) -> Ints:
    """Share ``total`` by ``weights`` with at most nine each."""
    counts = np.zeros(len(weights), dtype=np.int64)
    while (left := total - int(counts.sum())) > 0:
        open_weights = np.where(counts < THRESHOLD - 1, weights, 0.0)
        counts += rng.multinomial(left, open_weights / open_weights.sum())
        counts = np.minimum(counts, THRESHOLD - 1)
    return counts


def _special_days(schools: list[School], over: Sequence[int], gaps: Ints) -> dict[int, str]:
    """One school over the threshold on a minimum day, one on a holiday (indexes into schools)."""
    plain = sorted((i for i in over if not schools[i].multi_track), key=lambda i: int(gaps[i]))
    middle = [i for i in plain if schools[i].level == "middle"]
    high = [i for i in plain if schools[i].level == "high" and i not in middle[-1:]]
    return {(middle or plain)[-1]: "minimum", (high or plain)[0]: "holiday"}


def spread(schools: list[School], plan: Spread, rng: np.random.Generator) -> list[School]:
    """Give every school its ``gap``; the total over the district is the spread's, exactly.

    The school on holiday is over the threshold too, and comes on top: nobody is in session there.
    """
    worth = np.array([s.trouble * np.sqrt(s.students) if s.has_periods else 0.0 for s in schools])
    worth = worth * np.exp(rng.normal(0, 0.35, len(schools))) * (worth > 0)
    large = [i for i in np.argsort(-worth) if schools[i].students >= _SMALLEST_OVER]
    over, ten = large[: plan.over], large[plan.over : plan.over + plan.at_ten]
    gaps = np.zeros(len(schools), dtype=np.int64)
    gaps[over] = rng.permutation(_over_counts(plan, rng))
    gaps[ten] = THRESHOLD
    small = np.where(gaps == 0, worth, 0.0)
    days = _special_days(schools, [i for i in over if gaps[i] > THRESHOLD + 1], gaps)
    on_holiday = sum(int(gaps[i]) for i, day in days.items() if day == "holiday")
    gaps += _remainder(plan.students + on_holiday - int(gaps.sum()), small, rng)
    return [
        replace(
            school,
            gap=int(gaps[index]),
            vacation_gap=int(rng.integers(12, 20)) if school.multi_track else 0,
            calendar=days.get(index, ""),
        )
        for index, school in enumerate(schools)
    ]
