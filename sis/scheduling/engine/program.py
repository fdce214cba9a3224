"""The integer program of some students of one school, and its linear relaxation; HiGHS solves it.

Students with equal needs are one group, and the program counts how many of a group sit in each
cell: those who end up complete apart from the others, which makes the relaxation as tight as one
variable per possible schedule. A group's counts always split into single schedules (``unravel``);
where they would not (block days), each student is a group.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sis.scheduling.engine.matching import Matcher
from sis.scheduling.engine.needs import Need, Problem
from sis.scheduling.engine.score import Score, counts_as_complete

MOVE_POINTS = 30.0
INFINITY = float("inf")


@dataclass(frozen=True)
class Count:
    """A variable: so many of the group fill want ``row`` in ``cell``; of the complete or not."""

    row: int
    cell: int
    whole: bool


@dataclass
class Group:
    """Students with equal needs. ``complete`` is the variable that counts the complete ones."""

    need: Need
    students: list[str]
    complete: int | None = None
    counts: dict[Count, int] = field(default_factory=dict)


@dataclass
class Program:
    """Columns with bounds 0 and ``upper``; rows ``lower <= sum of coefficient x column <= upper``.

    ``placed`` and ``complete`` are the two parts of a schedule's score, column to coefficient;
    ``points`` tells schedules of equal score apart.
    """

    groups: list[Group]
    upper: list[float] = field(default_factory=list)
    placed: dict[int, float] = field(default_factory=dict)
    complete: dict[int, float] = field(default_factory=dict)
    points: dict[int, float] = field(default_factory=dict)
    rows: list[tuple[float, float, list[int], list[float]]] = field(default_factory=list)

    @property
    def scale(self) -> int:
        """More than the students there are: what one placed request outweighs."""
        return sum(len(group.students) for group in self.groups) + 1

    def parts(self) -> tuple[dict[int, float], dict[int, float]]:
        return self.placed, self.complete

    def worth(self) -> dict[int, float]:
        """Both parts of the score as one number."""
        placed = {column: weight * self.scale for column, weight in self.placed.items()}
        return placed | self.complete

    def score(self, worth: int) -> Score:
        """The two parts of a ``worth``."""
        return Score(*divmod(worth, self.scale))

    def column(self, upper: float) -> int:
        self.upper.append(upper)
        return len(self.upper) - 1

    def row(
        self,
        lower: float,
        upper: float,
        columns: Iterable[int],
        also: Iterable[tuple[int, float]] = (),
    ) -> None:
        """``lower <= sum of columns + sum of coefficient x column of also <= upper``."""
        members = [(column, 1.0) for column in columns]
        members.extend(also)
        numbers, weights = zip(*members, strict=True)
        self.rows.append((lower, upper, list(numbers), list(weights)))


def formulate(
    problem: Problem,
    matcher: Matcher,
    students: Sequence[str],
    room: Sequence[float],
    moves: int,
) -> Program:
    """The program of ``students`` when each cell has ``room`` seats and ``moves`` may be made."""
    members: dict[tuple[Need, str], list[str]] = defaultdict(list)
    for student in students:
        need = problem.needs[student]
        members[need, "" if matcher.is_plain(need) else student].append(student)
    program = Program([Group(need, names) for (need, _), names in members.items()])
    seats: dict[int, list[int]] = defaultdict(list)
    moved: list[int] = []
    for group in program.groups:
        _add_group(program, group, problem, matcher)
        for count, column in group.counts.items():
            seats[count.cell].append(column)
            held = group.need.wants[count.row].held
            if held is not None and held != count.cell:
                moved.append(column)
    for cell, columns in seats.items():
        if sum(program.upper[column] for column in columns) > room[cell]:
            program.row(-INFINITY, float(room[cell]), columns)
    if moved:
        program.row(-INFINITY, float(moves), moved)
    return program


def _add_group(program: Program, group: Group, problem: Problem, matcher: Matcher) -> None:
    need, size = group.need, float(len(group.students))
    if counts_as_complete(need) and matcher.can_complete(need):
        group.complete = program.column(size)
        program.complete[group.complete] = 1.0
        _add_schedules(program, group, problem, whole=True)
    _add_schedules(program, group, problem, whole=False)


def _add_schedules(program: Program, group: Group, problem: Problem, *, whole: bool) -> None:
    size = float(len(group.students))
    by_hour: dict[int, list[int]] = defaultdict(list)
    by_course: dict[str, list[int]] = defaultdict(list)
    for row, want in enumerate(group.need.wants):
        mine = []
        for number, points in zip(want.cells, want.points, strict=True):
            column = program.column(size)
            group.counts[Count(row, number, whole)] = column
            mine.append(column)
            cell = problem.cells[number]
            by_course[cell.course].append(column)
            for hour in cell.hours:
                by_hour[hour].append(column)
            if want.held is None:
                program.points[column] = float(points)
                program.placed[column] = float(want.worth)
            else:
                program.points[column] = 0.0 if number == want.held else -MOVE_POINTS
        _limit(program, group, mine, whole=whole, filled=whole or want.held is not None)
    for columns in by_hour.values():
        _limit(program, group, columns, whole=whole, filled=False)
    if size == 1:
        for columns in by_course.values():
            _limit(program, group, columns, whole=whole, filled=False)


def _limit(
    program: Program, group: Group, columns: list[int], *, whole: bool, filled: bool
) -> None:
    """At most (``filled``: exactly) as many as the complete students, or as the others."""
    size = 0.0 if whole else float(len(group.students))
    also = [] if group.complete is None else [(group.complete, -1.0 if whole else 1.0)]
    if len(columns) > 1 or filled or also:
        program.row(size if filled else -INFINITY, size, columns, also)
