from datetime import datetime, timedelta

import pytest

from dashboards.rules import (
    LABELS,
    Loose,
    Moment,
    Standing,
    is_late,
    oldest_unanswered,
    standing_of,
    tiles_of,
    trend_of,
    worst_first,
)
from tests.dashboards.rows import NOW, row


def minutes_ago(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        ("firing", Standing.FIRING),
        ("pending", Standing.PENDING),
        ("unknown", Standing.UNKNOWN),
        ("ok", Standing.OK),
        ("resolved", Standing.OK),
    ],
)
def test_every_state_of_a_monitor_is_shown_as(state: str, standing: Standing) -> None:
    assert standing_of(state) is standing


def test_every_standing_has_a_word_of_its_own() -> None:
    assert len(set(LABELS.values())) == len(Standing)


def test_worst_first_is_by_state_then_students_then_tier_then_name() -> None:
    order = [
        row(1, Standing.FIRING, 12),
        row(2, Standing.PENDING, 40),
        row(3, Standing.PENDING, 11, tier=1),
        row(4, Standing.PENDING, 11, tier=2),
        row(5, Standing.UNKNOWN, None),
        row(6, Standing.OK, 9),
        row(7, Standing.OK, 0, name="Alder"),
        row(8, Standing.OK, 0, name="Birch"),
    ]
    assert list(worst_first(reversed(order))) == order


def test_the_trend_compares_with_the_last_figure_of_30_minutes_ago() -> None:
    series = [Moment(minutes_ago(m), count, 0) for m, count in ((40, 300), (31, 250), (29, 90))]
    assert trend_of(series, 200, NOW) == -50


def test_exactly_30_minutes_ago_counts() -> None:
    assert trend_of([Moment(minutes_ago(30), 90, 0)], 100, NOW) == 10


def test_before_30_minutes_have_passed_there_is_no_trend() -> None:
    assert trend_of([Moment(minutes_ago(29), 90, 0)], 100, NOW) is None


def test_tiles_sum_up_the_rows_and_tickets_without_a_school() -> None:
    rows = [
        row(1, Standing.FIRING, 23, tier=1, tickets=(3, 2, minutes_ago(20))),
        row(2, Standing.PENDING, 11, tier=1),
        row(3, Standing.UNKNOWN, 70),
        row(4, Standing.OK, 1, tier=3, tickets=(1, 1, minutes_ago(35))),
    ]
    tiles = tiles_of(
        rows, [], Loose(open=2, unanswered=1, oldest_unanswered_at=minutes_ago(5)), NOW
    )
    assert (tiles.unscheduled, tiles.enrolled, tiles.trend) == (35, 3 * 1204, None)
    assert (tiles.firing, tiles.pending, tiles.unknown) == (1, 1, 1)
    assert (tiles.tiers, tiles.untiered) == (((1, 2), (3, 1)), 1)
    assert (tiles.open_tickets, tiles.unanswered_tickets) == (6, 4)
    assert tiles.oldest_unanswered_at == minutes_ago(35)
    assert tiles.oldest_unanswered == rows[3]


def test_the_ticket_that_waits_longest_may_belong_to_no_school() -> None:
    loose = Loose(open=1, unanswered=1, oldest_unanswered_at=minutes_ago(50))
    waiting = row(1, tickets=(1, 1, minutes_ago(20)))
    assert oldest_unanswered([waiting], loose) == (minutes_ago(50), None)


def test_when_every_ticket_is_answered_nothing_waits() -> None:
    assert oldest_unanswered([row(1, tickets=(4, 0, None))], Loose(open=1)) == (None, None)


def test_a_measurement_is_late_after_ten_minutes() -> None:
    assert not is_late(None, NOW)
    assert not is_late(minutes_ago(10), NOW)
    assert is_late(minutes_ago(11), NOW)
