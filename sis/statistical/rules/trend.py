"""The picture of ADA and ADM by school month: points of a small drawing, and its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sis.statistical.rules.averages import TrackYear, two_places

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 18, 30


@dataclass(frozen=True)
class TrendPoint:
    """One school month of all tracks; places are in the units of the drawing."""

    number: int
    ada: str
    adm: str
    complete: bool
    x: float
    ada_y: float
    adm_y: float


@dataclass(frozen=True)
class Trend:
    """The drawing: its points, and the (value, height) of its grid lines."""

    points: tuple[TrendPoint, ...]
    grid: tuple[tuple[str, float], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM

    @property
    def ada_line(self) -> str:
        return " ".join(f"{point.x},{point.ada_y}" for point in self.points)

    @property
    def adm_line(self) -> str:
        return " ".join(f"{point.x},{point.adm_y}" for point in self.points)


def trend_of(years: Sequence[TrackYear]) -> Trend:
    """The months that have figures; the averages of tracks are added up."""
    numbers = sorted({number for year in years for number in year.figures})
    sums = [(number, *_sums(years, number)) for number in numbers]
    values = [value for _, ada, adm, _ in sums for value in (ada, adm)]
    low, high = _range(values)
    step = (WIDTH - LEFT - RIGHT) / max(len(sums) - 1, 1)

    def height(value: Fraction | int) -> float:
        share = float((value - low) / (high - low))
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    points = tuple(
        TrendPoint(
            number,
            f"{two_places(ada):,}",
            f"{two_places(adm):,}",
            complete,
            round(LEFT + step * place, 1),
            height(ada),
            height(adm),
        )
        for place, (number, ada, adm, complete) in enumerate(sums)
    )
    grid = tuple((f"{value:,}", height(value)) for value in (low, (low + high) // 2, high))
    return Trend(points, grid)


def _sums(years: Sequence[TrackYear], number: int) -> tuple[Fraction, Fraction, bool]:
    months = [year.figures[number] for year in years if number in year.figures]
    ada = sum((month.ada for month in months), Fraction(0))
    adm = sum((month.adm for month in months), Fraction(0))
    return ada, adm, all(month.complete for month in months)


def _range(values: Sequence[Fraction]) -> tuple[int, int]:
    """Round numbers around the values; the axis need not start at nothing, and says so."""
    if not values:
        return 0, 2
    lowest, highest = min(values), max(values)
    spread = max(highest - lowest, highest / 50, Fraction(1))
    unit = 10 ** max(len(str(int(spread))) - 1, 0)
    low = max(0, int(lowest - spread / 4) // unit * unit)
    high = (int(highest) // unit + 1) * unit
    return low, high + (high - low) % 2
