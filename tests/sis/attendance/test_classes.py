"""Which classes met: only on days of instruction, within terms and meetings, with students."""

from datetime import date, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from sis.attendance.models import AttendanceSubmission
from sis.attendance.queries.classes import list_classes
from sis.attendance.queries.reasons import list_reasons
from sis.attendance.rules.status import TRUANCY, UNCLEARED
from sis.calendars.models import ClassPeriod
from sis.courses.models import Section, SectionMeeting
from tests.sis.scheduling.school_records import MADE_AT, Records

MONDAY = date(2015, 1, 12)
"""The first day of the second semester."""

WEEK = [MONDAY + timedelta(days=number) for number in range(5)]
FRIDAY_BEFORE = date(2015, 1, 9)


def _met(session: Session, school: int, on: date) -> set[tuple[int, str]]:
    return {(one.section_id, one.period) for one in list_classes(session, on, school_ids=[school])}


def _with_a_student(records: Records, school: int, section: int) -> int:
    records.seat(section, records.enroll(school))
    return section


def test_a_class_meets_in_its_own_semester_only(session: Session) -> None:
    records = Records(session)
    school = records.school()
    records.calendar(school, [FRIDAY_BEFORE, *WEEK])
    first = records.section(school, ["1"], ends_on=MONDAY)
    second = records.section(school, ["1"], starts_on=MONDAY)
    for section in (first, second):
        _with_a_student(records, school, section)
    assert _met(session, school, FRIDAY_BEFORE) == {(first, "1")}
    assert _met(session, school, MONDAY) == {(second, "1")}


def test_a_class_meets_on_days_of_instruction_of_its_own_track(session: Session) -> None:
    records = Records(session)
    school = records.school()
    records.calendar(school, [MONDAY], track="A")
    records.calendar(school, [MONDAY], track="B", day_type="vacation")
    records.calendar(school, [WEEK[1]], track="A", day_type="holiday", starts_on=date(2014, 6, 1))
    sections = {}
    for track in "AB":
        sections[track] = _with_a_student(records, school, records.section(school, ["1"]))
        session.get_one(Section, sections[track]).track = track
    session.flush()
    assert _met(session, school, MONDAY) == {(sections["A"], "1")}
    assert _met(session, school, WEEK[1]) == set()
    assert _met(session, school, date(2015, 1, 17)) == set()


def test_a_minimum_day_leaves_out_the_periods_that_do_not_ring(session: Session) -> None:
    records = Records(session)
    school = records.school()
    records.calendar(school, [MONDAY])
    records.calendar(school, [WEEK[1]], day_type="minimum", starts_on=date(2014, 6, 1))
    records.bells(school)
    session.add(
        ClassPeriod(
            school_id=school,
            day_type="minimum",
            label="1",
            starts_at=time(8),
            ends_at=time(8, 35),
        )
    )
    section = _with_a_student(records, school, records.section(school, ["1", "6", "Zero"]))
    everything = {(section, "1"), (section, "6"), (section, "Zero")}
    assert _met(session, school, MONDAY) == everything
    assert _met(session, school, WEEK[1]) == everything - {(section, "6")}


def test_nobody_is_waited_for_in_a_class_without_students(session: Session) -> None:
    records = Records(session)
    school = records.school()
    records.calendar(school, WEEK)
    section = records.section(school, ["1"])
    assert _met(session, school, MONDAY) == set()
    person = records.enroll(school)
    records.seat(section, person, begins_on=WEEK[1], ends_on=WEEK[3])
    assert [on for on in WEEK if _met(session, school, on)] == [WEEK[1], WEEK[2]]


def test_a_homeroom_is_taken_once_a_day(session: Session) -> None:
    records = Records(session)
    school = records.school()
    records.calendar(school, WEEK)
    plain = _with_a_student(records, school, records.section(school, class_type="homeroom"))
    timed = _with_a_student(
        records, school, records.section(school, ["1", "2"], class_type="homeroom")
    )
    over = _with_a_student(records, school, records.section(school, class_type="homeroom"))
    records.meeting(over, "1", ends_on=MONDAY)
    assert _met(session, school, MONDAY) == {(plain, ""), (timed, "")}


def test_a_section_that_changes_its_period_keeps_what_was_taken(session: Session) -> None:
    records = Records(session)
    school = records.school()
    records.calendar(school, WEEK)
    section = records.section(school)
    records.meeting(section, "1", ends_on=WEEK[2])
    records.meeting(section, "3", begins_on=WEEK[2])
    _with_a_student(records, school, section)
    for on, period in ((WEEK[1], "1"), (WEEK[2], "3")):
        session.add(
            AttendanceSubmission(
                school_id=school,
                section_id=section,
                on_date=on,
                period=period,
                submitted_at=MADE_AT,
                submitted_by="user:1",
                modified_at=MADE_AT,
                modified_by="user:1",
                roster_size=1,
                version=1,
            )
        )
    session.flush()
    for on, period in ((WEEK[1], "1"), (WEEK[2], "3")):
        (found,) = list_classes(session, on, section_ids=[section])
        assert (found.period, found.roster_size) == (period, 1)
        assert found.submission_id is not None


def test_a_class_meets_on_its_days_of_the_week(session: Session) -> None:
    records = Records(session)
    school = records.school()
    records.calendar(school, WEEK)
    section = _with_a_student(records, school, records.section(school, ["1", "2"]))
    homeroom = records.section(school, ["1"], class_type="homeroom")
    _with_a_student(records, school, homeroom)
    for meeting in session.scalars(select(SectionMeeting).filter_by(period="1")):
        meeting.days = "MWF"
    session.flush()
    met = [_met(session, school, on) for on in WEEK]
    everything = {(section, "1"), (section, "2"), (homeroom, "")}
    assert met == [everything if day in "MWF" else {(section, "2")} for day in "MTWRF"]


def test_a_new_database_knows_the_districts_own_codes(session: Session) -> None:
    found = {reason.code: reason for reason in list_reasons(session, MONDAY)}
    assert not found[TRUANCY].excused
    assert not found[UNCLEARED].excused
    assert any(reason.excused for reason in found.values())
