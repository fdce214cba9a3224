"""Changing bells, marking periods and grading windows by hand."""

from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM
from core.errors import AppError, Conflict, Forbidden, Invalid
from sis.calendars.actions_bells import change_bells
from sis.calendars.actions_marking import set_grading_windows, set_marking_periods
from sis.calendars.queries import list_bells
from sis.calendars.queries_changes import Part
from sis.calendars.queries_marking import list_grading_windows, list_marking_periods
from sis.calendars.rules import Bell
from sis.calendars.rules_marking import MarkingSpan, WindowSpan
from sis.calendars.undo import undo
from tests.sis.calendars.stage import (
    ELSEWHERE,
    OFFICE,
    make_year,
    seen,
)
from tests.sis.school import NOW, Town

REGULAR = (
    Bell("regular", "1", time(8), time(9)),
    Bell("regular", "2", time(9), time(10)),
)
PERIOD = MarkingSpan(1, 5, date(2014, 8, 12), date(2014, 9, 13))
WINDOW = WindowSpan(1, 5, date(2014, 9, 5), time(7), date(2014, 9, 17), time(17))


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


@pytest.fixture
def school(session: Session, town: Town) -> int:
    school = town.school("S-1")
    make_year(session, school)
    return school


def _bells(session: Session, school: int, *bells: Bell) -> None:
    part = Part("bells", school)
    change_bells(session, school, "regular", bells, seen=seen(session, part), by=OFFICE, now=NOW)


def test_bells_are_changed_and_undone(session: Session, school: int) -> None:
    _bells(session, school, *REGULAR)
    later = replace(REGULAR[1], starts_at=time(9, 5), ends_at=time(10, 5))
    _bells(session, school, REGULAR[0], later)
    assert list_bells(session, school) == [REGULAR[0], later]
    part = Part("bells", school)
    known = seen(session, part)
    _bells(session, school, REGULAR[0], later)
    assert seen(session, part) == known
    undo(session, part, seen=known, by=OFFICE, now=NOW)
    assert list_bells(session, school) == list(REGULAR)


def test_a_period_in_which_sections_meet_is_not_taken_away(
    session: Session, town: Town, school: int
) -> None:
    _bells(session, school, *REGULAR)
    town.section(school, "Algebra", "2")
    with pytest.raises(Conflict, match=r"Algebra \(period 2\)") as refusal:
        _bells(session, school, REGULAR[0])
    assert refusal.value.code == "sections_meet"
    assert len(list_bells(session, school)) == 2


@pytest.mark.parametrize(
    ("bell", "sentence"),
    [
        (Bell("regular", "1", time(10), time(11)), "comes twice"),
        (Bell("regular", "a b", time(10), time(11)), "without spaces"),
        (Bell("regular", "", time(10), time(11)), "1 to 20"),
        (Bell("regular", "3", time(11), time(11)), "end after"),
    ],
)
def test_bells_that_make_no_sense_are_refused(
    session: Session, school: int, bell: Bell, sentence: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        _bells(session, school, REGULAR[0], bell)
    assert sentence in refusal.value.fields["bell_2"]


def test_a_day_without_instruction_has_no_bells(session: Session, school: int) -> None:
    with pytest.raises(Invalid):
        change_bells(session, school, "holiday", REGULAR, seen=0, by=OFFICE, now=NOW)


def _periods(session: Session, part: Part, *periods: MarkingSpan) -> None:
    set_marking_periods(session, part, periods, seen=seen(session, part), by=SYSTEM, now=NOW)


def _windows(session: Session, part: Part, *windows: WindowSpan) -> None:
    set_grading_windows(session, part, windows, seen=seen(session, part), by=SYSTEM, now=NOW)


def test_a_school_follows_the_district_until_it_sets_its_own(session: Session, school: int) -> None:
    district = Part("marking_periods", None, "", 2015)
    own = replace(district, school_id=school)
    _periods(session, district, PERIOD)
    assert list_marking_periods(session, school, "", 2015) == (PERIOD,)
    late = replace(PERIOD, ends_on=date(2014, 9, 20))
    _periods(session, own, late)
    assert list_marking_periods(session, school, "", 2015) == (late,)
    _periods(session, own)
    assert list_marking_periods(session, school, "", 2015) == (PERIOD,)
    undo(session, own, seen=seen(session, own), by=SYSTEM, now=NOW)
    assert list_marking_periods(session, school, "", 2015) == (late,)


def test_grading_windows_are_set_and_undone(session: Session, school: int) -> None:
    part = Part("grading_windows", school, "", 2015)
    _windows(session, part, WINDOW)
    longer = replace(WINDOW, closes_on=date(2014, 9, 19))
    _windows(session, part, longer)
    assert list_grading_windows(session, school, "", 2015) == (longer,)
    undo(session, part, seen=seen(session, part), by=SYSTEM, now=NOW)
    assert list_grading_windows(session, school, "", 2015) == (WINDOW,)


def test_a_marking_period_with_a_window_is_not_taken_away(session: Session, school: int) -> None:
    part = Part("marking_periods", school, "", 2015)
    next_one = MarkingSpan(1, 10, date(2014, 9, 13), date(2014, 10, 18))
    _periods(session, part, PERIOD, next_one)
    _windows(session, replace(part, name="grading_windows"), WINDOW)
    with pytest.raises(Conflict, match="Term 1, week 5"):
        _periods(session, part, next_one)


def test_only_somebody_of_all_schools_changes_the_districts(session: Session) -> None:
    part = Part("marking_periods", None, "", 2015)
    with pytest.raises(Forbidden):
        set_marking_periods(session, part, [PERIOD], seen=0, by=ELSEWHERE, now=NOW)
    with pytest.raises(AppError) as refusal:
        _periods(session, part, replace(PERIOD, ends_on=PERIOD.starts_on))
    assert refusal.value.fields == {"1-5": "It ends before it starts."}
