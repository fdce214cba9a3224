"""One school gets worse: a section is cancelled, and its students are taken out one by one."""

from collections.abc import Iterator, Sequence

import numpy as np

from drills.opening_day.pace import schedule_event
from drills.opening_day.planned import Morning, Planned, SchoolMorning, Waiting

_SMALLEST, _LARGEST_GAP = 300, 8
_BEFORE_TEN = 5


def worsening_school(morning: Morning) -> SchoolMorning | None:
    """The largest single-track high school that begins the day with few students waiting."""
    fit = [
        school
        for school in morning.secondary
        if len(school.tracks) == 1 and school.gap <= _LARGEST_GAP and school.students >= _SMALLEST
    ]
    best = [school for school in fit if school.level == "high"] or fit
    return max(best, key=lambda school: (school.students, school.sourced_id), default=None)


def worsening(
    morning: Morning,
    school: SchoolMorning,
    section_id: int,
    students: Sequence[Waiting],
    rng: np.random.Generator,
) -> Iterator[Planned]:
    """``students`` leave the section from 9:30 to 10:40, and get another from 10:50 to 11:50.

    Few leave before ten, so that the school crosses the threshold a few minutes after it.
    """
    early = min(_BEFORE_TEN, len(students))
    gone = np.concatenate(
        [
            np.linspace(9 * 60 + 30, 9 * 60 + 56, early),
            np.linspace(10 * 60 + 2, 10 * 60 + 40, len(students) - early),
        ]
    )
    back = 10 * 60 + 50 + 60 * np.sort(rng.beta(1.3, 1.3, len(students)))
    for student, leaves, returns in zip(students, gone, back, strict=True):
        key = f"cancelled/{school.sourced_id}/{student.person_id}"
        payload = {
            "person_id": student.person_id,
            "section_id": section_id,
            "school": school.sourced_id,
        }
        yield Planned(key, "records", "drop", morning.at(0, float(leaves)), payload)
        yield schedule_event(morning, school, student, float(returns), f"{key}/schedule")
