"""Independent streams of random numbers, named by what they decide.

Each school has its own stream for each purpose, so that a change in one place does not move every
other draw, and the order in which schools are written does not matter.
"""

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """The number goes into the seed: never reorder."""

    PLAN = 1
    GAPS = 2
    TIMETABLE = 3
    PEOPLE = 4
    STAFF = 5
    HISTORY = 6
    DEMOGRAPHICS = 7


def stream(seed: int, purpose: Stream, school: int = 0) -> np.random.Generator:
    """The generator for one purpose at one school (0: the district as a whole)."""
    return np.random.default_rng([seed, int(purpose), school])
