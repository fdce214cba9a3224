"""Schools as SVG shapes: the colour says the state, and so does the shape; size is enrolment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from dashboards.map.outline import Loop, outline
from dashboards.map.projection import Place, Projection, center_of, fit, is_plausible
from dashboards.rules import LABELS, SchoolRow, Standing

WIDTH = 520.0
HEIGHT = 700.0
REACH = 44.0
MARGIN = 18.0
EDGE = REACH / 2 + MARGIN

SMALLEST = 2.4
LARGEST = 8.0
LARGEST_ENROLMENT = 4000

_EMPHASIS: Mapping[Standing, float] = {
    Standing.FIRING: 1.5,
    Standing.PENDING: 1.35,
    Standing.UNKNOWN: 1.0,
    Standing.OK: 1.0,
}


@dataclass(frozen=True)
class Mark:
    """One school on the map: ``path`` is the shape, ``words`` what a pointer or reader is told."""

    school_id: int
    standing: Standing
    x: float
    y: float
    path: str
    words: str


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
    marks = [_mark(mine[row.id], *xy) for row, xy in drawn if row.id in mine]
    marks.sort(key=lambda mark: (_depth(mark.standing), mark.y, mark.x, mark.school_id))
    return Drawing(
        width=projection.width,
        height=round(projection.height, 1),
        land="".join(_loop(loop) for loop in outline(points, reach=REACH, margin=MARGIN)),
        marks=tuple(marks),
        regions=tuple(_regions(drawn, projection)),
        counts={s: sum(mark.standing is s for mark in marks) for s in Standing},
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


def in_words(row: SchoolRow) -> str:
    """``Name: over the limit, 23 of 1,204 without a schedule``."""
    if row.unscheduled is None:
        return f"{row.name}: {row.label}"
    of = f" of {row.enrolled:,}" if row.enrolled is not None else ""
    return f"{row.name}: {row.label}, {row.unscheduled:,}{of} without a schedule"


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


def _mark(row: SchoolRow, x: float, y: float) -> Mark:
    r = radius(row.enrolled) * _EMPHASIS[row.standing]
    return Mark(row.id, row.standing, x, y, shape(row.standing, x, y, r), in_words(row))


def _depth(standing: Standing) -> int:
    """What is worse is drawn later, on top."""
    return -list(Standing).index(standing)


def _regions(
    drawn: Sequence[tuple[SchoolRow, tuple[float, float]]], projection: Projection
) -> Iterable[RegionName]:
    """The name of each ESC in the middle of its schools; one in two places is named only once."""
    spots: dict[str, list[tuple[float, float]]] = {}
    for row, xy in drawn:
        if row.esc:
            spots.setdefault(row.esc, []).append(xy)
    for name, points in sorted(spots.items()):
        middle_x = sorted(x for x, _ in points)[len(points) // 2]
        middle_y = sorted(y for _, y in points)[len(points) // 2]
        yield RegionName(name, min(max(middle_x, 40), projection.width - 40), middle_y)


def _loop(loop: Loop) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in loop) + "z"
