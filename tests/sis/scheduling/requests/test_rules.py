"""A list of course requests, and the picture of demand."""

from sis.scheduling.requests.rules import Demand, Wish, bars, by_need, problems_of, version_of


def test_a_list_with_alternates_is_fine() -> None:
    assert problems_of([Wish(1, 1), Wish(2, 1, alternate_of=1), Wish(3, 2)]) == {}


def test_every_problem_is_named_at_its_place() -> None:
    wishes = [Wish(1, 1), Wish(1, 2), Wish(2, 0), Wish(3, 1, 3), Wish(4, 1, 9), Wish(5, 100)]
    assert list(problems_of(wishes)) == [1, 2, 3, 4, 5]


def test_an_alternate_of_an_alternate_is_refused() -> None:
    assert list(problems_of([Wish(1, 1), Wish(2, 1, 1), Wish(3, 1, 2)])) == [2]


def test_the_version_depends_on_the_lines_and_not_on_their_order() -> None:
    assert version_of([(1, None), (2, 3)]) == version_of([(2, 3), (1, None)])
    assert version_of([(1, None)]) != version_of([(1, 2)])


def _demand(course: int, requested: int, seats: int | None) -> Demand:
    return Demand(course, None, f"C{course}", requested, 0, 1, seats)


def test_what_lacks_most_seats_comes_first() -> None:
    demands = [_demand(1, 10, 30), _demand(2, 40, 30), _demand(3, 50, None), _demand(4, 35, 0)]
    assert [d.course_id for d in by_need({d.course_id: d for d in demands})] == [4, 2, 3, 1]
    assert [(d.missing, d.spare) for d in demands] == [(0, 20), (10, 0), (0, 0), (35, 0)]


def test_bars_share_one_scale() -> None:
    short, open_ended = bars([_demand(1, 40, 30), _demand(2, 10, None)], 80)
    assert (short.filled, short.missing, short.spare) == (60, 20, 0)
    assert (open_ended.filled, open_ended.missing, open_ended.spare) == (20, 0, 0)
    assert bars([_demand(1, 0, 0)], 80)[0].filled == 0
