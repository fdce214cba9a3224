"""Improving a schedule: programs of growing neighbourhoods, at last of the whole school.

A neighbourhood is the students who lack something, with students who sit where those want to be;
everybody else stays. Its relaxation says at once whether it can help. When the relaxation of all
students promises no more than there is, the schedule is proved to be the best.
"""

from collections.abc import Callable, Mapping
from random import Random

import numpy as np

from core.clock import monotonic
from sis.scheduling.engine.balance import balance
from sis.scheduling.engine.bounds import simple_bound
from sis.scheduling.engine.highs import maximise, relax
from sis.scheduling.engine.matching import Choice, Matcher
from sis.scheduling.engine.needs import Need, Problem
from sis.scheduling.engine.negotiate import Negotiation
from sis.scheduling.engine.program import formulate
from sis.scheduling.engine.score import Score, score_of

NEGOTIATING = 0.25
"""The share of the time after which negotiation must come to its end."""
SIZES = (100, 200, 400, 800)
FUTILE = 2
SWEEPS = 4
WHOLE_TAKES = 8
"""The program of a whole school, which helps only once it is solved, is expected to take up to so
many times as long as negotiating did."""
WHOLE_SHARE = 0.8
"""The share of the time that it gets."""
WHOLE_UP_TO = 9000
"""Columns of a program that is solved at once; a larger one begins with neighbourhoods."""


class Search:
    """The best schedule so far, and what is proved about it."""

    def __init__(self, problem: Problem, deadline: float, seed: int) -> None:
        self._problem, self._deadline, self._seed = problem, deadline, seed
        self._random, self._round = Random(seed), 0
        self._matcher = Matcher(problem.cells)
        self.bound = simple_bound(problem, self._matcher)
        began = monotonic()
        limit = began + NEGOTIATING * max(0.0, deadline - began)
        agreed = Negotiation(problem, self._matcher, seed).run(limit)
        self._negotiated = monotonic() - began
        self.choices: dict[str, Choice] = balance(problem, agreed, deadline)

    @property
    def score(self) -> Score:
        return score_of(self._problem.needs, self.choices, self.choices)

    @property
    def proved(self) -> bool:
        return self.score >= self.bound

    def run(self) -> None:
        """Improve until proved, out of time, or at a loss."""
        everybody = list(self._problem.needs)
        if self._is_large() or self._is_urgent():
            self._sweep()
        if everybody and not self._over():
            self._improve(everybody, WHOLE_SHARE)
        for _ in range(SWEEPS):
            self._sweep()

    def _sweep(self) -> None:
        """Neighbourhoods of each size, as long as they help."""
        for size in SIZES:
            futile = 0
            while futile < FUTILE and size < len(self.choices) and not self._over():
                helped = self._improve(self._neighbourhood(size), share=0.3)
                futile = 0 if helped else futile + 1

    def _is_large(self) -> bool:
        cells = {need: sum(len(want.cells) for want in need.wants) for need in self._distinct()}
        return 2 * sum(cells.values()) > WHOLE_UP_TO

    def _is_urgent(self) -> bool:
        """Whether the time may be too short for the whole program: then parts come first."""
        return self._deadline - monotonic() < WHOLE_TAKES * self._negotiated

    def _distinct(self) -> set[Need]:
        return set(self._problem.needs.values())

    def _over(self) -> bool:
        return self.proved or monotonic() >= self._deadline

    def _improve(self, students: list[str], share: float) -> bool:
        """Solve the program of ``students`` in a share of the time; whether it helped."""
        program = formulate(
            self._problem, self._matcher, students, self._room(students), self._moves(students)
        )
        before = score_of(self._problem.needs, self.choices, students)
        bound = relax(program, self._deadline)
        self._learn(bound, students)
        if bound is None or bound <= before:
            return False
        limit = monotonic() + share * max(0.0, self._deadline - monotonic())
        found, bound = maximise(program, self._problem, bound, limit, self._seed)
        self._learn(bound, students)
        return self._take(found, before)

    def _learn(self, bound: Score | None, students: list[str]) -> None:
        """A bound of everybody is a bound of the school."""
        if bound is not None and len(students) == len(self.choices):
            self.bound = min(self.bound, bound)

    def _take(self, found: Mapping[str, Choice] | None, before: Score) -> bool:
        if found is None or score_of(self._problem.needs, found, found) < before:
            return False
        better = score_of(self._problem.needs, found, found) > before
        self.choices.update(found)
        return better

    def _room(self, students: list[str]) -> list[float]:
        """Seats that the others leave."""
        room = [float(cell.room) for cell in self._problem.cells]
        for student in self.choices.keys() - set(students):
            for number in self.choices[student]:
                if number is not None:
                    room[number] -= 1
        return room

    def _moves(self, students: list[str]) -> int:
        used = sum(self._moved(student) for student in self.choices.keys() - set(students))
        return self._problem.instance.max_moves - used

    def _moved(self, student: str) -> int:
        pairs = zip(self._problem.needs[student].wants, self.choices[student], strict=True)
        return sum(want.held is not None and want.held != number for want, number in pairs)

    def _neighbourhood(self, size: int) -> list[str]:
        """Students who lack something, and others near one of them or near all of them."""
        lacking = [s for s in self._problem.needs if None in self.choices[s]]
        self._random.shuffle(lacking)
        core = lacking[: max(1, size // 3)]
        self._round += 1
        nearness = self._same_courses(core[0]) if self._round % 2 else self._same_cells(core)
        others = [s for s in self._problem.needs if s not in set(core)]
        weight = {s: nearness(s) * (0.5 + self._random.random()) for s in others}
        return [*core, *sorted(others, key=lambda s: -weight[s])[: size - len(core)]]

    def _same_courses(self, student: str) -> Callable[[str], float]:
        wants = self._problem.needs[student].wants
        mine = {number for want in wants for number in want.cells}

        def nearness(other: str) -> float:
            return sum(number in mine for number in self.choices[other])

        return nearness

    def _same_cells(self, core: list[str]) -> Callable[[str], float]:
        wanted = np.zeros(len(self._problem.cells))
        for student in core:
            pairs = zip(self._problem.needs[student].wants, self.choices[student], strict=True)
            for want, number in pairs:
                wanted[list(want.cells)] += 4 if number is None else 1

        def nearness(other: str) -> float:
            return float(sum(wanted[n] for n in self.choices[other] if n is not None))

        return nearness
