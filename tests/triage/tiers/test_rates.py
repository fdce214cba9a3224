"""The check values of the empirical-Bayes rates (Marshall 1991)."""

from datetime import date
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import gamma

from triage.tiers.rules.rates import (
    Exposure,
    Prior,
    age_in_weeks,
    marshall_prior,
    recency_weight,
    weighted,
    winsorised,
)

FIVE = [Exposure(y, e) for y, e in zip([0, 2, 5, 1, 40], [0.5, 1, 2, 4, 10], strict=True)]
SIX = [
    Exposure(y, e)
    for y, e in zip([3, 0, 12, 7, 1, 20], [14.6, 3.6, 10.8, 21.6, 5.4, 43.2], strict=True)
]


def test_five_schools_give_the_published_mean_variance_and_rates() -> None:
    prior = marshall_prior(FIVE)
    assert prior.mean == pytest.approx(2.742857, abs=5e-7)
    assert prior.variance == pytest.approx(1.793061, abs=5e-7)
    rates = [2.067179, 2.449204, 2.605250, 0.939610, 3.833208]
    assert [prior.rate(one) for one in FIVE] == pytest.approx(rates, abs=5e-7)


def test_six_schools_give_the_published_weight() -> None:
    prior = marshall_prior(SIX)
    assert prior.mean == pytest.approx(0.433468, abs=5e-7)
    assert prior.variance == pytest.approx(0.0445848, abs=5e-8)
    assert prior.mean * prior.weight == pytest.approx(4.214310, abs=5e-7)
    assert prior.weight == pytest.approx(9.722314, abs=5e-7)


@pytest.mark.parametrize(
    ("tickets", "exposure", "chance", "flagged"),
    [(4, 1.8, 0.24377, False), (10, 1.8, 0.87803, True)],
)
def test_the_flag_of_a_small_school_has_the_published_chance(
    tickets: float, exposure: float, chance: float, flagged: bool
) -> None:
    prior = marshall_prior(SIX)
    found = prior.chance_above(2, Exposure(tickets, exposure))
    assert found == pytest.approx(chance, abs=5e-6)
    assert (found > 0.8) is flagged
    shape, scale = prior.mean * prior.weight + tickets, 1 / (prior.weight + exposure)
    assert found == pytest.approx(gamma.sf(2 * prior.mean, shape, scale=scale))


def test_schools_that_do_not_differ_beyond_chance_all_get_the_mean() -> None:
    prior = marshall_prior([Exposure(1, 1), Exposure(1, 1), Exposure(2, 2)])
    assert prior == Prior(1.0, 0.0)
    assert prior.weight == inf
    assert prior.rate(Exposure(50, 1)) == 1.0
    assert prior.chance_above(2, Exposure(50, 1)) == 0.0


def test_a_school_without_history_gets_the_mean_of_the_others() -> None:
    assert marshall_prior(FIVE).rate(Exposure(0, 0)) == pytest.approx(2.742857, abs=5e-7)


def test_no_history_at_all_gives_a_rate_of_zero() -> None:
    assert marshall_prior([Exposure(0, 0)]).rate(Exposure(0, 0)) == 0.0


@pytest.mark.parametrize(
    ("tickets", "expected", "kept"),
    [(3, 1.0, 3), (13, 1.0, 13), (14, 1.0, 13), (500, 1.0, 13), (1, 0.0, 1), (7, 0.0, 1)],
)
def test_one_bad_week_is_capped(tickets: float, expected: float, kept: float) -> None:
    assert winsorised(tickets, expected) == kept  # ceil(4u + 4 sqrt(4u) + 1): 13 for u = 1


@pytest.mark.parametrize(("age", "weight"), [(0, 1.0), (6, 0.5), (12, 0.25), (3, 0.5**0.5)])
def test_a_ticket_counts_half_after_six_weeks(age: float, weight: float) -> None:
    assert recency_weight(age, 6) == pytest.approx(weight)


def test_recency_divides_counts_and_exposure_by_the_worth_of_the_weights() -> None:
    seen = weighted([(4, 1.0), (2, 0.5)], thousands=2)
    q = (1 + 0.25) / 1.5
    assert (seen.tickets, seen.exposure) == pytest.approx((5 / q, 2 * 1.5 / q))
    assert weighted([], 2) == Exposure(0, 0)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=20), st.floats(0.1, 5))
def test_equal_weights_are_plain_sums(counts: list[int], thousands: float) -> None:
    seen = weighted([(count, 1.0) for count in counts], thousands)
    assert seen.tickets == pytest.approx(sum(counts))
    assert seen.exposure == pytest.approx(thousands * len(counts))


@given(
    st.lists(st.tuples(st.integers(0, 200), st.floats(0.1, 50)), min_size=1, max_size=30),
    st.integers(0, 200),
    st.floats(0.1, 50),
)
def test_a_rate_lies_between_the_mean_and_what_was_seen(
    others: list[tuple[int, float]], tickets: int, exposure: float
) -> None:
    prior = marshall_prior([Exposure(y, e) for y, e in others])
    bare = tickets / exposure
    low, high = min(prior.mean, bare), max(prior.mean, bare)
    assert low - 1e-9 <= prior.rate(Exposure(tickets, exposure)) <= high + 1e-9


def test_age_counts_in_weeks() -> None:
    assert age_in_weeks(date(2015, 1, 5), date(2015, 1, 12)) == 1
