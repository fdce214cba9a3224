"""The drill clock: what it reads, how it is written down, what it refuses."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.clock import DrillClock, FrozenClock, SystemClock, machine_now, parse_clock, show_clock
from core.errors import ConfigError

START = datetime(2015, 1, 12, 14, 30, tzinfo=UTC)


def test_a_drill_clock_runs_at_its_speed_from_its_start() -> None:
    anchor = machine_now() - timedelta(seconds=10)
    clock = DrillClock(START, anchor, 60)
    passed = clock.now() - START
    assert timedelta(minutes=10) <= passed < timedelta(minutes=11)


def test_a_drill_clock_survives_being_written_and_read() -> None:
    clock = DrillClock(START, machine_now(), 37.5)
    assert parse_clock(clock.to_text()) == clock


def test_sessions_and_leases_see_the_machines_time_in_a_drill() -> None:
    clock = DrillClock(START, machine_now(), 60)
    assert abs(clock.real_now() - machine_now()) < timedelta(seconds=5)


def test_a_drill_clock_is_held_until_its_anchor() -> None:
    assert DrillClock(START, machine_now() + timedelta(hours=1), 60).now() == START


def test_a_shown_clock_starts_when_its_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    show_clock(path, DrillClock(START, machine_now() + timedelta(days=1), 60))
    clock = parse_clock(f"file:{path}")
    assert (clock.now(), clock.speed) == (START, 60)
    show_clock(path, DrillClock(START, machine_now() - timedelta(seconds=10), 60))
    time.sleep(0.3)
    assert clock.now() >= START + timedelta(minutes=10)


def test_a_shown_clock_goes_on_when_its_file_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    show_clock(path, DrillClock(START, machine_now(), 60))
    clock = parse_clock(f"file:{path}")
    path.unlink()
    time.sleep(0.3)
    assert clock.now() > START


def test_no_text_means_the_machines_clock() -> None:
    assert parse_clock("") == SystemClock()


@pytest.mark.parametrize(
    "text", ["soon", "file:/nowhere/clock", "2015-01-12@2015-01-12", "a@bx60", "2015@2015xfast"]
)
def test_a_text_that_is_no_clock_is_refused_with_its_name(text: str) -> None:
    with pytest.raises(ConfigError, match="BELLWETHER_CLOCK"):
        parse_clock(text)


def test_a_frozen_clock_moves_both_times_only_when_told() -> None:
    clock = FrozenClock(START, real=START + timedelta(days=1))
    clock.advance(timedelta(minutes=5))
    assert clock.now() == START + timedelta(minutes=5)
    assert clock.real_now() == START + timedelta(days=1, minutes=5)
