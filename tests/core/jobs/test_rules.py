from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.jobs.rules import fire_time, wait_for_next

TEN = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)
decades = st.timedeltas(timedelta(days=-365 * 20), timedelta(days=365 * 60))
moments = decades.map(lambda span: TEN + span)
periods = st.timedeltas(timedelta(seconds=1), timedelta(days=7))


@given(moments, periods)
def test_the_fire_time_is_the_last_multiple_not_after_now(now: datetime, every: timedelta) -> None:
    fire_at = fire_time(now, every)
    assert now - every < fire_at <= now
    assert fire_time(fire_at, every) == fire_at


@pytest.mark.parametrize(
    ("now", "minutes", "expected"),
    [
        (TEN, 5, TEN),
        (TEN - timedelta(microseconds=1), 5, TEN - timedelta(minutes=5)),
        (TEN + timedelta(minutes=4, seconds=59), 5, TEN),
        (TEN, 24 * 60, TEN.replace(hour=0)),
    ],
)
def test_fire_times_stand_on_the_clock(now: datetime, minutes: int, expected: datetime) -> None:
    assert fire_time(now, timedelta(minutes=minutes)) == expected


@given(moments, periods, st.sampled_from([1.0, 60.0, 3600.0]))
def test_a_wait_ends_on_a_fire_time_and_is_never_hectic(
    now: datetime, every: timedelta, speed: float
) -> None:
    wait = wait_for_next(now, every, speed)
    then = now + wait * speed
    nearest = fire_time(then + every / 2, every)
    assert abs(then - nearest) < timedelta(milliseconds=10)
    steps = wait * speed / every
    assert steps <= max(1, timedelta(seconds=0.5) * speed / every + 1)


def test_at_sixty_times_the_speed_a_minute_is_a_second() -> None:
    assert wait_for_next(TEN, timedelta(minutes=1), 60) == timedelta(seconds=1)


def test_at_sixty_times_the_speed_five_seconds_are_not_waited_for_one_by_one() -> None:
    assert wait_for_next(TEN, timedelta(seconds=5), 60) == timedelta(seconds=0.5)
