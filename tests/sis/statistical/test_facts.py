"""What is looked up for a month, and the report that it makes, on both databases."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM
from sis.statistical.queries.certified import list_uncertified
from sis.statistical.reporting import get_frame, get_live, get_school_year
from sis.statistical.rules.balance import FaultKind
from sis.statistical.rules.policy import StatisticsRules
from sis.statistical.rules.report import MonthReport
from sis.statistical.rules.standing import Count
from tests.sis.school import Town
from tests.sis.statistical.town import AFTER, DAYS, LAST, Records, elementary

RULES = StatisticsRules()


@pytest.fixture
def records(session: Session) -> Records:
    return Records(session)


def _report(session: Session, school_id: int, track: str = "") -> MonthReport:
    year = get_school_year(session, SYSTEM, school_id, 2015, RULES, AFTER)
    return get_live(session, get_frame(year, track, 1, RULES), RULES).report


def test_an_elementary_month_by_hand(session: Session, records: Records) -> None:
    """Ana: 19 days, one excused, one not, one not submitted. Ben: 14 days, one not submitted."""
    report = _report(session, elementary(records).school)
    assert report.sums == Count(attended=16 + 13, excused=1, unexcused=1 + 2, unsubmitted=2)
    assert report.movement == (1, 1, 0, 2)
    assert [line.grade for line in report.grades] == ["03", "04"]
    assert [(line.marks, line.not_enrolled) for line in report.lines] == [
        ("EUPPPHPPPPPPPPPPPPP?", 0),
        ("NNNNNHPPPPPPPPPPPPP?", 5),
    ]
    assert report.missing_classes == 1
    assert report.balances
    assert report.faults == ()


def test_a_secondary_day_is_attended_when_any_class_of_it_was(
    session: Session, records: Records
) -> None:
    school = records.school("High")
    records.calendar(school)
    first, second = records.section(school, "English", "1"), records.section(school, "Math", "2")
    student = records.student(school, "Cy", first, second)
    for section, period in ((first, "1"), (second, "2")):
        for day in DAYS:
            records.submit_day(school, section, period, day)
        records.absent(school, section, student, DAYS[0], period=period)
    records.absent(school, second, student, DAYS[1], period="2")
    report = _report(session, school)
    assert report.sums == Count(attended=18, unexcused=1)
    (line,) = report.lines
    assert (line.section_id, line.marks[:3], line.details[:3]) == (first, "UPP", (2, 1, 0))


def test_a_continuation_school_counts_minutes(session: Session, records: Records) -> None:
    school = records.school("Pinto", "continuation")
    records.calendar(school)
    Town(session).bells(school, "regular", *((time(8 + hour), time(9 + hour)) for hour in range(3)))
    sections = [records.section(school, f"Lab {n}", str(n)) for n in (1, 2, 3)]
    student = records.student(school, "Dee", *sections)
    for period, section in enumerate(sections, start=1):
        for day in DAYS:
            records.submit_day(school, section, str(period), day)
    records.absent(school, sections[0], student, DAYS[0], period="1", status="absent_excused")
    records.absent(school, sections[1], student, DAYS[1], period="2", status="tardy", minutes=20)
    report = _report(session, school)
    assert report.day_parts == 180
    assert report.sums == Count(attended=19 * 180 - 60 - 20, excused=60, unexcused=20)
    assert report.balances


def test_a_student_who_changes_homerooms_has_a_line_in_both(
    session: Session, records: Records
) -> None:
    school = records.school("Elm", "elementary")
    records.calendar(school)
    one, two = records.section(school, "Room 1"), records.section(school, "Room 2")
    student = records.student(school, "Eve", grade="01")
    records.seat(one, student, ends_on=DAYS[9])
    records.seat(two, student, begins_on=DAYS[9])
    for room in (one, two):
        for day in DAYS:
            records.submit_day(school, room, "", day)
    report = _report(session, school)
    assert [(s.students, s.not_enrolled, s.sums) for s in report.sections] == [
        (1, 10, Count(9)),
        (1, 9, Count(10)),
    ]
    assert report.sums == Count(19)
    assert report.balances


def test_what_is_wrong_in_the_records_is_named_with_its_student(
    session: Session, records: Records
) -> None:
    school = records.school("Oak", "elementary")
    records.calendar(school)
    one, two = records.section(school, "Room 1"), records.section(school, "Room 2")
    lost = records.student(school, "Lost")
    ghost = records.student(school, "Ghost", ends_on=DAYS[9])
    records.seat(one, ghost)
    double = records.student(school, "Double", one, two)
    twin = records.student(school, "Twin", one)
    records.enroll(school, twin, grade="10", begins_on=DAYS[3])
    stray = records.student(school, "Stray", one)
    records.absent(school, two, stray, DAYS[4])
    report = _report(session, school)
    assert not report.balances
    assert {(fault.kind, fault.person_id) for fault in report.faults} == {
        (FaultKind.NO_SECTION, lost),
        (FaultKind.NOT_ENROLLED, ghost),
        (FaultKind.TWO_SECTIONS, double),
        (FaultKind.ENROLLED_TWICE, twin),
        (FaultKind.STRAY, stray),
    }
    wrong = {check.what for check in report.checks if check.difference}
    assert {"Days of membership", "Enrolment of grade 09"} <= wrong


def test_tracks_of_a_school_are_reported_one_by_one(session: Session, records: Records) -> None:
    school = records.school("Bell")
    for track in ("A", "B"):
        records.calendar(school, track)
    sections = {track: records.section(school, track, "1", track=track) for track in ("A", "B")}
    mover = records.student(school, "Mo", track="A", ends_on=DAYS[9])
    records.enroll(school, mover, track="B", begins_on=DAYS[9])
    for section in sections.values():
        records.seat(section, mover)
    reports = {track: _report(session, school, track) for track in ("A", "B")}
    assert {t: r.sums.membership for t, r in reports.items()} == {"A": 9, "B": 10}
    assert {t: r.movement for t, r in reports.items()} == {"A": (1, 0, 1, 0), "B": (0, 1, 0, 1)}


def test_a_month_in_progress_has_the_days_that_are_over(session: Session, records: Records) -> None:
    school = elementary(records).school
    now = AFTER - timedelta(days=20)  # Tuesday 20 January
    year = get_school_year(session, SYSTEM, school, None, RULES, now)
    report = get_live(session, get_frame(year, "", 1, RULES), RULES).report
    assert report.frame.through_on == date(2015, 1, 19)
    assert report.frame.days.days_taught == 5
    assert report.sums == Count(3, 1, 1)
    assert report.lines[0].marks == "EUPPPH" + "-" * 14


def test_uncertified_months_are_those_that_are_over(session: Session, records: Records) -> None:
    school = elementary(records).school
    records.school("Without calendar")
    found = list_uncertified(session, 2015, 1, AFTER)
    assert [(one.school_id, one.month, one.ends_on) for one in found] == [
        (school, 1, LAST + timedelta(days=1))
    ]
    assert list_uncertified(session, 2015, 1, AFTER - timedelta(days=3)) == []
    assert list_uncertified(session, 2015, 2, AFTER) == []
