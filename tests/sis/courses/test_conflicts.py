"""What a report of the master schedule finds wrong, and what it leaves alone."""

from collections.abc import Sequence
from datetime import date

import pytest

from sis.courses.rules.conflicts import Kind, Planned, Teaching, find_conflicts
from sis.courses.rules.meetings import Meeting

MONDAY, LATER, JUNE = date(2015, 1, 12), date(2015, 2, 2), date(2015, 6, 5)
ANNA = Teaching(1, "Anna Field")


def _planned(
    number: int,
    *meetings: Meeting,
    teachers: Sequence[Teaching] = (ANNA,),
    room: str | None = None,
    seats: int | None = 30,
    taken: int = 20,
    class_type: str = "scheduled",
) -> Planned:
    return Planned(
        id=number,
        title=f"Section {number}",
        class_type=class_type,
        span=(MONDAY, JUNE),
        seats=seats,
        taken=taken,
        room=room or f"R{number}",
        meetings=meetings,
        teachers=tuple(teachers),
    )


def _kinds(*sections: Planned, on: date = MONDAY, shared: Sequence[str] = ()) -> list[Kind]:
    return [one.kind for one in find_conflicts(sections, on=on, shared_rooms=shared)]


def test_a_teacher_twice_in_one_period_is_found_once_with_both_sections() -> None:
    one, other = _planned(1, Meeting("3")), _planned(2, Meeting("3"))
    [conflict] = find_conflicts([one, other], on=MONDAY)
    assert (conflict.kind, conflict.section_ids) == (Kind.TEACHER_TWICE, (1, 2))
    assert conflict.what == "Anna Field in period 3: Section 1 and Section 2"
    assert conflict.since is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Meeting("3"), Meeting("4")),
        (Meeting("3", "MWF"), Meeting("3", "TR")),
        (Meeting("3", ends_on=LATER), Meeting("3", begins_on=LATER)),
    ],
)
def test_other_periods_days_or_dates_are_no_conflict(one: Meeting, other: Meeting) -> None:
    assert _kinds(_planned(1, one, room="A"), _planned(2, other, room="A")) == []


def test_a_teacher_who_hands_over_is_no_conflict() -> None:
    leaving = Teaching(1, "Anna Field", ends_on=LATER)
    coming = Teaching(1, "Anna Field", begins_on=LATER)
    taught = Teaching(2, "Ben Park", begins_on=LATER)
    one = _planned(1, Meeting("3"), teachers=[leaving, taught])
    assert _kinds(one, _planned(2, Meeting("3"), teachers=[coming])) == []


def test_a_conflict_that_is_still_to_come_says_since_when_and_a_past_one_is_gone() -> None:
    one, other = _planned(1, Meeting("3")), _planned(2, Meeting("3", begins_on=LATER))
    [conflict] = find_conflicts([one, other], on=MONDAY)
    assert conflict.since == LATER
    past = _planned(2, Meeting("3", ends_on=LATER))
    assert _kinds(one, past, on=LATER) == []


def test_a_room_twice_is_found_whatever_its_spelling_and_shared_rooms_are_left_alone() -> None:
    ben = Teaching(2, "Ben Park")
    one = _planned(1, Meeting("3"), room="Gym  1")
    other = _planned(2, Meeting("3"), room="GYM 1", teachers=[ben])
    assert _kinds(one, other) == [Kind.ROOM_TWICE]
    assert _kinds(one, other, shared=["gym 1"]) == []


def test_a_meeting_in_a_room_of_its_own_counts_there() -> None:
    ben = Teaching(2, "Ben Park")
    one = _planned(1, Meeting("3", room="Lab"), room="A")
    assert _kinds(one, _planned(2, Meeting("3"), room="A", teachers=[ben])) == []
    assert _kinds(one, _planned(2, Meeting("3"), room="lab", teachers=[ben])) == [Kind.ROOM_TWICE]


def test_what_a_section_lacks_is_found() -> None:
    bare = Planned(1, "Bare", "scheduled", (MONDAY, JUNE), 30, 31, None, (), ())
    assert _kinds(bare) == [Kind.OVER_SEATS, Kind.NO_TEACHER, Kind.NO_PERIOD, Kind.NO_ROOM]


def test_a_homeroom_needs_no_period_and_a_section_without_a_limit_no_seats() -> None:
    home = _planned(1, class_type="homeroom", seats=None, taken=99)
    assert _kinds(home) == []
