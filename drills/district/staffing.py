"""Teachers and rooms: five periods a day, never two sections at once."""

import numpy as np

from drills.district.courses import CATALOGUE
from drills.district.shapes import Ints
from drills.district.timetable import NONE, Sections

SECTIONS_A_TEACHER = 5
_SMALL_SCHOOL = 60


def _pools(sections: Sections) -> list[Ints]:
    """Sections that share their teachers: one department, or a whole small school, per track.

    Each homeroom is a pool of its own.
    """
    period = np.array(sections.period, dtype=np.int64)
    track = np.array(sections.track, dtype=np.int64)
    subjects = sorted({course.subject for course in CATALOGUE})
    subject = np.array(
        [subjects.index(CATALOGUE[course].subject) for course in sections.course], dtype=np.int64
    )
    pools: list[Ints] = [np.array([index]) for index in np.flatnonzero(period == NONE)]
    for of_track in np.unique(track):
        mine = np.flatnonzero((track == of_track) & (period != NONE))
        if len(mine) < _SMALL_SCHOOL:
            pools.append(mine)
        else:
            pools.extend(mine[subject[mine] == s] for s in np.unique(subject[mine]))
    return [pool for pool in pools if len(pool)]


def assign_teachers(sections: Sections) -> tuple[Ints, int]:
    """The teacher of each section, counted from 0, and how many teachers the school needs.

    A pool has at least as many teachers as sections in its busiest period; dealing its sections
    in the order of periods then gives no teacher two at once, and none more than five.
    """
    teacher = np.full(len(sections.course), NONE, dtype=np.int64)
    period = np.array(sections.period, dtype=np.int64)
    hired = 0
    for pool in _pools(sections):
        busiest = int(np.unique(period[pool], return_counts=True)[1].max())
        needed = max(busiest, -(-len(pool) // SECTIONS_A_TEACHER))
        in_order = pool[np.argsort(period[pool], kind="stable")]
        teacher[in_order] = hired + np.arange(len(pool)) % needed
        hired += needed
    return teacher, hired


def seats(sections: Sections, rng: np.random.Generator) -> Ints:
    """28 to 42 seats a section (12 to 31 in a homeroom), with a few left free."""
    size = np.array(sections.size, dtype=np.int64)
    period = np.array(sections.period, dtype=np.int64)
    spare = rng.integers(1, 7, len(size))
    offered: Ints = np.where(
        period == NONE, np.maximum(size + spare % 3, 12), np.clip(size + spare, 28, 42)
    )
    return offered
