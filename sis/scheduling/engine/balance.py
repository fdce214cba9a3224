"""Even sections: students change between cells of their courses, then sections fill evenly."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from core.clock import monotonic
from sis.scheduling.engine.instance import SectionId
from sis.scheduling.engine.matching import CLOSED, Choice, Matcher
from sis.scheduling.engine.needs import UNLIMITED, Need, Problem, Want

PASSES = 2


def balance(problem: Problem, choices: Mapping[str, Choice], deadline: float) -> dict[str, Choice]:
    """The same requests filled by the same courses, with the loads of their cells more equal.

    A student changes only into free seats and only where the sum of load^2 / seats falls, so
    capacity holds throughout; who held a place before stays.
    """
    matcher = Matcher(problem.cells)
    room = np.array([max(cell.room, 0.5) for cell in problem.cells])
    load = np.zeros(len(room))
    for choice in choices.values():
        load[[n for n in choice if n is not None]] += 1
    result = dict(choices)
    for _ in range(PASSES):
        for student, choice in result.items():
            if monotonic() > deadline:
                return result
            need, rows = _filled(problem, problem.needs[student], choice)
            load[[n for n in choice if n is not None]] -= 1
            prices = (2 * load + 1) / room + (load + 1 > room) * CLOSED
            best = matcher.best(need, prices, CLOSED / 4)
            if None not in best:
                changed = list(choice)
                for row, number in zip(rows, best, strict=True):
                    changed[row] = number
                result[student] = tuple(changed)
            load[[n for n in result[student] if n is not None]] += 1
    return result


def _filled(problem: Problem, need: Need, choice: Choice) -> tuple[Need, list[int]]:
    """The wants that have a cell, each with the cells of that course only."""
    wants, rows = [], []
    for row, (want, number) in enumerate(zip(need.wants, choice, strict=True)):
        if number is None:
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
