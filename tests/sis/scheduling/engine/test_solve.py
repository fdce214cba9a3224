"""Schedules judged by a checker that shares no code with the engine."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.school_instances import make_school
from tests.sis.scheduling.engine.checker import best_by_hand, tally, violations
from tests.sis.scheduling.engine.solving import solved

COURSES = "ABCDE"
PATTERNS: list[Any] = [0, 1, 2, [0, 1], [1, 2]]


@st.composite
def tiny_instances(draw: st.DrawFn, patterns: list[Any]) -> dict[str, Any]:
    """Up to five courses, four students, three periods: small enough to try everything."""
    sections: dict[str, list[list[Any]]] = {}
    made = 0
    for course in COURSES:
        chosen = draw(st.lists(st.sampled_from(patterns), max_size=2))
        sections[course] = []
        for pattern in chosen:
            sections[course].append([made, pattern, draw(st.integers(0, 2))])
            made += 1
    wishes = st.lists(st.sampled_from(COURSES), unique=True, max_size=3)
    requests = {str(n): draw(wishes) for n in range(draw(st.integers(1, 4)))}
    return {"sections": sections, "requests": requests}


@settings(max_examples=60, deadline=None)
@given(tiny_instances(PATTERNS[:3]))
def test_no_schedule_is_better_than_the_one_found(instance: dict[str, Any]) -> None:
    answer = solved(instance)
    assert violations(instance, answer) == []
    assert tally(instance, answer) == best_by_hand(instance)
    assert answer["bound"]["proved"]


@settings(max_examples=40, deadline=None)
@given(tiny_instances(PATTERNS))
def test_sections_in_several_periods_are_placed_exactly(instance: dict[str, Any]) -> None:
    answer = solved(instance)
    assert violations(instance, answer) == []
    assert tally(instance, answer) == best_by_hand(instance)


@settings(max_examples=40, deadline=None)
@given(tiny_instances(PATTERNS), st.data())
def test_a_lock_is_kept_whatever_it_costs(instance: dict[str, Any], data: st.DataObject) -> None:
    roomy = [s for sections in instance["sections"].values() for s in sections if s[2] > 0]
    if not roomy:
        return
    sid, _, _ = data.draw(st.sampled_from(roomy))
    course = next(c for c, own in instance["sections"].items() if sid in [s[0] for s in own])
    instance["locked"] = {"0": {course: sid}}
    if course not in instance["requests"]["0"]:
        instance["requests"]["0"] = [course, *instance["requests"]["0"]][:3]
    answer = solved(instance)
    assert violations(instance, answer) == []
    assert tally(instance, answer) == best_by_hand(instance)


@settings(max_examples=40, deadline=None)
@given(tiny_instances(PATTERNS), st.integers(0, 2))
def test_good_places_stay_and_moves_are_counted(instance: dict[str, Any], moves: int) -> None:
    first = solved(instance)
    later = instance | {
        "current": {
            student: {course: sid for course, sid in row.items() if sid is not None}
            for student, row in first["placements"].items()
        },
        "max_moves": moves,
    }
    later["requests"] = later["requests"] | {"new": ["A", "B"]}
    answer = solved(later)
    assert violations(later, answer) == []
    changed = [
        (student, course)
        for student, row in later["current"].items()
        for course, sid in row.items()
        if answer["placements"][student][course] != sid
    ]
    assert len(changed) == answer["figures"]["moves"] <= moves
    lost = [c for s, c in changed if answer["placements"][s][c] is None]
    assert lost == []


def test_a_school_with_tight_seats_is_placed_and_proved() -> None:
    instance = make_school(120, seed=5)
    answer = solved(instance)
    assert violations(instance, answer) == []
    figures, bound = answer["figures"], answer["bound"]
    assert tally(instance, answer) == (figures["placed"], figures["complete"])
    assert bound == {
        "placed": figures["placed"],
        "complete": figures["complete"],
        "proved": True,
    }


def test_the_same_instance_gives_the_same_answer() -> None:
    instance = make_school(80, seed=6)
    first, second = solved(instance), solved(instance)
    assert first["placements"] == second["placements"]


def test_block_days_share_a_period() -> None:
    def block(sid: int, days: str) -> dict[str, Any]:
        return {"id": sid, "meetings": [{"period": "1", "days": days}], "seats": 5}

    instance = {
        "sections": {"Art": [block(1, "MW")], "Band": [block(2, "TR")], "Gym": [block(3, "WF")]},
        "requests": {"s": ["Art", "Band", "Gym"]},
    }
    answer = solved(instance)
    assert violations(instance, answer) == []
    assert answer["figures"]["placed"] == 2
    assert answer["bound"]["placed"] == 2


def test_moving_one_student_makes_room_for_another() -> None:
    instance = {
        "sections": {"A": [[1, 1, 1], [2, 2, 1]], "B": [[3, 2, 2]]},
        "requests": {"old": ["A"], "new": ["A", "B"]},
        "current": {"old": {"A": 1}},
    }
    assert solved(instance)["figures"]["complete"] == 1
    moved = solved(instance | {"max_moves": 1})
    assert moved["placements"] == {"old": {"A": 2}, "new": {"A": 1, "B": 3}}
    assert moved["figures"]["moves"] == 1


def test_the_last_seat_goes_to_what_graduation_needs_then_to_priority_then_to_the_upper_grade() -> (
    None
):
    def last_seat(first: Any, second: Any, **more: Any) -> str:
        instance = {"sections": {"A": [[1, 1, 1]]}, "requests": {"x": [first], "y": [second]}}
        placements = solved(instance | more)["placements"]
        return "x" if placements["x"]["A"] else "y"

    assert last_seat({"course": "A"}, {"course": "A", "protected": True}) == "y"
    assert last_seat({"course": "A", "priority": 2}, {"course": "A", "priority": 1}) == "y"
    grades = {"x": {"grade": 9}, "y": {"grade": 12}}
    assert last_seat("A", "A", students=grades) == "y"


def test_an_alternate_is_better_than_nothing_and_worse_than_the_wish() -> None:
    instance = {
        "sections": {"A": [[1, 1, 1]], "B": [[2, 1, 5]]},
        "requests": {n: [{"course": "A", "alternates": ["B"]}] for n in "xy"},
    }
    answer = solved(instance)
    assert violations(instance, answer) == []
    assert answer["figures"]["alternates"] == 1
    assert answer["figures"]["complete"] == 2


def test_sections_of_one_period_fill_evenly() -> None:
    instance = {
        "sections": {"A": [[1, 1, 30], [2, 1, 30], [3, 2, 30]]},
        "requests": {str(n): ["A"] for n in range(30)},
    }
    placements = solved(instance)["placements"]
    sizes = [sum(row["A"] == sid for row in placements.values()) for sid in (1, 2, 3)]
    assert max(sizes) - min(sizes) <= 1


def test_a_student_stays_within_the_track() -> None:
    section = {"id": 1, "meetings": [{"period": "1"}], "seats": 9, "track": "B"}
    instance = {
        "sections": {"A": [section]},
        "requests": {"x": ["A"], "y": ["A"]},
        "students": {"x": {"track": "B"}, "y": {"track": "C"}},
    }
    answer = solved(instance)
    assert answer["placements"] == {"x": {"A": 1}, "y": {"A": None}}
    assert answer["reasons"]["y"]["A"] == "A has no section in the student's track C."
