"""A good schedule fast: students negotiate for cells whose price rises while they are over-full.

Everybody first takes the cheapest complete schedule; then, round after round, the students in
over-full cells choose again at higher prices (the negotiated congestion of circuit routing). What
is over-full at the end gives up places, and whoever lacks something tries the free seats.
"""

from collections.abc import Callable, Mapping
from random import Random

import numpy as np

from core.clock import monotonic
from sis.scheduling.engine.matching import CLOSED, Choice, Matcher, Prices
from sis.scheduling.engine.needs import Problem

ROUNDS = 40
UNFILLED = 12.0
CROWDED = 2.0
LEARNING = 0.6

Choices = dict[str, Choice]


class Negotiation:
    """Loads and prices of the cells while students choose."""

    def __init__(self, problem: Problem, matcher: Matcher, seed: int) -> None:
        self._problem, self._matcher = problem, matcher
        self._random = Random(seed)
        self._room = np.array([cell.room for cell in problem.cells], dtype=float)
        self._load = np.zeros(len(problem.cells))
        room = np.maximum(self._room, 0.5)
        self._per_seat, self._crowding = 1 / room, CROWDED / np.sqrt(room)
        self._learned = (self._room <= 0) * CLOSED
        self.choices: Choices = {
            student: tuple(want.held for want in need.wants)
            for student, need in problem.needs.items()
        }
        for choice in self.choices.values():
            self._count(choice, 1)

    def run(self, deadline: float) -> Choices:
        """Negotiate until nothing is over-full, ``deadline`` (monotonic) or the last round."""
        movers = [
            student
            for student, need in sorted(self._problem.needs.items())
            if any(want.held is None for want in need.wants)
        ]
        movers.sort(key=lambda s: min(len(w.cells) for w in self._problem.needs[s].wants))
        crowd = movers
        for _ in range(ROUNDS):
            for student in crowd:
                self._choose(student, self._prices)
                if monotonic() > deadline:
                    break
            over = self._load > self._room
            self._learned[over] += LEARNING
            crowd = [s for s in movers if any(n is not None and over[n] for n in self.choices[s])]
            if not crowd or monotonic() > deadline:
                break
            self._random.shuffle(crowd)
        self._settle(movers)
        return self.choices

    def _prices(self) -> Prices:
        fullness = self._load * self._per_seat
        crowd = np.maximum(self._load + 1 - self._room, 0) * self._crowding
        prices: Prices = fullness * fullness + crowd + self._learned
        return prices

    def _choose(self, student: str, pricing: Callable[[], Prices]) -> None:
        old = self.choices[student]
        need = self._problem.needs[student]
        self._count(old, -1)
        prices = pricing()
        for want, number in zip(need.wants, old, strict=True):
            if want.held is not None:  # whoever has a place keeps it here
                prices[[n for n in want.cells if n != number]] = CLOSED
                prices[number] = -CLOSED / 4
        new = self._matcher.best(need, prices, UNFILLED)
        self.choices[student] = new
        self._count(new, 1)

    def _count(self, choice: Choice, by: int) -> None:
        for number in choice:
            if number is not None:
                self._load[number] += by

    def _settle(self, movers: list[str]) -> None:
        """Take places out of over-full cells, then offer the free seats to whoever lacks one."""
        lacking = [s for s in movers if None in self.choices[s]]
        for student in [*lacking, *(s for s in reversed(movers) if s not in set(lacking))]:
            self._leave_overfull(student)
        for student in movers:
            if None in self.choices[student]:
                self._choose(student, self._closed)

    def _leave_overfull(self, student: str) -> None:
        choice = list(self.choices[student])
        for row, want in enumerate(self._problem.needs[student].wants):
            number = choice[row]
            if number is not None and want.held is None and self._load[number] > self._room[number]:
                choice[row] = None
                self._load[number] -= 1
        self.choices[student] = tuple(choice)

    def _closed(self) -> Prices:
        """Prices at which only free seats can be had."""
        full = self._load >= self._room
        prices: Prices = (self._load * self._per_seat) ** 2 + full * CLOSED
        return prices


def count_placed(choices: Mapping[str, Choice]) -> int:
    """How many wants have a cell."""
    return sum(number is not None for choice in choices.values() for number in choice)
