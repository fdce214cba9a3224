"""The students of one school: grade, track, place in the timetable, and what is missing."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drills.district import staffing, timetable
from drills.district.calendars import VACATION_TRACK
from drills.district.courses import PERIODS
from drills.district.randomness import Stream, stream
from drills.district.school import School
from drills.district.shapes import Ints
from drills.district.timetable import NONE, Timetable

Bools = npt.NDArray[np.bool_]

# How many of the six periods a student without a complete schedule lacks.
_LACKING = (0.36, 0.20, 0.10, 0.07, 0.05, 0.22)
_REDUCED_DAY = 0.04


@dataclass(frozen=True)
class Roster:
    """One school's students in columns; ``required`` is 0 where the rule for the grade holds.

    ``complete`` is the timetable as built; ``grid`` is what is left of it on opening day.
    """

    school: School
    grades: Ints
    tracks: Ints
    required: Ints
    complete: Timetable
    grid: Ints
    teacher: Ints
    teachers: int
    seats: Ints
    incomplete: Ints

    @property
    def students(self) -> int:
        return len(self.grades)


def _grades(school: School, rng: np.random.Generator) -> Ints:
    """Cohorts of about one size, shrinking a little through high school."""
    span = np.arange(school.low, school.high + 1)
    weights = np.where(span > 9, 1.0 - 0.09 * (span - 9), 1.0) * np.exp(
        rng.normal(0, 0.06, len(span))
    )
    if school.level == "continuation":
        weights *= np.where(span >= 11, 3.0, 0.7)
    edges = np.rint(np.cumsum(weights / weights.sum()) * school.students).astype(np.int64)
    return np.repeat(span, np.diff(edges, prepend=0)).astype(np.int64)


def _incomplete(school: School, tracks: Ints, scheduled: Bools, rng: np.random.Generator) -> Ints:
    """Indexes of the students who will lack something, those of the track on vacation last."""
    away = np.array([track == VACATION_TRACK for track in school.tracks])[tracks]
    chosen = [
        rng.choice(np.flatnonzero(scheduled & where), count, replace=False)
        for where, count in ((~away, school.gap), (away, school.vacation_gap))
        if count
    ]
    return np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)


def _take_away(grid: Ints, who: Ints, rng: np.random.Generator) -> None:
    missing = rng.choice(np.arange(1, PERIODS + 1), len(who), p=_LACKING)
    order = rng.permuted(np.tile(np.arange(PERIODS), (len(who), 1)), axis=1)
    rows, columns = np.nonzero(np.arange(PERIODS) < missing[:, None])
    grid[who[rows], order[rows, columns]] = NONE


def _required(school: School, grades: Ints, home: Ints, rng: np.random.Generator) -> Ints:
    """Required periods where they differ: seniors with a short day, and sixth graders in a home."""
    required = np.zeros(len(grades), dtype=np.int64)
    required[(home != NONE) & (grades >= 6)] = 1
    seniors = (grades == 12) & (home == NONE)
    short = seniors & (rng.random(len(grades)) < _REDUCED_DAY)
    required[short] = rng.integers(4, PERIODS, int(short.sum()))
    if school.level == "continuation":
        required[(home == NONE) & (rng.random(len(grades)) < _REDUCED_DAY)] = 4
    return required


def enroll(school: School, seed: int) -> Roster:
    """Everything about the school's students that is not personal; the same for the same seed."""
    rng = stream(seed, Stream.TIMETABLE, school.number)
    grades = _grades(school, rng)
    tracks = rng.permutation(len(grades)) % len(school.tracks)
    built = timetable.build(school, grades, tracks, rng)
    teacher, teachers = staffing.assign_teachers(built.sections)
    required = _required(school, grades, built.home, rng)
    grid = built.grid.copy()
    grid[(required > 1)[:, None] & (np.arange(PERIODS) >= required[:, None])] = NONE
    scheduled = (built.home == NONE) & (required == 0)
    incomplete = _incomplete(school, tracks, scheduled, rng)
    _take_away(grid, incomplete, rng)
    seats = staffing.seats(built.sections, rng)
    return Roster(
        school, grades, tracks, required, built, grid, teacher, teachers, seats, incomplete
    )
