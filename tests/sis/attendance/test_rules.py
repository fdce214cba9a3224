"""The arithmetic of days, reasons and bells."""

from datetime import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sis.attendance.rules.day import Mark, StudentDay, day_of
from sis.attendance.rules.meetings import DAILY, Bells, Due, Ring, due
from sis.attendance.rules.status import (
    TRUANCY,
    UNCLEARED,
    Entry,
    Kind,
    Reason,
    Status,
    entry_of_teacher,
    status_of,
)

UNEXCUSED, EXCUSED = Status.ABSENT_UNEXCUSED, Status.ABSENT_EXCUSED
WHOLE, NONE = Fraction(1), Fraction(0)

statuses = st.sampled_from([None, *Status])
marks = st.lists(
    st.builds(Mark, statuses, st.integers(0, 120), st.integers(0, 150)), min_size=1, max_size=8
)


@given(marks, st.sampled_from([None, 180]))
def test_attended_excused_and_unexcused_are_the_whole_day(
    found: list[Mark], minutes: int | None
) -> None:
    day = day_of(found, minutes_for_a_day=minutes)
    assert day is not None
    assert day.attended + day.absent == 1
    assert day.excused + day.unexcused == day.absent
    assert min(day.attended, day.excused, day.unexcused) >= 0
    assert not (day.excused and day.unexcused)


@given(marks)
def test_any_part_of_a_day_is_present(found: list[Mark]) -> None:
    day = day_of(found)
    assert day is not None
    assert day.attended == int(any(mark.attended for mark in found))


@given(marks, st.integers(0, 7))
def test_submitting_a_class_never_lowers_what_was_attended(found: list[Mark], which: int) -> None:
    index = which % len(found)
    before = [*found[:index], Mark(None, found[index].length), *found[index + 1 :]]
    for minutes in (None, 180):
        earlier = day_of(before, minutes_for_a_day=minutes)
        later = day_of(found, minutes_for_a_day=minutes)
        assert earlier is not None
        assert later is not None
        assert earlier.attended <= later.attended


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([Status.PRESENT, UNEXCUSED], StudentDay(WHOLE, NONE, NONE)),
        ([Status.TARDY, UNEXCUSED], StudentDay(WHOLE, NONE, NONE)),
        ([EXCUSED, EXCUSED], StudentDay(NONE, WHOLE, NONE)),
        ([EXCUSED, UNEXCUSED], StudentDay(NONE, NONE, WHOLE)),
        ([None, None], StudentDay(NONE, NONE, WHOLE, unsubmitted=True)),
        ([EXCUSED, None], StudentDay(NONE, NONE, WHOLE, unsubmitted=True)),
        ([Status.PRESENT, None], StudentDay(WHOLE, NONE, NONE)),
    ],
)
def test_days_of_a_secondary_student(found: list[Status | None], expected: StudentDay) -> None:
    assert day_of([Mark(status) for status in found]) == expected


def test_a_day_on_which_no_class_met_is_no_day() -> None:
    assert day_of([]) is None


@pytest.mark.parametrize(
    ("missed", "expected"), [(0, WHOLE), (20, WHOLE), (90, Fraction(11, 18)), (200, NONE)]
)
def test_a_continuation_school_counts_minutes_up_to_one_day(
    missed: int, expected: Fraction
) -> None:
    day = day_of([Mark(Status.TARDY, 200, missed)], minutes_for_a_day=180)
    assert day is not None
    assert day.attended == expected


ILL = Reason("ILL", "Illness", excused=True, applies_to="any")
UNC = Reason(UNCLEARED, "Uncleared", excused=False, applies_to="absence")


@pytest.mark.parametrize(
    ("kind", "reason", "expected"),
    [
        (Kind.ABSENT, ILL, EXCUSED),
        (Kind.ABSENT, UNC, UNEXCUSED),
        (Kind.ABSENT, None, UNEXCUSED),
        (Kind.TARDY, ILL, Status.TARDY),
        (Kind.PRESENT, None, Status.PRESENT),
    ],
)
def test_the_reason_decides_whether_an_absence_is_excused(
    kind: Kind, reason: Reason | None, expected: Status
) -> None:
    assert status_of(kind, reason) is expected
    assert expected.kind is kind


def test_a_reason_fits_what_it_applies_to() -> None:
    assert [kind for kind in Kind if ILL.fits(kind)] == [Kind.ABSENT, Kind.TARDY, Kind.LEFT_EARLY]
    assert [kind for kind in Kind if UNC.fits(kind)] == [Kind.ABSENT]


@pytest.mark.parametrize(
    ("kind", "minutes", "expected"),
    [
        (Kind.ABSENT, None, Entry(UNEXCUSED, UNCLEARED)),
        (Kind.TARDY, 29, Entry(Status.TARDY, None, 29)),
        (Kind.TARDY, 30, Entry(Status.TARDY, TRUANCY, 30)),
        (Kind.TARDY, None, Entry(Status.TARDY)),
    ],
)
def test_a_tardy_of_thirty_minutes_is_code_3(
    kind: Kind, minutes: int | None, expected: Entry
) -> None:
    assert entry_of_teacher(kind, minutes, truancy_from=30) == expected


REGULAR = {"1": Ring(time(8), time(8, 55)), "6": Ring(time(13, 45), time(14, 40))}
BELLS = Bells({"regular": REGULAR, "minimum": {"1": Ring(time(8), time(8, 35))}})


@pytest.mark.parametrize(
    ("day_type", "period", "held"),
    [
        ("regular", "6", True),
        ("minimum", "6", False),
        ("minimum", "1", True),
        ("minimum", DAILY, True),
        ("regular", "Zero", True),
    ],
)
def test_a_period_that_rings_on_other_days_only_is_not_held(
    day_type: str, period: str, held: bool
) -> None:
    assert BELLS.held(day_type, period) is held


def test_daily_attendance_lasts_from_the_first_bell_to_dismissal() -> None:
    assert BELLS.ring("regular", DAILY) == Ring(time(8), time(14, 40))
    assert BELLS.ring("minimum", DAILY) == Ring(time(8), time(8, 35))
    assert Bells().ring("regular", DAILY) is None
    assert REGULAR["1"].minutes == 55


@pytest.mark.parametrize(
    ("at", "submitted", "expected"),
    [
        (time(7, 59), False, Due.LATER),
        (time(8), False, Due.NOW),
        (time(8, 55), False, Due.MISSING),
        (time(8, 55), True, Due.SUBMITTED),
    ],
)
def test_a_class_is_missing_when_it_is_over(at: time, submitted: bool, expected: Due) -> None:
    assert due(REGULAR["1"], at, submitted=submitted) is expected
    assert due(None, at, submitted=False) is Due.NOW
