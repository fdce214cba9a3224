from itertools import pairwise

import pytest

from dashboards.map.drawing import draw, radius, shape
from dashboards.map.svg import marks_svg
from dashboards.rules import Standing
from tests.dashboards.rows import row


def test_each_state_has_a_shape_of_its_own() -> None:
    shapes = {shape(standing, 10, 10, 4) for standing in Standing}
    assert len(shapes) == len(Standing)


@pytest.mark.parametrize(
    ("standing", "path"),
    [
        (Standing.FIRING, "M10.0 6.0l4.0 4.0l-4.0 4.0l-4.0 -4.0z"),
        (Standing.PENDING, "M10.0 6.0l4.0 7.2h-8.0z"),
        (Standing.UNKNOWN, "M6.0 6.0h8.0v8.0h-8.0z"),
        (Standing.OK, "M6.0 10.0a4.0 4.0 0 1 0 8.0 0a4.0 4.0 0 1 0 -8.0 0z"),
    ],
)
def test_diamond_triangle_square_and_circle(standing: Standing, path: str) -> None:
    assert shape(standing, 10, 10, 4) == path


def test_a_larger_school_is_a_larger_mark_up_to_a_limit() -> None:
    sizes = [radius(enrolled) for enrolled in (0, 100, 1000, 4000)]
    assert all(smaller < larger for smaller, larger in pairwise(sizes))
    assert radius(40_000) == radius(4000)
    assert radius(None) == radius(0)


def test_what_is_worse_lies_on_top() -> None:
    rows = [
        row(1, Standing.FIRING, 30),
        row(2, Standing.OK),
        row(3, Standing.PENDING, 14),
        row(4, Standing.UNKNOWN, None),
    ]
    assert [mark.standing for mark in draw(rows).marks] == [
        Standing.OK,
        Standing.UNKNOWN,
        Standing.PENDING,
        Standing.FIRING,
    ]


def test_schools_without_a_usable_position_are_counted_and_not_drawn() -> None:
    rows = [row(1), row(2, place=(34.1, -118.2)), row(3, place=None), row(4, place=(0.0, 0.0))]
    drawing = draw(rows)
    assert [mark.school_id for mark in drawing.marks] == [2, 1]
    assert drawing.unplaced == 2
    assert "2 without a position are only in the table" in drawing.description


def test_a_part_of_the_district_is_drawn_in_its_place() -> None:
    everything = [row(1, place=(33.8, -118.4)), row(2, place=(34.3, -118.1))]
    whole, part = draw(everything), draw(everything[:1], everything)
    assert part.land == whole.land
    (mark,) = part.marks
    assert mark in whole.marks
    assert part.counts[Standing.OK] == 1


def test_the_description_counts_states_for_those_who_do_not_see_the_map() -> None:
    rows = [row(1, Standing.FIRING, 11), row(2), row(3)]
    assert draw(rows).description == "3 schools by position: 1 Over the limit, 2 OK."


def test_no_schools_make_an_empty_map() -> None:
    assert draw([]).marks == ()


def test_a_mark_says_name_state_and_figures() -> None:
    rows = [row(1, Standing.FIRING, 23, name="Alder High"), row(2, Standing.UNKNOWN, None)]
    assert [mark.words for mark in draw(rows).marks] == [
        "School 0002: No data",
        "Alder High: Over the limit, 23 of 1,204 without a schedule",
    ]


def test_the_worst_school_is_the_tab_stop_of_the_map() -> None:
    text = marks_svg(draw([row(1, Standing.FIRING, 23), row(2), row(3)]), "/schools/")
    assert text.count('tabindex="-1"') == 2
    assert text.splitlines()[-1].startswith('<a href="/schools/1" tabindex="0">')
    assert marks_svg(draw([]), "/schools/") == ""


def test_a_name_with_angle_brackets_stays_text() -> None:
    text = marks_svg(draw([row(1, name="<b>Bell & Sons</b>")]), "/schools/")
    assert "&lt;b&gt;Bell &amp; Sons&lt;/b&gt;: OK" in text


def test_each_service_center_is_named_once_in_the_middle_of_its_schools() -> None:
    rows = [row(n, place=(34.0 + n / 100, -118.3), esc="ESC East") for n in range(1, 4)]
    (region,) = draw(rows).regions
    middle = next(mark for mark in draw(rows).marks if mark.school_id == 2)
    assert region.name == "ESC East"
    assert region.y == pytest.approx(middle.y)


def test_labels_do_not_cover_each_other() -> None:
    rows = [row(n, place=(34.0, -118.3), esc=f"ESC {n}") for n in range(1, 4)]
    heights = [region.y for region in draw(rows).regions]
    assert all(below - above >= 16 for above, below in pairwise(heights))


def test_marks_of_a_small_district_are_larger() -> None:
    few = draw([row(1), row(2, place=(34.2, -118.4))]).marks[0]
    many = draw([row(n, place=(34 + n / 2000, -118.3)) for n in range(1, 400)]).marks[0]
    assert few.size > many.size == 1.0
