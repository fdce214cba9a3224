import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from dashboards.map.outline import Loop, Point, outline

coordinate = st.floats(0, 400).map(lambda value: round(value, 1))


def is_inside(point: Point, loop: Loop) -> bool:
    """Ray casting, the textbook way."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(loop, (*loop[1:], loop[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def scattered(count: int, seed: int = 7) -> tuple[Point, ...]:
    dice = random.Random(seed)
    return tuple((dice.uniform(0, 300), dice.uniform(0, 500)) for _ in range(count))


@given(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=25))
def test_every_school_lies_inside_one_loop(points: Sequence[Point]) -> None:
    loops = outline(tuple(points), reach=44, margin=18)
    for point in points:
        assert sum(is_inside(point, loop) for loop in loops) == 1


def test_the_same_positions_in_another_order_give_the_same_outline() -> None:
    points = scattered(200)
    assert outline(points, reach=44, margin=18) == outline(points[::-1], reach=44, margin=18)


def test_schools_near_each_other_share_one_loop() -> None:
    assert len(outline(scattered(200), reach=44, margin=18)) == 1


def test_a_group_far_away_is_an_island() -> None:
    assert len(outline(((0.0, 0.0), (10.0, 0.0), (400.0, 400.0)), reach=44, margin=18)) == 2


def test_the_outline_follows_a_bend_where_a_convex_hull_would_not() -> None:
    bend = tuple((float(x), 0.0) for x in range(0, 400, 10)) + tuple(
        (0.0, float(y)) for y in range(0, 400, 10)
    )
    (loop,) = outline(bend, reach=44, margin=18)
    assert not is_inside((250.0, 250.0), loop)
    assert is_inside((5.0, 390.0), loop)


def test_without_schools_there_is_no_land() -> None:
    assert outline((), reach=44, margin=18) == ()
