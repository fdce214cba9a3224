from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.outbox.rules import Failure, RetryPolicy, backoff, next_wait

POLICY = RetryPolicy(timedelta(seconds=2), timedelta(minutes=15), max_attempts=20)
MOMENT = timedelta(seconds=1)

policies = st.builds(
    RetryPolicy,
    first=st.timedeltas(timedelta(milliseconds=1), timedelta(minutes=1)),
    last=st.timedeltas(timedelta(milliseconds=1), timedelta(days=1)),
    max_attempts=st.integers(1, 50),
)


@given(policies, st.integers(1, 10_000), st.floats(0, 1))
def test_backoff_stays_between_nothing_and_the_longest_wait(
    policy: RetryPolicy, attempt: int, fraction: float
) -> None:
    assert timedelta(0) <= backoff(policy, attempt, fraction) <= policy.last


@given(policies, st.integers(1, 60))
def test_the_longest_possible_wait_never_shrinks(policy: RetryPolicy, attempt: int) -> None:
    assert backoff(policy, attempt, 1.0) <= backoff(policy, attempt + 1, 1.0)


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 2), (2, 4), (3, 8), (9, 512), (10, 900), (200, 900)]
)
def test_waits_double_up_to_the_last_one(attempt: int, seconds: int) -> None:
    assert backoff(POLICY, attempt, 1.0) == timedelta(seconds=seconds)


def test_jitter_reaches_over_the_whole_wait() -> None:
    assert backoff(POLICY, 3, 0.0) == timedelta(0)
    assert backoff(POLICY, 3, 0.5) == timedelta(seconds=4)


def test_a_permanent_failure_is_given_up_at_once() -> None:
    assert next_wait(POLICY, Failure("gone", permanent=True), 1, MOMENT, 0.5) is None


def test_the_last_attempt_is_the_last() -> None:
    assert next_wait(POLICY, Failure("down"), 19, MOMENT, 0.5) is not None
    assert next_wait(POLICY, Failure("down"), 20, MOMENT, 0.5) is None


def test_retry_after_is_honoured_as_it_stands() -> None:
    busy = Failure("busy", retry_after=timedelta(seconds=31))
    assert next_wait(POLICY, busy, 1, MOMENT, 0.0) == timedelta(seconds=31)


def test_a_provider_that_names_a_time_is_asked_for_a_day_however_many_attempts() -> None:
    busy = Failure("busy", retry_after=timedelta(seconds=1))
    assert next_wait(POLICY, busy, 5000, timedelta(hours=23), 0.5) == timedelta(seconds=1)
    assert next_wait(POLICY, busy, 5000, timedelta(hours=25), 0.5) is None
    assert next_wait(POLICY, busy, 1, timedelta(hours=25), 0.5) == timedelta(seconds=1)
