"""Even sections: students change between cells of their courses, then sections fill evenly."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from core.clock import monotonic
from sis.scheduling.engine.instance import SectionId
from sis.scheduling.engine.matching import CLOSED, Choice, Matcher, Prices
from sis.scheduling.engine.needs import UNLIMITED, Need, Problem, Want

PASSES = 2


def balance(problem: Problem, choices: Mapping[str, Choice], deadline: float) -> dict[str, Choice]:
    """The same requests filled by the same courses, with the loads of their cells more equal.

    A student changes only into free seats and only where the sum of load^2 / seats falls, so
    capacity holds throughout; who held a place before stays. Seats that come free on the way go
    to students who lack something, whatever the time.
    """
    evening = _Evening(problem, choices)
    for student in [*choices] * PASSES:
        if monotonic() > deadline:
            break
        evening.rearrange(student)
    filling = True
    while filling:
        lacking = [student for student, choice in evening.choices.items() if None in choice]
        filling = sum(evening.rearrange(student) for student in lacking) > 0
    return evening.choices


class _Evening:
    """Choices, and the loads of the cells that follow from them."""

    def __init__(self, problem: Problem, choices: Mapping[str, Choice]) -> None:
        self._problem, self._matcher = problem, Matcher(problem.cells)
        self._room = np.array([max(cell.room, 0.5) for cell in problem.cells])
        self._load = np.zeros(len(self._room))
        self.choices = dict(choices)
        for choice in choices.values():
            self._count(choice, 1)

    def rearrange(self, student: str) -> bool:
        """Let the student choose again; whether more is filled than before."""
        old = self.choices[student]
        self._count(old, -1)
        over = self._load + 1 > self._room
        new = self._best(student, old, (2 * self._load + 1) / self._room + over * CLOSED)
        self._count(new, 1)
        self.choices[student] = new
        return new.count(None) < old.count(None)

    def _count(self, choice: Choice, by: int) -> None:
        self._load[[n for n in choice if n is not None]] += by

    def _best(self, student: str, choice: Choice, prices: Prices) -> Choice:
        """The cheapest choice that fills what ``choice`` fills, and if possible more."""
        need = self._problem.needs[student]
        for more in (True, False) if None in choice else (False,):
            wishes, rows = _bound_to_courses(self._problem, need, choice, more=more)
            changed = list(choice)
            found = self._matcher.best(wishes, prices, CLOSED / 4)
            for row, number in zip(rows, found, strict=True):
                changed[row] = number
            pairs = zip(choice, changed, strict=True)
            if all(new is not None for old, new in pairs if old is not None):
                return tuple(changed)
        return choice


def _bound_to_courses(
    problem: Problem, need: Need, choice: Choice, *, more: bool
) -> tuple[Need, list[int]]:
    """The wants that have a cell, each with the cells of that course only; ``more``: all wants."""
    wants, rows = [], []
    for row, (want, number) in enumerate(zip(need.wants, choice, strict=True)):
        if number is None:
            if more:
                wants.append(want)
                rows.append(row)
            continue
        course = problem.cells[number].course
        cells = (
            tuple(n for n in want.cells if problem.cells[n].course == course)
            if want.held is None
            else (number,)
        )
        wants.append(Want(course, cells, (0,) * len(cells)))
        rows.append(row)
    return Need(tuple(wants), True), rows


def seat(problem: Problem, choices: Mapping[str, Choice]) -> dict[str, dict[str, SectionId]]:
    """Student to course to section: fixed places, and each cell's students spread evenly.

    Who held a section of the cell keeps it.
    """
    load = dict(problem.taken)
    placed = {student: dict(places) for student, places in problem.fixed.items()}
    waiting: dict[int, list[str]] = defaultdict(list)
    current = {student.id: student.current for student in problem.instance.students}
    for student, choice in choices.items():
        for want, number in zip(problem.needs[student].wants, choice, strict=True):
            if number is None:
                continue
            cell = problem.cells[number]
            if want.held == number:
                sid = current[student][cell.course]
                placed[student][cell.course] = sid
                load[sid] = load.get(sid, 0) + 1
            else:
                waiting[number].append(student)
    for number, students in waiting.items():
        cell = problem.cells[number]
        sizes = {s.id: UNLIMITED if s.seats is None else s.seats for s in cell.sections}
        for student in students:
            open_ones = [sid for sid, size in sizes.items() if load.get(sid, 0) < size]
            sid = min(open_ones, key=lambda s: load.get(s, 0) / sizes[s])
            placed[student][cell.course] = sid
            load[sid] = load.get(sid, 0) + 1
    return placed
