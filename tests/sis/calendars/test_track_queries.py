"""The days, months, bells, marking periods and grading windows of a track."""

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy.orm import Session

from sis.calendars.models import AcademicSession, Calendar, GradingWindow, MarkingPeriod
from sis.calendars.queries import (
    CalendarDay,
    day_type_on,
    is_instruction_day,
    list_bells,
    list_bells_on,
    list_calendar_days,
    list_school_months,
    next_school_day,
    previous_school_day,
)
from sis.calendars.queries_marking import (
    find_open_windows,
    list_grading_windows,
    list_marking_periods,
)
from sis.calendars.queries_years import find_calendar_year, list_calendar_years, list_terms
from sis.calendars.rules import weekdays
from tests.sis.school import MONDAY, NOW, Town

FRIDAY, TUESDAY = date(2015, 1, 9), date(2015, 1, 13)
ZONE = "America/Los_Angeles"


@pytest.fixture
def school(session: Session) -> int:
    """Track A is on vacation until Tuesday; track B has school on Friday and Monday."""
    town = Town(session)
    school = town.school("S-1")
    town.calendar(school, {FRIDAY: "vacation", MONDAY: "vacation", TUESDAY: "regular"}, "A")
    town.calendar(school, {FRIDAY: "regular", MONDAY: "minimum", TUESDAY: "holiday"}, "B")
    return school


def test_each_track_has_its_own_days(session: Session, school: int) -> None:
    assert list_calendar_days(session, school, "B", FRIDAY, TUESDAY) == [
        CalendarDay(FRIDAY, "regular"),
        CalendarDay(MONDAY, "minimum"),
    ]
    assert [is_instruction_day(session, school, track, MONDAY) for track in "ABC"] == [
        False,
        True,
        False,
    ]
    assert day_type_on(session, school, "A", MONDAY) == "vacation"
    assert day_type_on(session, school, "A", date(2015, 1, 10)) is None


def test_the_next_and_the_previous_school_day_skip_days_off(session: Session, school: int) -> None:
    assert next_school_day(session, school, "A", FRIDAY) == TUESDAY
    assert next_school_day(session, school, "B", FRIDAY) == MONDAY
    assert next_school_day(session, school, "B", MONDAY) is None
    assert previous_school_day(session, school, "B", date(2015, 1, 20)) == MONDAY
    assert previous_school_day(session, school, "A", TUESDAY) is None


def test_where_calendars_overlap_the_later_one_counts(session: Session, school: int) -> None:
    later = Calendar(
        school_id=school, track="B", starts_on=date(2015, 1, 1), ends_on=date(2015, 2, 1)
    )
    session.add(later)
    session.flush()
    town = Town(session)
    town.days(later.id, {MONDAY: "holiday"})
    assert day_type_on(session, school, "B", MONDAY) == "holiday"


def test_bells_are_those_of_the_type_of_day(session: Session, school: int) -> None:
    town = Town(session)
    town.bells(school, "regular", (time(9), time(10)), (time(8), time(9)))
    assert [bell.label for bell in list_bells(session, school)] == ["2", "1"]
    assert [bell.day_type for bell in list_bells_on(session, school, "B", MONDAY)] == [
        "regular",
        "regular",
    ]
    town.bells(school, "minimum", (time(8), time(8, 30)))
    assert [bell.ends_at for bell in list_bells(session, school, "minimum")] == [time(8, 30)]
    assert list_bells_on(session, school, "A", MONDAY) == []
    assert list_bells_on(session, school, "A", date(2015, 1, 11)) == []


def test_a_year_is_found_by_track_with_its_terms(session: Session, school: int) -> None:
    year = AcademicSession(
        sourced_id="SY",
        source="test",
        title="School year",
        type="schoolYear",
        starts_on=date(2013, 7, 1),
        ends_on=date(2014, 7, 1),
        school_year=2014,
        modified_at=NOW,
    )
    session.add(year)
    session.flush()
    for title, starts_on in (("Spring", date(2014, 1, 6)), ("Fall", date(2013, 7, 1))):
        session.add(
            AcademicSession(
                sourced_id=title,
                source="test",
                title=title,
                type="semester",
                starts_on=starts_on,
                ends_on=date(2014, 7, 1),
                parent_id=year.id,
                modified_at=NOW,
            )
        )
    session.add(
        Calendar(
            school_id=school,
            track="A",
            session_id=year.id,
            starts_on=year.starts_on,
            ends_on=year.ends_on,
        )
    )
    session.flush()
    years = [(one.track, one.school_year) for one in list_calendar_years(session, school)]
    assert years == [("A", 2014), ("A", 2015), ("B", 2015)]
    found = find_calendar_year(session, school, "A", 2014)
    assert found is not None
    assert [term.title for term in list_terms(session, found)] == ["Fall", "Spring"]
    assert find_calendar_year(session, school, "C", 2014) is None


def test_school_months_are_those_of_the_track(session: Session) -> None:
    town = Town(session)
    school = town.school("S-1")
    town.calendar(school, dict.fromkeys(weekdays(date(2014, 8, 1), date(2015, 7, 1)), "regular"))
    months = list_school_months(session, school, "", 2015)
    assert (months[0].days_taught, months[1].days_taught, len(months)) == (16, 20, 13)
    assert list_school_months(session, school, "", 2016) == ()


def _period(school_id: int | None, week: int, starts_on: date, ends_on: date) -> MarkingPeriod:
    return MarkingPeriod(
        school_id=school_id,
        track="",
        school_year=2015,
        term=1,
        week=week,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def test_marking_periods_are_the_schools_own_or_else_the_districts(session: Session) -> None:
    town = Town(session)
    plain, other = town.school("S-1"), town.school("S-2")
    session.add(_period(None, 10, date(2014, 9, 15), date(2014, 10, 18)))
    session.add(_period(None, 5, date(2014, 8, 12), date(2014, 9, 15)))
    session.add(_period(other, 6, date(2014, 8, 12), date(2014, 9, 22)))
    session.flush()
    assert [one.week for one in list_marking_periods(session, plain, "", 2015)] == [5, 10]
    assert [one.week for one in list_marking_periods(session, other, "", 2015)] == [6]
    assert list_marking_periods(session, plain, "A", 2015) == ()
    assert list_marking_periods(session, plain, "", 2016) == ()


def test_a_window_of_the_district_opens_by_each_schools_clocks(session: Session) -> None:
    school = Town(session).school("S-1")
    session.add(
        GradingWindow(
            track="",
            school_year=2015,
            term=1,
            week=15,
            opens_on=date(2014, 11, 3),
            opens_at=time(7),
            closes_on=date(2014, 11, 12),
            closes_at=time(17),
        )
    )
    session.flush()
    [window] = list_grading_windows(session, school, "", 2015)
    assert window.closes(ZONE) == datetime(2014, 11, 13, 1, tzinfo=UTC)

    def open_at(now: datetime, zone: str) -> int:
        return len(find_open_windows(session, school, "", 2015, now=now, zone=zone))

    late = datetime(2014, 11, 12, 23, tzinfo=UTC)
    assert (open_at(late, ZONE), open_at(late, "America/New_York")) == (1, 0)
