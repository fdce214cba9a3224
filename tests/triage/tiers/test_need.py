"""From hours to a tier, and what a person is worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.settings import TierSettings
from triage.tiers.rules.need import (
    Category,
    need_hours,
    plain_tier,
    ticket_hours,
    tier_for,
    value_of_person,
)

POLICY = TierSettings().policy()


@pytest.mark.parametrize(
    ("hours", "tier"),
    [(0, 4), (3.999, 4), (4, 3), (9.999, 3), (10, 2), (19.999, 2), (20, 1), (500, 1)],
)
def test_a_threshold_reached_counts(hours: float, tier: int) -> None:
    assert plain_tier(hours, (20, 10, 4)) == tier
    assert tier_for(hours, POLICY) == tier


@pytest.mark.parametrize(
    ("hours", "previous", "tier"),
    [
        (20, 4, 1),  # support grows at once
        (9.5, 2, 2),  # not clearly below 10: kept
        (9.0, 2, 2),
        (8.99, 2, 3),  # clearly below
        (3.7, 2, 3),  # below tier 2 by far, not clearly below tier 3
        (3.0, 1, 4),
        (18.5, 1, 1),
        (17.9, 1, 2),
        (9.5, 3, 3),  # yesterday's tier 3 is no reason for tier 2
    ],
)
def test_support_shrinks_only_when_need_has_clearly_fallen(
    hours: float, previous: int, tier: int
) -> None:
    assert tier_for(hours, POLICY, previous) == tier


@given(st.floats(0, 100), st.sampled_from([None, 1, 2, 3, 4]))
def test_hysteresis_never_takes_support_away_nor_beyond_yesterday(
    hours: float, previous: int | None
) -> None:
    tier, plain = tier_for(hours, POLICY, previous), plain_tier(hours, POLICY.thresholds)
    assert tier <= plain
    assert previous is None or tier == plain or tier >= previous


@pytest.mark.parametrize(
    ("category", "hours"),
    [
        (Category.LOGIN, 0.5 * 2 * 3 * 1.5),
        (Category.SCHEDULING, 1.5 * 4 * 3 * 1.5),
        (Category.ENROLLMENT, 1 * 3 * 3 * 1.5),
        (Category.GRADES, 0.75 * 0.5 * 3 * 1.5),
    ],
)
def test_each_category_has_its_hours_and_opening_multiplier(
    category: Category, hours: float
) -> None:
    assert ticket_hours(3, 1.5, POLICY.work[category]) == pytest.approx(hours)


def test_students_without_a_schedule_add_six_tenths_of_an_hour_each() -> None:
    assert need_hours({}, 11, [], POLICY) == pytest.approx(6.6)


def test_other_criteria_multiply() -> None:
    assert need_hours({Category.LOGIN: 2}, 5, [1.5, 2], POLICY) == pytest.approx(15)


@pytest.mark.parametrize(
    ("hours", "k", "value"),
    [(11, 1, 6.5), (11, 2, 4.5), (11, 3, 0), (3, 1, 3), (0, 1, 0), (13, 2, 6.5)],
)
def test_the_kth_person_takes_what_is_left_up_to_a_day(hours: float, k: int, value: float) -> None:
    assert value_of_person(hours, k) == pytest.approx(value)
