"""Made-up high schools for the scheduling engine: tight seats, singletons, four grades."""

import math
from collections import Counter
from random import Random
from typing import Any

GRADES = (9, 10, 11, 12)
PERIODS = 6
ADVANCED = 0.18
"""The share of students who ask for the advanced section of English or science."""
SPARE = 1.03
"""Seats per request."""


def make_school(
    students: int, *, seed: int, per_section: float = 30, electives: int = 1, pool: int = 14
) -> dict[str, Any]:
    """An instance in the format of ``schedule solve``: six requests each, ``electives`` of them
    out of a ``pool`` in which some are asked for much more often than others."""
    random = Random(seed)
    weights = [1 / (rank + 1) ** 0.8 for rank in range(pool)]
    requests = {}
    for number in range(students):
        chosen: set[str] = set()
        while len(chosen) < electives:
            chosen.add(f"EL{random.choices(range(pool), weights)[0]}")
        core = _core(GRADES[number % len(GRADES)], random)[: PERIODS - electives]
        requests[str(number)] = [*core, *sorted(chosen)]
    return {"sections": _sections(requests, per_section, random), "requests": requests}


def _core(grade: int, random: Random) -> list[str]:
    def perhaps_advanced(subject: str) -> str:
        return f"{'AP' if random.random() < ADVANCED else ''}{subject}{grade}"

    english, science = perhaps_advanced("ENG"), perhaps_advanced("SCI")
    return [english, f"MATH{grade}", science, f"HIST{grade}", f"PE{grade}"]


def _sections(
    requests: dict[str, list[str]], per_section: float, random: Random
) -> dict[str, list[list[int]]]:
    demand = Counter(course for mine in requests.values() for course in mine)
    sections: dict[str, list[list[int]]] = {}
    made = 0
    for course, wanted in sorted(demand.items(), key=lambda item: (-item[1], item[0])):
        count = max(1, round(wanted / per_section))
        seats = math.ceil(wanted / count * SPARE)
        periods: list[int] = []
        while len(periods) < count:
            periods += random.sample(range(PERIODS), PERIODS)
        sections[course] = [[made + i, periods[i], seats] for i in range(count)]
        made += count
    return sections
