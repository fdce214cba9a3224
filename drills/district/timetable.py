"""Sections of one school, and who sits in them: whole columns at a time.

A cohort is the students of one grade and track. Its students are dealt to rotations: rotation
``r`` takes course ``c`` in period ``(c + r) mod 6``, so nobody has two courses at once, and each
course is offered in as many periods as the cohort is large enough for.
"""

from dataclasses import dataclass, field

import numpy as np

from drills.district import courses
from drills.district.courses import PERIODS
from drills.district.school import School
from drills.district.shapes import Ints

LARGEST_SECTION = 36
_HOMEROOM_SIZES = {grade: 26 if grade <= 3 else 32 for grade in range(13)}
_ROTATION_SIZE = 33
NONE = -1


@dataclass
class Sections:
    """Columns of one row per section; ``period`` counts from 0, a homeroom has NONE."""

    course: list[int] = field(default_factory=list)
    period: list[int] = field(default_factory=list)
    track: list[int] = field(default_factory=list)
    size: list[int] = field(default_factory=list)

    def add(self, course: int, period: int, track: int, size: int) -> int:
        """Append a section and return its index."""
        self.course.append(course)
        self.period.append(period)
        self.track.append(track)
        self.size.append(size)
        return len(self.course) - 1


@dataclass(frozen=True)
class Timetable:
    """``home`` and ``grid`` hold section indexes per student, NONE where there is no section.

    Shapes: home ``(students,)``, grid ``(students, 6)``.
    """

    sections: Sections
    home: Ints
    grid: Ints


def _deal(members: Ints, largest: int) -> tuple[Ints, int]:
    """Which of how many equal sections each member sits in."""
    count = -(-len(members) // largest)
    return np.arange(len(members), dtype=np.int64) % max(count, 1), count


def _course_of(slot: int, grade: int, which: int) -> int:
    if slot < PERIODS - 1:
        return courses.day_of(grade)[slot]
    choices = courses.electives(grade)
    return choices[which % len(choices)]


def _schedule(
    timetable: Timetable, members: Ints, grade: int, track: int, rng: np.random.Generator
) -> None:
    """Give every member a section in each of the six periods."""
    rotations = int(np.clip(round(len(members) / _ROTATION_SIZE), 1, PERIODS))
    rotation = rng.permutation(len(members)) % rotations
    for slot in range(PERIODS):
        for turn in range(rotations):
            group = rng.permutation(members[rotation == turn])
            period = (slot + turn) % PERIODS
            which, count = _deal(group, LARGEST_SECTION)
            sizes = np.bincount(which, minlength=count)
            first = len(timetable.sections.course)
            for index in range(count):
                course = _course_of(slot, grade, index + turn + track)
                timetable.sections.add(course, period, track, int(sizes[index]))
            timetable.grid[group, period] = first + which


def _home(timetable: Timetable, members: Ints, grade: int, track: int, largest: int) -> None:
    which, count = _deal(members, largest)
    sizes = np.bincount(which, minlength=count)
    first = len(timetable.sections.course)
    for index in range(count):
        timetable.sections.add(courses.homeroom(grade), NONE, track, int(sizes[index]))
    timetable.home[members] = first + which


def sits_in_homeroom(school: School, grade: int) -> bool:
    """Grade 6 of a K-6 school stays in one room; so does a special education center."""
    if school.level == "special_education":
        return True
    return grade <= 5 or (grade == 6 and school.high == 6)


def build(school: School, grades: Ints, tracks: Ints, rng: np.random.Generator) -> Timetable:
    """The complete timetable of a school, before anything goes wrong.

    ``grades`` (0 is kindergarten) and ``tracks`` (index into ``school.tracks``) are per student.
    """
    students = len(grades)
    timetable = Timetable(
        Sections(),
        np.full(students, NONE, dtype=np.int64),
        np.full((students, PERIODS), NONE, dtype=np.int64),
    )
    special = school.level == "special_education"
    for track in range(len(school.tracks)):
        for grade in range(school.low, school.high + 1):
            members = np.flatnonzero((grades == grade) & (tracks == track))
            if not len(members):
                continue
            if sits_in_homeroom(school, grade):
                largest = 12 if special else _HOMEROOM_SIZES[grade]
                _home(timetable, members, grade, track, largest)
            else:
                _schedule(timetable, members, grade, track, rng)
    return timetable
