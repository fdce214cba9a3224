"""From latitude and longitude to the drawing, so that a kilometre is as long east as north."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, radians
from statistics import median

KM_PER_DEGREE = 111.195
"""Of latitude, on a sphere of radius 6371.0088 km."""

FARTHEST_KM = 250.0
"""A school farther than this from the middle of the others has a wrong position."""

SMALLEST_SPAN_KM = 2.0
"""One school, or several at one address, still get a drawing of some width."""


@dataclass(frozen=True)
class Place:
    """A position in degrees, north and east positive."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Projection:
    """Equirectangular around ``middle``; ``scale`` is drawing units per kilometre."""

    middle: Place
    scale: float
    width: float
    height: float

    def to_drawing(self, place: Place) -> tuple[float, float]:
        """x to the right and y down, in drawing units, inside ``width`` by ``height``."""
        east, north = _km_from(self.middle, place)
        return self.width / 2 + east * self.scale, self.height / 2 - north * self.scale


def fit(places: Sequence[Place], *, width: float, height: float, margin: float) -> Projection:
    """The largest projection that shows all ``places`` within the margin.

    ``height`` is a limit: a district that is wider than tall gets a lower drawing.
    ``places`` must not be empty.
    """
    south, north = _ends([place.latitude for place in places])
    west, east = _ends([place.longitude for place in places])
    middle = Place((south + north) / 2, (west + east) / 2)
    span_x, span_y = _km_from(Place(south, west), Place(north, east), at=middle)
    span_x, span_y = max(span_x, SMALLEST_SPAN_KM), max(span_y, SMALLEST_SPAN_KM)
    scale = min((width - 2 * margin) / span_x, (height - 2 * margin) / span_y)
    return Projection(middle, scale, width, min(height, span_y * scale + 2 * margin))


def is_plausible(place: Place, around: Place) -> bool:
    """False for a position that a typing error sent out of the district."""
    return hypot(*_km_from(around, place)) <= FARTHEST_KM


def center_of(places: Sequence[Place]) -> Place:
    """The median position, which a few wrong ones do not move; ``places`` must not be empty."""
    return Place(
        median(place.latitude for place in places), median(place.longitude for place in places)
    )


def _ends(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


def _km_from(origin: Place, place: Place, at: Place | None = None) -> tuple[float, float]:
    shrink = cos(radians((at or origin).latitude))
    return (
        (place.longitude - origin.longitude) * KM_PER_DEGREE * shrink,
        (place.latitude - origin.latitude) * KM_PER_DEGREE,
    )
