"""Students who arrive on the first morning, are enrolled, and wait for a schedule for a while."""

from collections.abc import Iterator

import numpy as np

from drills.district import names
from drills.district.courses import PERIODS
from drills.district.shapes import Ints
from drills.opening_day.planned import Morning, Planned, SchoolMorning

_PER_STUDENT = 0.0011
_LARGEST_GAP = 5
_MOST_AT_A_SCHOOL = 3
_GRADES = {"middle": ("06", "07", "08"), "span": ("07", "08", "09", "10")}
_OTHERS = ("09", "10", "11", "12")


def _hosts(morning: Morning, rng: np.random.Generator) -> list[SchoolMorning]:
    """Schools far enough from the threshold that an arrival does not set off the alarm."""
    schools = [s for s in morning.secondary if s.gap <= _LARGEST_GAP and s.students > 150]
    if not schools:
        return []
    count = max(6, round(sum(s.students for s in morning.secondary) * _PER_STUDENT))
    size = np.array([school.students for school in schools], dtype=np.float64)
    places = np.minimum(rng.multinomial(count, size / size.sum()), _MOST_AT_A_SCHOOL)
    return [school for school, number in zip(schools, places, strict=True) for _ in range(number)]


def _names(count: int, rng: np.random.Generator) -> Iterator[tuple[str, str, str]]:
    """(given name, family name, home language)"""
    heritage = names.heritages(count, rng)
    sex: Ints = rng.integers(0, 2, count)
    return zip(
        names.given_names(heritage, sex, rng).to_list(),
        names.family_names(heritage, rng).to_list(),
        names.home_languages(heritage, rng).to_list(),
        strict=True,
    )


def arrivals(morning: Morning, rng: np.random.Generator) -> Iterator[Planned]:
    """Enrolments from 7:20 to 10:45; each student gets a schedule 20 to 60 minutes later."""
    hosts = _hosts(morning, rng)
    for number, (school, who) in enumerate(zip(hosts, _names(len(hosts), rng), strict=True)):
        minute = 440 + 205 * float(rng.beta(1.5, 2.4))
        grades = _GRADES.get(school.level, _OTHERS)
        student = {
            "school_id": school.id,
            "school": school.sourced_id,
            "grade": grades[rng.integers(len(grades))],
            "track": school.tracks[rng.integers(len(school.tracks))],
        }
        key = f"enroll/{number:04d}"
        given, family, language = who
        person = {"given_name": given, "family_name": family, "home_language": language}
        yield Planned(key, "records", "enroll", morning.at(0, minute), {**student, **person})
        later = morning.at(0, minute + float(rng.uniform(20, 60)))
        need = {**student, "required": PERIODS}
        yield Planned(f"{key}/schedule", "records", "schedule", later, need)
