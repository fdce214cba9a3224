"""Who is what where: school enrolments of students, posts of staff."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from drills.district.columns import dates, frame, numbered, numbers, pick
from drills.district.people import staff_ids, student_ids
from drills.district.randomness import Stream, stream
from drills.district.school import School
from drills.district.shapes import Ints
from drills.district.students import Roster

_LATE, _MOVED = 0.04, 0.015
_FIRST_MOVE, _LAST_MOVE = date(2014, 9, 8).toordinal(), date(2014, 12, 12).toordinal()
STUDENTS_A_COUNSELOR = 450
STUDENTS_AN_ASSISTANT = 900


@dataclass(frozen=True)
class Posts:
    """A school's staff, in the order of their numbers: principal, assistants, counselors,
    teachers."""

    assistants: int
    counselors: int
    teachers: int

    @property
    def count(self) -> int:
        return 1 + self.assistants + self.counselors + self.teachers

    @property
    def first_teacher(self) -> int:
        return self.count - self.teachers

    @property
    def names(self) -> Ints:
        """Indexes into ``POSTS``."""
        sizes = (1, self.assistants, self.counselors, self.teachers)
        return np.repeat(np.arange(4), sizes)


POSTS = ("principal", "siteAdministrator", "counselor", "teacher")


def posts(school: School, teachers: int) -> Posts:
    counselors = -(-school.students // STUDENTS_A_COUNSELOR) if school.has_periods else 0
    return Posts(school.students // STUDENTS_AN_ASSISTANT, counselors, teachers)


def staff_roles(school: School, of_school: Posts, first: int) -> pl.DataFrame:
    """Rows of roles.csv for a school's adults, numbered from ``first``."""
    number = np.arange(first, first + of_school.count)
    return frame(
        "roles",
        of_school.count,
        {
            "sourcedId": numbered("RT-", number, 6),
            "userSourcedId": staff_ids(first, of_school.count),
            "roleType": "primary",
            "role": pick(POSTS, of_school.names),
            "beginDate": "2014-07-01",
            "orgSourcedId": school.sourced_id,
        },
    )


def _begin_days(roster: Roster, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Ordinals of the enrolment here, and of the one before at another school (0: none)."""
    first = np.array([year.first[0].toordinal() for year in roster.school.years])[roster.tracks]
    chance = rng.random(roster.students)
    day = rng.integers(_FIRST_MOVE, _LAST_MOVE, roster.students)
    moved = chance < _MOVED
    late = (chance < _MOVED + _LATE) & ~moved
    return np.where(moved | late, day, first), np.where(moved, first, 0)


def student_roles(roster: Roster, peers: Ints, first: int, seed: int) -> pl.DataFrame:
    """Rows of roles.csv for a school's students: the school enrolments.

    ``peers`` are the numbers of schools of the same level; a student who moved has a closed
    enrolment at one of them, ended the day the present one begins.
    """
    school = roster.school
    rng = stream(seed, Stream.PEOPLE, 100_000 + school.number)
    begins, before = _begin_days(roster, rng)
    number = np.arange(first, first + roster.students)
    ids = student_ids(first, roster.students)
    tracks = pick(tuple(track or None for track in school.tracks), roster.tracks)
    required = numbers(roster.required)
    late = before + (begins > date(2014, 8, 12).toordinal())
    current = frame(
        "roles",
        roster.students,
        {
            "sourcedId": numbered("RS-", number, 7),
            "userSourcedId": ids,
            "roleType": "primary",
            "role": "student",
            "beginDate": dates(begins),
            "orgSourcedId": school.sourced_id,
            "metadata.track": tracks,
            "metadata.requiredPeriods": required,
            "metadata.entryCode": pick(("E1", "E2"), (late > 0).astype(np.int64)),
        },
    )
    moved = np.flatnonzero((before > 0) & (len(peers) > 0))
    if not len(moved):
        return current
    closed = frame(
        "roles",
        len(moved),
        {
            "sourcedId": numbered("RS-", number[moved], 7, "-1"),
            "userSourcedId": ids.gather(moved),
            "roleType": "primary",
            "role": "student",
            "beginDate": dates(before[moved]),
            "endDate": dates(begins[moved]),
            "orgSourcedId": numbered("S-", rng.choice(peers, len(moved)), 4),
            "metadata.entryCode": "E1",
            "metadata.leaveCode": "L2",
        },
    )
    return pl.concat([current, closed])
