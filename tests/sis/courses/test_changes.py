"""Changing a section from a date on leaves what was before as it was."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sis.courses.rules.changes import (
    Other,
    Preview,
    SectionPlan,
    Steps,
    StoredMeeting,
    StudentClash,
    meeting_steps,
    problems,
    student_clashes,
)
from sis.courses.rules.meetings import Meeting, within

START, MONDAY = date(2015, 1, 5), date(2015, 1, 12)
DAYS = [START + timedelta(days=n) for n in range(40)]
KEYS = st.tuples(st.sampled_from("123"), st.sampled_from([None, "MWF", "TR"]))
ROOMS = st.sampled_from(["10", "20"])


def _applied(
    rows: Sequence[StoredMeeting], steps: Steps, on: date, room_was: str
) -> list[StoredMeeting]:
    """The rows as the action leaves them."""
    left = []
    for row in rows:
        meeting = row.meeting
        if row.id in steps.forgotten:
            continue
        if row.id in steps.ended:
            meeting = replace(meeting, ends_on=on)
        if row.id in steps.reopened:
            meeting = replace(meeting, ends_on=None)
        if row.id in steps.remembered:
            meeting = replace(meeting, room=room_was)
        left.append(StoredMeeting(row.id, meeting))
    return left + [StoredMeeting(-n, one) for n, one in enumerate(steps.opened, 1)]


def _meets(rows: Sequence[StoredMeeting], day: date, room: str) -> set[tuple[str, str | None, str]]:
    return {
        (m.period, m.days, m.room or room)
        for m in (row.meeting for row in rows)
        if within(m.begins_on, m.ends_on, day)
    }


def _change(
    rows: Sequence[StoredMeeting], plan: Sequence[Meeting], on: date, room_was: str, room: str
) -> list[StoredMeeting]:
    steps = meeting_steps(rows, plan, on=on, starts_on=START, room_was=room_was, room=room)
    return _applied(rows, steps, on, room_was)


CHANGE = st.tuples(
    st.sets(KEYS, max_size=3).map(lambda keys: [Meeting(*key) for key in sorted(keys, key=str)]),
    st.integers(0, 30).map(lambda n: START + timedelta(days=n)),
    ROOMS,
)


@given(st.lists(CHANGE, min_size=1, max_size=5))
def test_after_any_changes_the_past_is_as_it_was_and_the_future_as_wanted(
    changes: list[tuple[list[Meeting], date, str]],
) -> None:
    rows: list[StoredMeeting] = [StoredMeeting(1000, Meeting("1"))]
    room = "10"
    for number, (plan, on, wanted_room) in enumerate(changes):
        after = _change(rows, plan, on, room, wanted_room)
        for day in DAYS:
            expected = (
                _meets(rows, day, room)
                if day < on
                else {(m.period, m.days, wanted_room) for m in plan}
            )
            assert _meets(after, day, wanted_room) == expected
        rows = [StoredMeeting(number * 100 + n, row.meeting) for n, row in enumerate(after)]
        room = wanted_room


@given(CHANGE)
def test_the_same_change_again_does_nothing(change: tuple[list[Meeting], date, str]) -> None:
    plan, on, room = change
    rows = _change([StoredMeeting(1000, Meeting("1"))], plan, on, "10", room)
    again = meeting_steps(rows, plan, on=on, starts_on=START, room_was=room, room=room)
    assert again == Steps()


def test_every_problem_of_a_plan_is_named_at_once() -> None:
    plan = SectionPlan(
        title=" ",
        room="r" * 51,
        seats=-1,
        meetings=(Meeting("1", "M"), Meeting("1", "T")),
        teacher_ids=(1, 1),
    )
    assert set(problems(plan)) == {"title", "room", "seats", "meetings", "teachers"}
    assert problems(SectionPlan("Algebra", seats=0, meetings=(Meeting("1"),))) == {}


@pytest.mark.parametrize(
    ("other", "clashes"),
    [
        (Meeting("3"), True),
        (Meeting("3", "TR"), False),
        (Meeting("3", ends_on=MONDAY), False),
        (Meeting("1"), False),
        (Meeting("4"), False),
    ],
)
def test_a_student_clashes_only_in_a_new_period_on_a_common_day(
    other: Meeting, clashes: bool
) -> None:
    student = Other(7, "P-7", "Kim Field", "Biology", other)
    wanted = [Meeting("1"), Meeting("3", "MWF")]
    found = student_clashes([student], wanted, [Meeting("1")], on=MONDAY)
    assert found == ([StudentClash(7, "P-7", "Kim Field", "3 (MWF)", "Biology")] if clashes else [])


def test_a_token_names_exactly_what_was_seen() -> None:
    clash = StudentClash(7, "P-7", "Kim Field", "3", "Biology")
    assert Preview().token == ""
    assert Preview((clash,)).token != Preview((clash,), ("Room 1 twice",)).token
