"""From counts to students: how many of a group sit in each cell, split into one choice each.

The counts are a multigraph of wants and hours in which nothing is met more often than there are
students. König: such a graph is a sum of that many matchings, found one by one if each covers
every want and hour that is met as often as students remain.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from sis.scheduling.engine.matching import Choice
from sis.scheduling.engine.needs import Cell, Need

Counts = Mapping[tuple[int, int], int]
"""(want, cell) to the number of students."""


def unravel(need: Need, counts: Counts, students: int, cells: Sequence[Cell]) -> list[Choice]:
    """One choice per student; ``counts`` meets no want and no hour more than ``students`` times.

    A single student's counts are taken as they are, whatever the cells' hours.
    """
    if students == 1:
        return [_single(need, counts)]
    left: dict[tuple[int, int], list[int]] = defaultdict(list)
    for (row, number), count in sorted(counts.items()):
        (hour,) = cells[number].hours
        left[row, hour].extend([number] * count)
    return [_one(need, left, students - done) for done in range(students)]


def _single(need: Need, counts: Counts) -> Choice:
    chosen: list[int | None] = [None] * len(need.wants)
    for (row, number), count in counts.items():
        if count:
            chosen[row] = number
    return tuple(chosen)


def _one(need: Need, left: dict[tuple[int, int], list[int]], remaining: int) -> Choice:
    edges = [(row, hour) for (row, hour), members in left.items() if members]
    hours = sorted({hour for _, hour in edges})
    met_row: dict[int, int] = defaultdict(int)
    met_hour: dict[int, int] = defaultdict(int)
    for edge in edges:
        met_row[edge[0]] += len(left[edge])
        met_hour[edge[1]] += len(left[edge])
    gain = np.zeros((len(need.wants), len(hours)))
    for row, hour in edges:
        must = (met_row[row] == remaining) + (met_hour[hour] == remaining)
        gain[row, hours.index(hour)] = 0.001 + must
    chosen: list[int | None] = [None] * len(need.wants)
    matched = linear_sum_assignment(gain, maximize=True)
    for row, column in zip(*(part.tolist() for part in matched), strict=True):
        if gain[row, column] > 0:
            chosen[row] = left[row, hours[column]].pop()
    return tuple(chosen)
