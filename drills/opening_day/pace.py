"""How fast each school gives its students their schedules.

Most schools are below the threshold well before ten. Some are not: their students get their
schedules between ten and noon. A school with exactly ten stays there over ten o'clock (no alarm),
one with exactly eleven too (alarm).
"""

from collections.abc import Iterator

import numpy as np

from drills.district.gaps import THRESHOLD
from drills.district.shapes import Floats
from drills.opening_day.planned import Morning, Planned, SchoolMorning, Waiting

_LATE_SHARE = 0.5
_LINGERING = 6
_NEVER = 0.04


def late_schools(morning: Morning, rng: np.random.Generator) -> frozenset[int]:
    """Ids of the schools that will still be over the threshold at ten: about half, and at least
    one of those with exactly eleven."""
    over = [school for school in morning.schools if school.gap > THRESHOLD + 1]
    late = rng.permutation(len(over))[: max(2, round(_LATE_SHARE * len(over)))]
    eleven = [school.id for school in morning.schools if school.gap == THRESHOLD + 1]
    return frozenset([*(over[pick].id for pick in late), *eleven[: -(-len(eleven) // 2)]])


def _minutes(rng: np.random.Generator, count: int, first: float, last: float) -> Floats:
    """Sorted minutes after midnight, busiest in the middle of the stretch."""
    return np.sort(first + (last - first) * rng.beta(1.6, 1.5, count))


def _at_ten(school: SchoolMorning, late: bool, rng: np.random.Generator) -> int:
    """How many students still wait at ten o'clock."""
    if school.gap in (THRESHOLD, THRESHOLD + 1) and (late or school.gap == THRESHOLD):
        return school.gap
    if late:
        return max(THRESHOLD + 2, round(school.gap * float(rng.uniform(0.75, 1.0))))
    return min(round(0.2 * school.gap), _LINGERING)


def _times(school: SchoolMorning, late: bool, rng: np.random.Generator) -> Floats:
    after = _at_ten(school, late, rng)
    first = 10 * 60 + 14 if late else 10 * 60 + 6
    return np.concatenate(
        [
            _minutes(rng, school.gap - after, 7 * 60, 9 * 60 + 48),
            _minutes(rng, after, first, 11 * 60 + 46),
        ]
    )


def schedule_event(
    morning: Morning, school: SchoolMorning, student: Waiting, minute: float, key: str
) -> Planned:
    """A counselor completes a student's schedule at ``minute`` after midnight."""
    payload = {
        "person_id": student.person_id,
        "school_id": school.id,
        "school": school.sourced_id,
        "grade": student.grade,
        "track": student.track,
        "required": student.required,
    }
    return Planned(key, "records", "schedule", morning.at(0, minute), payload)


def fixes(morning: Morning, late: frozenset[int], rng: np.random.Generator) -> Iterator[Planned]:
    """Every student who waits gets a schedule, except one in 25, who waits all day."""
    for school in morning.schools:
        order = rng.permutation(school.gap)
        times = _times(school, school.id in late, rng)
        stays = rng.random(school.gap) < _NEVER
        for pick, minute in zip(order, times, strict=True):
            student = school.waiting[pick]
            if stays[pick] and minute > 10 * 60:
                continue
            key = f"schedule/{school.sourced_id}/{student.person_id}"
            yield schedule_event(morning, school, student, float(minute), key)
