"""Schools as shapes: the colour says the state, and so does the shape; size is enrolment."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from dashboards.map.outline import Loop, outline
from dashboards.map.projection import Place, Projection, center_of, fit, is_plausible
from dashboards.rules import LABELS, SchoolRow, Standing

WIDTH = 520.0
HEIGHT = 700.0
MARGIN = 18.0
EDGE = MARGIN + 8.0
DENSE = 300
"""From so many schools on, the outline follows them closely and marks are of usual size."""

REACH = 44.0
FARTHEST_REACH = 110.0
LABEL_HEIGHT = 17.0
LABEL_LETTER = 7.5

SMALLEST = 2.4
LARGEST = 8.0
LARGEST_ENROLMENT = 4000
LARGEST_SIZE = 1.6
"""Marks of a small district are larger, by this factor at most."""

_EMPHASIS: Mapping[Standing, float] = {
    Standing.FIRING: 1.5,
    Standing.PENDING: 1.35,
    Standing.UNKNOWN: 1.0,
    Standing.OK: 1.0,
}


@dataclass(frozen=True)
class Mark:
    """One school on the map; its shape and words are made from these few values."""

    school_id: int
    name: str
    standing: Standing
    unscheduled: int | None
    enrolled: int | None
    x: float
    y: float
    size: float = 1.0

    @property
    def path(self) -> str:
        """The shape of the state, larger for a larger school."""
        r = radius(self.enrolled) * _EMPHASIS[self.standing] * self.size
        return shape(self.standing, self.x, self.y, r)

    @property
    def words(self) -> str:
        """``Name: Over the limit, 23 of 1,204 without a schedule``."""
        if self.unscheduled is None:
            return f"{self.name}: {LABELS[self.standing]}"
        of = f" of {self.enrolled:,}" if self.enrolled is not None else ""
        count = f"{self.unscheduled:,}{of} without a schedule"
        return f"{self.name}: {LABELS[self.standing]}, {count}"


@dataclass(frozen=True)
class RegionName:
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """A map ready for the template; ``unplaced`` schools have no usable position."""

    width: float
    height: float
    land: str
    marks: tuple[Mark, ...]
    regions: tuple[RegionName, ...]
    counts: Mapping[Standing, int]
    unplaced: int

    @property
    def description(self) -> str:
        """For a person who does not see the map."""
        said = [f"{self.counts[s]} {LABELS[s]}" for s in Standing if self.counts[s]]
        missing = (
            f" {self.unplaced} without a position are only in the table." if self.unplaced else ""
        )
        return f"{len(self.marks)} schools by position: {', '.join(said)}.{missing}"


def draw(rows: Sequence[SchoolRow], frame: Sequence[SchoolRow] | None = None) -> Drawing:
    """Draw ``rows``; ``frame`` (all schools) keeps outline and scale when rows are a part of it."""
    land = _placed(frame if frame is not None else rows)
    shown = {row.id for row, _ in land}
    if not land:
        return Drawing(WIDTH, WIDTH / 2, "", (), (), dict.fromkeys(Standing, 0), len(rows))
    projection = fit([place for _, place in land], width=WIDTH, height=HEIGHT, margin=EDGE)
    points = tuple(projection.to_drawing(place) for _, place in land)
    drawn = [(row, xy) for (row, _), xy in zip(land, points, strict=True)]
    mine = {row.id: row for row in rows}
    sparse = max(1.0, DENSE / len(land)) ** 0.5
    reach = min(REACH * sparse, FARTHEST_REACH)
    size = min(sparse**0.5, LARGEST_SIZE)
    marks = [_mark(mine[row.id], xy, size) for row, xy in drawn if row.id in mine]
    marks.sort(key=lambda mark: (_depth(mark.standing), mark.y, mark.x, mark.school_id))
    standings = Counter(mark.standing for mark in marks)
    return Drawing(
        width=projection.width,
        height=round(projection.height, 1),
        land="".join(_loop(loop) for loop in outline(points, reach=reach, margin=MARGIN)),
        marks=tuple(marks),
        regions=tuple(_regions(drawn, projection)),
        counts={s: standings[s] for s in Standing},
        unplaced=sum(row.id not in shown for row in rows),
    )


def radius(enrolled: int | None) -> float:
    """Area grows with enrolment, within limits that stay visible and do not cover the city."""
    share = min(max(enrolled or 0, 0), LARGEST_ENROLMENT) / LARGEST_ENROLMENT
    return SMALLEST + (LARGEST - SMALLEST) * sqrt(share)


def shape(standing: Standing, x: float, y: float, r: float) -> str:
    """A path centred on x, y: circle OK, square no data, triangle watch, diamond over the limit."""
    if standing is Standing.FIRING:
        return f"M{x:.1f} {y - r:.1f}l{r:.1f} {r:.1f}l{-r:.1f} {r:.1f}l{-r:.1f} {-r:.1f}z"
    if standing is Standing.PENDING:
        return f"M{x:.1f} {y - r:.1f}l{r:.1f} {1.8 * r:.1f}h{-2 * r:.1f}z"
    if standing is Standing.UNKNOWN:
        return f"M{x - r:.1f} {y - r:.1f}h{2 * r:.1f}v{2 * r:.1f}h{-2 * r:.1f}z"
    return (
        f"M{x - r:.1f} {y:.1f}a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0"
        f"a{r:.1f} {r:.1f} 0 1 0 {-2 * r:.1f} 0z"
    )


def _placed(rows: Iterable[SchoolRow]) -> list[tuple[SchoolRow, Place]]:
    places = [
        (row, Place(row.latitude, row.longitude))
        for row in rows
        if row.latitude is not None and row.longitude is not None
    ]
    if not places:
        return []
    around = center_of([place for _, place in places])
    found = [(row, place) for row, place in places if is_plausible(place, around)]
    return sorted(found, key=lambda item: item[0].id)


def _mark(row: SchoolRow, place: tuple[float, float], size: float) -> Mark:
    return Mark(row.id, row.name, row.standing, row.unscheduled, row.enrolled, *place, size)


def _depth(standing: Standing) -> int:
    """What is worse is drawn later, on top."""
    return -list(Standing).index(standing)


def _regions(
    drawn: Sequence[tuple[SchoolRow, tuple[float, float]]], projection: Projection
) -> list[RegionName]:
    """The name of each ESC in the middle of its schools, none over another."""
    spots: dict[str, list[tuple[float, float]]] = {}
    for row, xy in drawn:
        if row.esc:
            spots.setdefault(row.esc, []).append(xy)
    named: list[RegionName] = []
    for name, points in sorted(spots.items()):
        half = LABEL_LETTER * len(name) / 2
        x = sorted(x for x, _ in points)[len(points) // 2]
        y = sorted(y for _, y in points)[len(points) // 2]
        named.append(RegionName(name, min(max(x, half), projection.width - half), y))
    return _apart(named)


def _apart(names: Sequence[RegionName]) -> list[RegionName]:
    """Labels from north to south, each moved down until it covers none before it."""
    placed: list[RegionName] = []
    for name in sorted(names, key=lambda one: (one.y, one.name)):
        y = name.y
        for other in placed:
            width = LABEL_LETTER * (len(name.name) + len(other.name)) / 2
            if abs(other.x - name.x) < width and y < other.y + LABEL_HEIGHT:
                y = max(y, other.y + LABEL_HEIGHT)
        placed.append(RegionName(name.name, name.x, y))
    return placed


def _loop(loop: Loop) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in loop) + "z"
