"""Changing calendars by hand: scoped, never over somebody else's change, with a way back."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid, NotFound
from sis.attendance.models import AttendanceSubmission
from sis.calendars.actions import DaysSet, set_days
from sis.calendars.actions_years import NewTerm, copy_year, create_year
from sis.calendars.models import AcademicSession, DayType
from sis.calendars.queries import day_type_on, list_calendar_days
from sis.calendars.queries_changes import Part, find_last_change
from sis.calendars.queries_years import find_calendar_year, get_calendar_year, list_terms
from sis.calendars.undo import undo
from tests.sis.calendars.stage import (
    CHRISTMAS,
    ELSEWHERE,
    ENDS,
    LABOR_DAY,
    OFFICE,
    STARTS,
    days_of,
    make_year,
    new_year,
    seen,
)
from tests.sis.school import NOW, Town

FRIDAY = date(2015, 1, 16)


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


@pytest.fixture
def school(session: Session, town: Town) -> int:
    school = town.school("S-1")
    make_year(session, school)
    return school


def _set(
    session: Session,
    part: Part,
    first: date,
    last: date,
    day_type: DayType = DayType.HOLIDAY,
    known: int | None = None,
) -> DaysSet | None:
    return set_days(
        session,
        part,
        first=first,
        last=last,
        day_type=day_type,
        seen=seen(session, part) if known is None else known,
        by=OFFICE,
        now=NOW,
    )


def test_a_new_year_has_its_days_and_terms(session: Session, school: int) -> None:
    year = get_calendar_year(session, school, "", 2015)
    assert (year.starts_on, year.ends_on, year.derived) == (STARTS, ENDS, False)
    assert [term.title for term in list_terms(session, year)] == [
        "First semester",
        "Second semester",
    ]
    assert day_type_on(session, school, "", LABOR_DAY) == "holiday"
    assert day_type_on(session, school, "", CHRISTMAS[1]) == "regular"
    assert len(list_calendar_days(session, school, "", STARTS, ENDS)) == 213


def test_schools_with_equal_years_share_the_session(session: Session, town: Town) -> None:
    first, second = town.school("S-1"), town.school("S-2")
    make_year(session, first)
    make_year(session, second)
    assert session.scalar(select(func.count()).select_from(AcademicSession)) == 3


def test_a_school_that_has_a_calendar_keeps_it_and_the_others_get_theirs(
    session: Session, town: Town, school: int
) -> None:
    other = town.school("S-2")
    made = create_year(session, new_year(), [school, other], by=OFFICE, now=NOW)
    assert [card.id for card in made.schools] == [other]
    assert made.refused == {"Name of S-1": "It has a calendar from 2014-08-12 to 2015-06-04."}
    with pytest.raises(Conflict, match="No school needs this calendar"):
        create_year(session, new_year(), [school, other], by=OFFICE, now=NOW)


def test_a_year_whose_dates_make_no_sense_is_refused_with_every_reason(
    session: Session, town: Town
) -> None:
    school = town.school("S-1")
    year = replace(
        new_year(), title=" ", terms=(NewTerm("First", date(2014, 8, 1), date(2014, 9, 1)),)
    )
    with pytest.raises(Invalid) as refusal:
        create_year(session, year, [school], by=OFFICE, now=NOW)
    assert set(refusal.value.fields) == {"title", "term_1"}
    with pytest.raises(Invalid):
        create_year(session, replace(new_year(), ends_on=STARTS), [school], by=OFFICE, now=NOW)
    with pytest.raises(Invalid, match="at least one school"):
        create_year(session, new_year(), [], by=OFFICE, now=NOW)


def test_a_year_is_copied_for_another_track(session: Session, town: Town, school: int) -> None:
    other = town.school("S-2")
    _set(session, days_of(school), FRIDAY, FRIDAY)
    source = get_calendar_year(session, school, "", 2015)
    copy_year(session, source, [other], track="B", by=OFFICE, now=NOW)
    assert day_type_on(session, other, "B", FRIDAY) == "holiday"
    assert find_calendar_year(session, other, "", 2015) is None


def test_a_range_of_days_gets_its_type_and_weekends_stay_out(session: Session, school: int) -> None:
    done = _set(session, days_of(school), FRIDAY, date(2015, 1, 20))
    assert done is not None
    assert done.change.summary == "3 days from 2015-01-16 to 2015-01-20: holiday."
    assert day_type_on(session, school, "", date(2015, 1, 17)) is None
    assert day_type_on(session, school, "", date(2015, 1, 20)) == "holiday"
    assert _set(session, days_of(school), FRIDAY, date(2015, 1, 19)) is None
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["calendar.days", "calendar.days"]


@pytest.mark.parametrize(
    ("first", "last", "fields"),
    [
        (FRIDAY, date(2015, 1, 15), {"last"}),
        (date(2015, 1, 17), date(2015, 1, 18), {"last"}),
        (date(2014, 8, 11), FRIDAY, {"first"}),
        (FRIDAY, ENDS, {"last"}),
    ],
)
def test_days_that_cannot_be_set_are_refused(
    session: Session, school: int, first: date, last: date, fields: set[str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        _set(session, days_of(school), first, last)
    assert set(refusal.value.fields) == fields


def test_two_at_once_the_second_learns_what_the_first_did(session: Session, school: int) -> None:
    part = days_of(school)
    before = seen(session, part)
    _set(session, part, FRIDAY, FRIDAY, known=before)
    with pytest.raises(Conflict, match="Ana Office changed the days meanwhile") as refusal:
        _set(session, part, FRIDAY, FRIDAY, DayType.MINIMUM, known=before)
    assert refusal.value.code == "changed_meanwhile"
    assert "1 day from 2015-01-16 to 2015-01-16: holiday." in refusal.value.message
    assert day_type_on(session, school, "", FRIDAY) == "holiday"


def test_a_school_outside_the_scope_does_not_exist(session: Session, school: int) -> None:
    with pytest.raises(NotFound):
        set_days(
            session,
            days_of(school),
            first=FRIDAY,
            last=FRIDAY,
            day_type=DayType.HOLIDAY,
            seen=0,
            by=ELSEWHERE,
            now=NOW,
        )
    with pytest.raises(NotFound):
        create_year(session, new_year("B"), [school], by=ELSEWHERE, now=NOW)
    with pytest.raises(NotFound, match="Make one first"):
        _set(session, days_of(school, "Z"), FRIDAY, FRIDAY)


def test_attendance_on_days_that_become_days_off_is_counted(
    session: Session, town: Town, school: int
) -> None:
    section = town.section(school, "Algebra", "1")
    session.add(
        AttendanceSubmission(
            school_id=school,
            section_id=section,
            on_date=FRIDAY,
            period="1",
            submitted_at=NOW,
            submitted_by="user:2",
            modified_at=NOW,
            modified_by="user:2",
            roster_size=30,
            version=1,
        )
    )
    session.flush()
    minimum = _set(session, days_of(school), FRIDAY, FRIDAY, DayType.MINIMUM)
    holiday = _set(session, days_of(school), FRIDAY, FRIDAY)
    assert minimum is not None
    assert holiday is not None
    assert (minimum.submissions, holiday.submissions) == (0, 1)


def test_the_last_change_is_undone_and_done_again(session: Session, school: int) -> None:
    part = days_of(school)
    _set(session, part, FRIDAY, date(2015, 1, 20))
    undone = undo(session, part, seen=seen(session, part), by=OFFICE, now=NOW)
    assert undone is not None
    assert undone.summary == "Undone: 3 days from 2015-01-16 to 2015-01-20: holiday."
    assert day_type_on(session, school, "", FRIDAY) == "regular"
    undo(session, part, seen=seen(session, part), by=OFFICE, now=NOW)
    assert day_type_on(session, school, "", FRIDAY) == "holiday"
    with pytest.raises(Conflict):
        undo(session, part, seen=1, by=OFFICE, now=NOW)


def test_a_new_year_is_undone_and_comes_back_with_its_days(session: Session, school: int) -> None:
    part = days_of(school)
    undo(session, part, seen=seen(session, part), by=OFFICE, now=NOW)
    assert find_calendar_year(session, school, "", 2015) is None
    undo(session, part, seen=seen(session, part), by=OFFICE, now=NOW)
    assert day_type_on(session, school, "", LABOR_DAY) == "holiday"
    assert len(list_calendar_days(session, school, "", STARTS, ENDS)) == 213


def test_nothing_to_undo_is_said(session: Session, school: int) -> None:
    with pytest.raises(NotFound):
        undo(session, Part("bells", school), seen=0, by=OFFICE, now=NOW)


def test_changes_know_who_made_them(session: Session, school: int) -> None:
    _set(session, days_of(school), FRIDAY, FRIDAY)
    last = find_last_change(session, days_of(school))
    assert last is not None
    assert (last.changed_by, last.changed_by_name) == ("user:1", "Ana Office")
