"""What the pages of the master schedule show: the grid, the list, conflicts and balance."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sis.courses.consequences import SharedRooms, planned
from sis.courses.queries import ScheduledSection
from sis.courses.rules.balance import CourseBalance, Filled, balance
from sis.courses.rules.conflicts import LABELS, Conflict, find_conflicts

NOBODY = "No teacher"
NO_COURSE = "No course"
_NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True)
class GridRow:
    """A teacher, course or room, and its sections by period; the last cell has those without."""

    label: str
    cells: tuple[tuple[ScheduledSection, ...], ...]


@dataclass(frozen=True)
class Grid:
    """Periods are the columns; ``unplaced`` says whether there is a last column without period."""

    periods: tuple[str, ...]
    unplaced: bool
    rows: tuple[GridRow, ...]


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key by which period 10 follows period 9."""
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part.casefold())
        for part in _NUMBER.split(text)
        if part
    )


def _teachers(section: ScheduledSection) -> Sequence[str]:
    return [teacher.name for teacher in section.current_teachers] or [NOBODY]


def _course(section: ScheduledSection) -> Sequence[str]:
    return [section.course_title or NO_COURSE]


def _rooms(section: ScheduledSection) -> Sequence[str]:
    return [section.room or "No room"]


AXES: dict[str, tuple[str, Callable[[ScheduledSection], Sequence[str]]]] = {
    "teacher": ("Teachers", _teachers),
    "course": ("Courses", _course),
    "room": ("Rooms", _rooms),
}


def grid_of(sections: Iterable[ScheduledSection], axis: str) -> Grid:
    """The sections with ``axis`` (teacher, course, room) down and periods across."""
    label_of = AXES[axis][1]
    found: dict[str, dict[str, list[ScheduledSection]]] = defaultdict(lambda: defaultdict(list))
    periods: set[str] = set()
    for section in sections:
        for label in label_of(section):
            for period in section.periods or ("",):
                periods.add(period)
                found[label][period].append(section)
    unplaced = "" in periods
    columns = tuple(sorted(periods - {""}, key=natural))
    places = (*columns, "") if unplaced else columns
    rows = tuple(
        GridRow(label, tuple(tuple(found[label].get(period, ())) for period in places))
        for label in sorted(found, key=natural)
    )
    return Grid(columns, unplaced, rows)


@dataclass(frozen=True)
class ConflictGroup:
    """The conflicts of one kind."""

    label: str
    conflicts: tuple[Conflict, ...]


def conflict_groups(
    sections: Iterable[ScheduledSection], on: date, shared_rooms: SharedRooms
) -> list[ConflictGroup]:
    """What is wrong, worst kind first."""
    groups: dict[str, list[Conflict]] = defaultdict(list)
    found = find_conflicts([planned(one) for one in sections], on=on, shared_rooms=shared_rooms)
    for conflict in found:
        groups[LABELS[conflict.kind]].append(conflict)
    return [ConflictGroup(label, tuple(some)) for label, some in groups.items()]


def balance_of(sections: Iterable[ScheduledSection]) -> list[CourseBalance]:
    """The seats of each course, its sections by period."""
    return balance(
        Filled(
            one.id,
            one.title,
            one.course_id,
            one.course_title or NO_COURSE,
            one.periods,
            one.seats,
            one.taken,
        )
        for one in sections
    )
