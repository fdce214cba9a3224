"""The district before its people: every school with its size, place, calendar and troubles."""

from dataclasses import replace

import numpy as np

from drills.district import gaps, school_names
from drills.district.calendars import TRACKS
from drills.district.randomness import Stream, stream
from drills.district.school import Center, District, School
from drills.district.shapes import (
    SHAPES,
    Floats,
    Shape,
    enrolments,
    meal_shares,
    spans,
)
from drills.district.sizes import SIZES, Size

DISTRICT_ID = "D-0001"
DISTRICT_NAME = "Bellwether Unified School District"


# Shares of enrolment in 2013: North 152,336, South 120,442, East 98,097, West 79,452, ISIC 95,145.
CENTERS = (
    Center("ESC-1", "Educational Service Center Foothill", 0.279, 34.205, -118.475, 0.045),
    Center("ESC-2", "Educational Service Center Harbor", 0.221, 33.880, -118.270, 0.050),
    Center("ESC-3", "Educational Service Center Arroyo", 0.180, 34.050, -118.190, 0.030),
    Center("ESC-4", "Educational Service Center Prairie", 0.146, 34.015, -118.370, 0.030),
    Center("ESC-5", "Intensive Support Center", 0.174, 34.050, -118.300, 0.080),
)


def _sizes(size: Size, rng: np.random.Generator) -> list[Floats]:
    """Enrolments per shape, scaled so that the district has its number of students."""
    drawn = [enrolments(shape, size.schools[shape.level], rng) for shape in SHAPES]
    scale = size.students / sum(float(sizes.sum()) for sizes in drawn)
    return [np.maximum(np.rint(sizes * scale), 20.0) for sizes in drawn]


def _name(place: str, shape: Shape, high: int, magnet: bool) -> str:
    title = shape.title
    if shape.level == "elementary" and high > 6:
        title = "K-8 School"
    return f"{place} {title}{' Magnet' if magnet else ''}"


def _of_shape(
    shape: Shape, sizes: Floats, names: list[str], first: int, rng: np.random.Generator
) -> list[School]:
    count = len(sizes)
    grade_spans = spans(shape, count, rng)
    meals = np.rint(meal_shares(shape, count, rng) * sizes)
    schools: list[School] = []
    for index, place in enumerate(names):
        low, high = grade_spans[index]
        center = CENTERS[rng.choice(len(CENTERS), p=[c.share for c in CENTERS])]
        magnet = bool(shape.level in ("elementary", "middle", "high") and rng.random() < 0.12)
        hard = 1.6 if (low, high) in ((0, 8), (0, 12)) else 1.0
        hard *= 1.7 if shape.level == "special_education" else 1.25 if magnet else 1.0
        schools.append(
            School(
                number=first + index,
                name=_name(place, shape, high, magnet),
                level=shape.level,
                center=center,
                low=low,
                high=high,
                students=int(sizes[index]),
                meal_eligible=int(meals[index]),
                latitude=round(float(center.latitude + rng.normal(0, center.spread)), 6),
                longitude=round(float(center.longitude + rng.normal(0, center.spread)), 6),
                trouble=float(hard * np.exp(rng.normal(-0.18, 0.6))),
                magnet=magnet,
                phone=f"({rng.choice(['213', '323', '818', '310'])}) 555-01{rng.integers(100):02d}",
                address=school_names.address(rng),
            )
        )
    return schools


def _with_tracks(schools: list[School], count: int) -> list[School]:
    """The largest comprehensive high schools run four tracks, as Bell Senior High did."""
    large = [s for s in schools if s.level == "high" and s.low == 9]
    chosen = {s.number for s in sorted(large, key=lambda s: -s.students)[:count]}
    return [replace(s, tracks=TRACKS) if s.number in chosen else s for s in schools]


def make_district(size: str, seed: int) -> District:
    """Plan the district of that ``size``, a key of SIZES; the same for the same seed."""
    rng = stream(seed, Stream.PLAN)
    sizes = _sizes(SIZES[size], rng)
    names = school_names.places(sum(len(s) for s in sizes), rng)
    schools: list[School] = []
    for shape, of_shape in zip(SHAPES, sizes, strict=True):
        first = len(schools)
        last = first + len(of_shape)
        schools += _of_shape(shape, of_shape, names[first:last], first + 1, rng)
    planned = gaps.spread(
        _with_tracks(schools, SIZES[size].multi_track), SIZES[size].gaps, stream(seed, Stream.GAPS)
    )
    return District(size, seed, tuple(planned))
