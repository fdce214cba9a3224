"""How large schools of each level are, which grades they have, and whom they feed.

Quantiles of enrolment, grade spans and quantiles of the share of pupils eligible for free or
reduced-price meals are those of the 996 schools of Los Angeles Unified in the California
Department of Education's 2014-15 file (reference: sis-rules, "District shape"). Only these facts
are carried over; no school of that file is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

GRADES = ("KG", *(f"{grade:02d}" for grade in range(1, 13)))
_SIZE_RANKS = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 1.0)
_MEAL_RANKS = (0.0, 0.1, 0.5, 0.9, 1.0)


@dataclass(frozen=True)
class Shape:
    """One level. ``sizes`` are students at _SIZE_RANKS, ``meals`` shares at _MEAL_RANKS;
    ``spans`` are (lowest grade, highest grade, weight), kindergarten being 0.
    """

    level: str
    title: str
    sizes: Sequence[float]
    spans: Sequence[tuple[int, int, float]]
    meals: Sequence[float]


SHAPES = (
    Shape(
        "elementary", "Elementary School",
        (35, 261, 376, 515, 693, 852, 1007, 1413),
        ((0, 5, 0.73), (0, 6, 0.21), (0, 8, 0.06)), (0.05, 0.30, 0.86, 0.95, 0.99),
    ),
    Shape(
        "middle", "Middle School",
        (33, 221, 350, 628, 1155, 1639, 1947, 2532),
        ((6, 8, 0.98), (6, 12, 0.02)), (0.20, 0.55, 0.90, 0.97, 0.99),
    ),
    Shape(
        "high", "High School",
        (62, 231, 400, 555, 1491, 2396, 2938, 4410),
        ((9, 12, 0.92), (6, 12, 0.08)), (0.20, 0.58, 0.79, 0.95, 0.99),
    ),
    Shape(
        "continuation", "Continuation High School",
        (38, 67, 72, 100, 150, 167, 210, 566),
        ((9, 12, 1.0),), (0.30, 0.48, 0.68, 0.85, 0.95),
    ),
    Shape(
        "alternative", "Alternative School",
        (167, 347, 456, 770, 1201, 1970, 2116, 2185),
        ((0, 5, 0.36), (0, 8, 0.14), (0, 12, 0.14), (9, 12, 0.36)),
        (0.20, 0.39, 0.72, 0.84, 0.95),
    ),
    Shape(
        "special_education", "Special Education Center",
        (30, 73, 134, 179, 222, 271, 397, 482),
        ((0, 12, 0.60), (6, 12, 0.40)), (0.30, 0.47, 0.64, 0.79, 0.90),
    ),
    Shape(
        "span", "K-12 Academy",
        (116, 410, 559, 992, 1155, 1895, 2416, 2724),
        ((0, 12, 1.0),), (0.20, 0.40, 0.90, 0.96, 0.99),
    ),
    Shape(
        "other", "Community Day School",
        (40, 70, 84, 110, 150, 180, 210, 224),
        ((7, 12, 0.85), (6, 12, 0.15)), (0.40, 0.60, 0.72, 0.90, 0.96),
    ),
)  # fmt: skip


def enrolments(shape: Shape, count: int, rng: np.random.Generator) -> Floats:
    """Draw ``count`` school sizes in students, one from each ``1/count`` of the distribution.

    Stratifying keeps the shape also when there are few schools.
    """
    ranks = (rng.permutation(count) + rng.random(count)) / count
    return np.exp(np.interp(ranks, _SIZE_RANKS, np.log(shape.sizes)))


def spans(shape: Shape, count: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Deal grade spans to ``count`` schools in the shape's proportions, in random order."""
    weights = np.cumsum([weight for _, _, weight in shape.spans])
    ranks = (rng.permutation(count) + 0.5) / count
    picks = np.searchsorted(weights / weights[-1], ranks)
    return [(shape.spans[pick][0], shape.spans[pick][1]) for pick in picks]


def meal_shares(shape: Shape, count: int, rng: np.random.Generator) -> Floats:
    """Draw the share of pupils eligible for free or reduced-price meals, 0 to 1."""
    return np.interp(rng.random(count), _MEAL_RANKS, shape.meals)
