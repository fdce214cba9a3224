from datetime import UTC, datetime, timedelta

from core.outbox.handler import Delivery
from core.outbox.lanes import Lanes
from core.outbox.rules import Failure, Result

NOW = datetime(2026, 9, 14, 14, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def delivery(number: int, lane: str) -> Delivery:
    return Delivery(number, "topic", f"m{number}", {}, 1, NOW, lane)


def filled(workers: int, *lanes: str) -> Lanes:
    found = Lanes(workers)
    for number, lane in enumerate(lanes):
        found.add(delivery(number, lane))
    return found


def begun(lanes: Lanes) -> list[Delivery]:
    """Everything that may be begun now."""
    found = []
    while (following := lanes.begin(NOW)) is not None:
        found.append(following)
    return found


def ended(lanes: Lanes, each: Delivery, took: timedelta, failure: Failure | None = None) -> None:
    lanes.end(each, Result(each.id, 1, NOW, NOW + took, failure=failure))


def test_lanes_take_turns_and_one_has_half_of_the_workers() -> None:
    lanes = filled(4, "a", "a", "a", "a", "b", "c")
    assert [each.lane for each in begun(lanes)] == ["a", "b", "c", "a"]
    assert len(lanes) == 2


def test_a_slow_lane_is_asked_one_at_a_time_until_it_is_quick_again() -> None:
    lanes = filled(4, *"aaaaaa")
    first, second = begun(lanes)
    ended(lanes, first, 3 * SECOND)
    ended(lanes, second, 3 * SECOND)
    [third] = begun(lanes)
    ended(lanes, third, SECOND / 10)
    assert len(begun(lanes)) == 2


def test_of_a_failing_lane_little_is_kept_and_no_more_is_claimed() -> None:
    lanes = filled(4, *"aaaaaab")
    first = begun(lanes)[0]
    ended(lanes, first, SECOND / 10, Failure("refused"))
    assert lanes.closed(NOW) == ["a"]
    returned = lanes.give_back(NOW)
    assert len(returned) == 3
    assert lanes.closed(NOW) == ["a"]
    assert len(lanes.ids()) == 1


def test_a_lane_that_wants_to_be_left_alone_is_given_back_until_then() -> None:
    lanes = filled(2, *"aab")
    first, other = begun(lanes)
    assert (first.lane, other.lane) == ("a", "b")
    ended(lanes, first, SECOND, Failure("busy", retry_after=5 * SECOND))
    assert lanes.begin(NOW + 2 * SECOND) is None
    assert lanes.closed(NOW + 2 * SECOND) == ["a"]
    assert lanes.give_back(NOW + 2 * SECOND) == [1]
    assert lanes.closed(NOW + 7 * SECOND) == []


def test_at_the_end_everything_that_was_not_begun_is_given_back() -> None:
    lanes = filled(2, *"aab")
    lanes.begin(NOW)
    assert sorted(lanes.clear()) == [1, 2]
    assert len(lanes) == 0
