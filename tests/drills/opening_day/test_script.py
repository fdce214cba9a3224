"""The script of the morning, before any database."""

from collections import Counter
from dataclasses import replace
from datetime import time

import pytest

from drills.opening_day.planned import Morning
from drills.opening_day.script import make_script
from drills.opening_day.worsening import worsening_school
from tests.drills.opening_day.mornings import (
    DAY,
    GAPS,
    WORSE,
    ZONE,
    cancelled,
    full_script,
    morning,
    school,
    waiting_at,
)

SEEDS = range(1, 25)


def test_the_same_seed_makes_the_same_script() -> None:
    assert full_script(3) == full_script(3)


def test_another_seed_makes_another_script() -> None:
    assert {event.due_at for event in full_script(3)} != {e.due_at for e in full_script(4)}


def test_keys_are_unique_and_name_the_day_and_the_seed() -> None:
    keys = [event.key for event in full_script(7)]
    assert len(set(keys)) == len(keys)
    assert all(key.startswith("2015-01-12/7/") for key in keys)


def test_events_come_in_the_order_of_their_time() -> None:
    times = [event.due_at for event in full_script()]
    assert times == sorted(times)
    assert {at.astimezone(ZONE).date() for at in times} == {DAY}
    assert times[0].astimezone(ZONE).time() >= time(6, 30)


@pytest.mark.parametrize("seed", SEEDS)
def test_at_ten_some_schools_are_over_the_threshold_and_most_are_not(seed: int) -> None:
    start, script = morning(), full_script(seed)
    waiting = waiting_at(script, start, start.at(10))
    over = {one.id for one in start.schools if waiting[one.id] > 10}
    assert 3 <= len(over) <= 5
    assert all(GAPS[one] > 10 for one in over)
    assert not any(waiting[one] == 10 for one in range(len(GAPS)) if GAPS[one] != 10)


@pytest.mark.parametrize("seed", SEEDS)
def test_exactly_ten_stays_ten_and_one_eleven_stays_eleven_over_ten_oclock(seed: int) -> None:
    start, script = morning(), full_script(seed)
    for minute in (-30, 0, 5):
        waiting = waiting_at(script, start, start.at(9, 60 + minute))
        assert waiting[0] == 10
        assert waiting[1] == 11
    assert waiting_at(script, start, start.at(10))[2] < 10


@pytest.mark.parametrize("seed", SEEDS)
def test_one_school_crosses_the_threshold_after_ten(seed: int) -> None:
    start, script = morning(), full_script(seed)
    assert 5 <= waiting_at(script, start, start.at(10))[WORSE] <= 10
    assert waiting_at(script, start, start.at(10, 12))[WORSE] > 10
    assert waiting_at(script, start, start.at(10, 41))[WORSE] >= 30


@pytest.mark.parametrize("seed", SEEDS)
def test_by_noon_no_school_is_over_the_threshold_and_few_students_wait(seed: int) -> None:
    start, script = morning(), full_script(seed)
    waiting = waiting_at(script, start, start.at(12))
    assert max(waiting.values()) <= 8
    assert sum(waiting.values()) <= 0.12 * sum(GAPS)


def test_nobody_is_put_into_the_section_that_is_cancelled() -> None:
    for event in full_script():
        if event.kind == "schedule" and event.payload["school_id"] == WORSE:
            assert event.payload["avoid"] == 777


def test_a_student_is_enrolled_before_being_scheduled() -> None:
    at = {event.key: event.due_at for event in full_script()}
    enrolled = [key for key in at if "/enroll/" in key and not key.endswith("/schedule")]
    assert len(enrolled) >= 6
    for key in enrolled:
        assert 20 * 60 <= (at[f"{key}/schedule"] - at[key]).total_seconds() <= 60 * 60


def test_late_schools_and_the_cancelled_section_are_reported_before_or_as_it_happens() -> None:
    keys = [event.key for event in full_script()]
    assert sum("/ticket/waiting/" in key for key in keys) >= 3
    assert sum("/ticket/cancelled/" in key for key in keys) == 1


def test_tickets_are_fit_for_the_api() -> None:
    functions: Counter[str] = Counter()
    for event in full_script():
        if event.kind != "ticket":
            continue
        functions[event.payload["function"]] += 1
        assert "{n}" not in event.payload["subject"] + event.payload["description"]
        assert 0 < len(event.payload["subject"]) <= 200
        assert len(event.key) <= 200
    assert set(functions) <= {
        "login",
        "scheduling",
        "enrollment",
        "attendance",
        "grades",
        "reports",
        "english_learners",
        "other",
    }


@pytest.mark.parametrize(("students", "most"), [(35_000, 110), (650_000, 420)])
def test_the_api_sees_a_few_requests_a_second_at_sixty_times(students: int, most: int) -> None:
    schools = tuple(replace(school(number, 0), students=students // 50) for number in range(50))
    script = make_script(Morning(DAY, ZONE, schools), None, 1)
    asked = [event for event in script if event.kind == "ticket"]
    assert len(asked) <= most
    busiest = max(
        Counter(event.due_at.replace(second=0) for event in asked).values()
    )  # one district minute is one second
    assert busiest <= 12


def test_the_school_that_gets_worse_is_a_large_high_school_with_one_track() -> None:
    schools = [
        school(1, 3),
        replace(school(2, 3), tracks=("A", "B"), students=4000),
        replace(school(3, 9), students=3000),
        replace(school(4, 0), level="middle", students=2500),
        replace(school(5, 0), students=2000),
    ]
    assert worsening_school(Morning(DAY, ZONE, tuple(schools))) == schools[4]


def test_a_district_with_nothing_to_fix_still_has_a_day() -> None:
    day = morning([0] * 5)
    kinds = Counter(event.kind for event in make_script(day, None, 1))
    assert kinds["ticket"] > 5
    assert kinds["drop"] == 0


def test_the_cancelled_section_may_be_small() -> None:
    day = morning()
    few = replace(cancelled(day), students=cancelled(day).students[:3])
    drops = [event for event in make_script(day, few, 1) if event.kind == "drop"]
    assert len(drops) == 3
