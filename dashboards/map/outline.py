"""The district's outline, made from where its schools are: no border file is needed.

Every school claims the land around it. The claims are joined across gaps (a morphological
closing), their edge is traced on a fine grid and rounded off. The same positions always give the
same outline.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Loop = tuple[Point, ...]
Mask = NDArray[np.bool_]

CELL = 4.0
"""Side of a grid cell in drawing units."""

_ROUNDS = 3
_STEPS: dict[tuple[int, int], tuple[int, int]] = {
    (1, 0): (0, 1),
    (0, 1): (-1, 0),
    (-1, 0): (0, -1),
    (0, -1): (1, 0),
}


@lru_cache(maxsize=16)
def outline(points: tuple[Point, ...], *, reach: float, margin: float) -> tuple[Loop, ...]:
    """Closed loops around all ``points``, in drawing units, the longest first.

    Points nearer than twice ``reach`` fall into one loop; the edge keeps ``margin`` from them.
    """
    if not points:
        return ()
    land, origin = _land(points, reach, margin)
    loops = [_rounded(loop) for loop in _edges(land)]
    placed = [
        tuple((x * CELL + origin[0], y * CELL + origin[1]) for x, y in loop) for loop in loops
    ]
    return tuple(sorted(placed, key=lambda loop: (-len(loop), loop[0])))


def _land(points: Sequence[Point], reach: float, margin: float) -> tuple[Mask, Point]:
    """Cells that belong to the district, and the drawing position of the grid's corner."""
    spots = np.asarray(points, dtype=float)
    pad = reach + margin + 3 * CELL
    low = spots.min(axis=0) - pad
    columns, rows = (np.ceil((spots.max(axis=0) + pad - low) / CELL)).astype(int) + 1
    taken = np.zeros((rows, columns), dtype=bool)
    cells = np.rint((spots - low) / CELL).astype(int)
    taken[cells[:, 1], cells[:, 0]] = True
    claimed = _grown(taken, (reach + margin) / CELL)
    land = ~_grown(~claimed, reach / CELL)
    return _without_holes(land), (float(low[0]), float(low[1]))


def _grown(mask: Mask, radius: float) -> Mask:
    """Every cell within ``radius`` cells of the mask: row by row of a disk."""
    grown = mask.copy()
    whole = int(radius)
    for dy in range(-whole, whole + 1):
        half = int((radius**2 - dy**2) ** 0.5)
        row = _shifted(mask, dy, 0)
        sums = np.cumsum(np.pad(row, ((0, 0), (half + 1, half))), axis=1)
        grown |= sums[:, 2 * half + 1 :] > sums[:, : -2 * half - 1]
    return grown


def _shifted(mask: Mask, dy: int, dx: int) -> Mask:
    """The mask moved down and right; what leaves the grid is lost."""
    height, width = mask.shape
    moved = np.zeros_like(mask)
    moved[max(dy, 0) : height + min(dy, 0), max(dx, 0) : width + min(dx, 0)] = mask[
        max(-dy, 0) : height + min(-dy, 0), max(-dx, 0) : width + min(-dx, 0)
    ]
    return moved


def _without_holes(land: Mask) -> Mask:
    """Water that no way leads to from the edge of the grid becomes land."""
    sea = np.zeros_like(land)
    sea[0], sea[-1], sea[:, 0], sea[:, -1] = ~land[0], ~land[-1], ~land[:, 0], ~land[:, -1]
    before = -1
    while int(sea.sum()) != before:
        before = int(sea.sum())
        for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            sea |= _shifted(sea, dy, dx) & ~land
    return ~sea


def _edges(land: Mask) -> list[list[Point]]:
    """Loops along the cell borders, land on the left hand, in grid units."""
    following = _borders(land)
    loops: list[list[Point]] = []
    while following:
        start = min(following)
        here, heading = start, min(following[start])
        loop: list[Point] = []
        while here in following:
            heading = _turn(following[here], heading)
            following[here].remove(heading)
            if not following[here]:
                del following[here]
            loop.append((float(here[0]), float(here[1])))
            here = (here[0] + heading[0], here[1] + heading[1])
        loops.append(loop)
    return loops


def _borders(land: Mask) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """From each grid corner, the headings in which a border of the land leaves it."""
    following: dict[tuple[int, int], list[tuple[int, int]]] = {}
    padded = np.pad(land, 1)
    for heading, (dx, dy), (corner_x, corner_y) in (
        ((-1, 0), (0, -1), (1, 0)),
        ((1, 0), (0, 1), (0, 1)),
        ((0, 1), (-1, 0), (0, 0)),
        ((0, -1), (1, 0), (1, 1)),
    ):
        height, width = land.shape
        beside = padded[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width]
        for y, x in np.argwhere(land & ~beside):
            following.setdefault((int(x) + corner_x, int(y) + corner_y), []).append(heading)
    return following


def _turn(choices: Sequence[tuple[int, int]], heading: tuple[int, int]) -> tuple[int, int]:
    """Where two lands touch at a corner, keep to the same one."""
    turned = _STEPS[heading]
    return turned if turned in choices else choices[0]


def _rounded(loop: Sequence[Point]) -> list[Point]:
    """The stairs of the grid as a soft line: a moving average, then every third point."""
    line = np.asarray(loop)
    for _ in range(_ROUNDS):
        line = (
            np.roll(line, 2, axis=0)
            + np.roll(line, 1, axis=0)
            + line
            + np.roll(line, -1, axis=0)
            + np.roll(line, -2, axis=0)
        ) / 5
    return [(float(x), float(y)) for x, y in line[:: 3 if len(line) >= 30 else 1]]
