from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.silences.rules.recurrence import Weekly, is_inside, next_edge

ZONE = ZoneInfo("America/Los_Angeles")
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
NIGHTS = Weekly(frozenset({0, 2}), time(22), time(6), ZONE)
SATURDAY_NIGHT = Weekly(frozenset({5}), time(23), time(4), ZONE)
SMALL_HOURS = Weekly(frozenset({6}), time(1, 30), time(1, 45), ZONE)
SKIPPED = Weekly(frozenset({6}), time(2, 15), time(2, 45), ZONE)
ALL_DAY = Weekly(frozenset({1}), time(0), time(0), ZONE)


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE, fold=fold)


@pytest.mark.parametrize(
    ("weekly", "moment", "inside"),
    [
        (NIGHTS, local("2026-11-23 21:59"), False),  # a Monday
        (NIGHTS, local("2026-11-23 22:00"), True),
        (NIGHTS, local("2026-11-24 05:59"), True),
        (NIGHTS, local("2026-11-24 06:00"), False),
        (NIGHTS, local("2026-11-24 23:00"), False),
        (ALL_DAY, local("2026-11-24 00:00"), True),
        (ALL_DAY, local("2026-11-24 23:59"), True),
        (ALL_DAY, local("2026-11-25 00:00"), False),
        (SMALL_HOURS, local("2026-11-01 01:35"), True),  # the hour that comes twice
        (SMALL_HOURS, local("2026-11-01 01:35", fold=1), True),
        (SMALL_HOURS, local("2026-11-01 01:45", fold=1), False),
        (SKIPPED, local("2026-03-08 03:20"), True),  # 02:15 PST is 03:15 PDT
        (SKIPPED, local("2026-03-08 03:45"), False),
    ],
)
def test_a_window_is_half_open_and_by_local_clocks(
    weekly: Weekly, moment: datetime, inside: bool
) -> None:
    assert is_inside(weekly, moment.astimezone(UTC)) is inside


def test_a_night_is_an_hour_longer_or_shorter_when_the_clocks_change() -> None:
    def length(day: str) -> timedelta:
        begins, ends = SATURDAY_NIGHT.window_of(datetime.fromisoformat(day).date())
        return ends - begins

    assert length("2026-02-28") == timedelta(hours=5)
    assert length("2026-03-07") == timedelta(hours=4)
    assert length("2026-10-31") == timedelta(hours=6)


@given(
    st.integers(0, 2 * 366 * 24 * 60).map(lambda minutes: YEAR + timedelta(minutes=minutes)),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.times(),
    st.times(),
)
def test_nothing_changes_before_the_next_edge(
    moment: datetime, weekdays: frozenset[int], begins: time, ends: time
) -> None:
    weekly = Weekly(weekdays, begins.replace(second=0), ends.replace(second=0), ZONE)
    edge = next_edge(weekly, moment)
    between = moment + (edge - moment) / 2
    assert is_inside(weekly, moment) == is_inside(weekly, between)
    assert moment < edge <= moment + timedelta(days=8, hours=1)


@pytest.mark.parametrize("weekdays", [frozenset[int](), frozenset({7})])
def test_a_window_without_a_real_weekday_is_refused(weekdays: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="weekdays"):
        Weekly(weekdays, time(1), time(2), ZONE)
