"""The best schedule of one student, when every cell has a price.

Wants against hours is a linear assignment when each cell takes one hour; block days, and two
wants that one course could fill, are searched through.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from sis.scheduling.engine.needs import Cell, Need

Choice = tuple[int | None, ...]
"""A cell for each want of a need, or None."""

Prices = NDArray[np.float64]
Index = NDArray[np.int64]
CLOSED = 1e6
"""The price of a cell that cannot be had; anything above half of it counts as that."""

MOST_NODES = 20_000


class _Shape:
    """A need as arrays: wants against hours, and a last column for each want left open."""

    def __init__(self, need: Need, rows: Index, columns: Index, numbers: Index, width: int) -> None:
        count = len(need.wants)
        self.rows, self.columns, self.numbers, self.width = rows, columns, numbers, width
        self.own = np.arange(count)
        self.held = np.array([want.held is not None for want in need.wants])
        self.blank = np.full((count, width + count), 2 * CLOSED)
        self.cells = np.full((count, width + count), -1)
        self.cells[rows, columns] = numbers


class Matcher:
    """Best choices of needs among ``cells``."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._cells = cells
        self._shape = lru_cache(maxsize=None)(self._look_at)

    def best(self, need: Need, prices: Prices, unfilled: float) -> Choice:
        """The cheapest choice; a want left open costs ``unfilled``, a held want ``CLOSED``."""
        shape = self._shape(need)
        if shape is None:
            return self._search(need, prices, unfilled)
        costs = shape.blank.copy()
        costs[shape.rows, shape.columns] = prices[shape.numbers]
        costs[shape.own, shape.width + shape.own] = np.where(shape.held, CLOSED, unfilled)
        _, columns = linear_sum_assignment(costs)
        picked = shape.cells[shape.own, columns].tolist()
        return tuple(n if n >= 0 and prices[n] < CLOSED / 2 else None for n in picked)

    def can_complete(self, need: Need) -> bool:
        """Whether all wants could be filled together if there were seats without end."""
        return None not in self.best(need, np.zeros(len(self._cells)), 1.0)

    def is_plain(self, need: Need) -> bool:
        """Whether the need is a matching of wants and hours, so that equal needs may be added."""
        return simple(need, self._cells)

    def _look_at(self, need: Need) -> "_Shape | None":
        if not simple(need, self._cells):
            return None
        hours: dict[int, int] = {}
        rows, columns, numbers = [], [], []
        for row, want in enumerate(need.wants):
            for number in want.cells:
                (hour,) = self._cells[number].hours
                rows.append(row)
                columns.append(hours.setdefault(hour, len(hours)))
                numbers.append(number)
        if len(set(zip(rows, columns, strict=True))) < len(rows):
            return None
        places = np.array([rows, columns, numbers], dtype=np.int64)
        return _Shape(need, places[0], places[1], places[2], len(hours))

    def _search(self, need: Need, prices: Prices, unfilled: float) -> Choice:
        order = sorted(range(len(need.wants)), key=lambda row: len(need.wants[row].cells))
        best: list[tuple[float, Choice]] = [(float("inf"), ())]
        chosen: list[int | None] = [None] * len(order)
        nodes = [MOST_NODES]

        def descend(depth: int, cost: float, busy: frozenset[int], courses: frozenset[str]) -> None:
            nodes[0] -= 1
            if cost >= best[0][0] or (nodes[0] < 0 and best[0][1]):
                return
            if depth == len(order):
                best[0] = (cost, tuple(chosen))
                return
            row = order[depth]
            want = need.wants[row]
            for number in sorted(want.cells, key=lambda n: (float(prices[n]), n)):
                cell = self._cells[number]
                free = not cell.hours & busy and cell.course not in courses
                if free and prices[number] < CLOSED / 2:
                    chosen[row] = number
                    descend(
                        depth + 1,
                        cost + float(prices[number]),
                        busy | cell.hours,
                        courses | {cell.course},
                    )
            chosen[row] = None
            descend(depth + 1, cost + (unfilled if want.held is None else CLOSED), busy, courses)

        descend(0, 0.0, frozenset(), frozenset())
        return best[0][1]


def simple(need: Need, cells: Sequence[Cell]) -> bool:
    """Whether each cell takes exactly one hour, and no course could fill two of the wants."""
    fillers = Counter(
        course for want in need.wants for course in {cells[n].course for n in want.cells}
    )
    one_hour = all(len(cells[n].hours) == 1 for want in need.wants for n in want.cells)
    return one_hour and all(count == 1 for count in fillers.values())
