"""The completeness check of the codes, as a report and as a command."""

import json
from datetime import date, timedelta
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM
from core.clock import FrozenClock
from core.db import Database
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings
from sis.attendance.models import AttendanceEvent
from sis.enrollment.actions import NewStudent, enroll_student, withdraw
from sis.enrollment.cli import enrollment_group
from sis.enrollment.code_check import check_codes
from sis.enrollment.models import SchoolEnrollment
from sis.enrollment.rules.codes import CALIFORNIA, Code, CodeSet
from sis.enrollment.transfers import change_track
from sis.settings import SisSettings
from tests.sis.school import MONDAY, NOW, Town

FRIDAY = date(2015, 1, 16)


def _enrolled(session: Session, school: int, grade: str = "12") -> SchoolEnrollment:
    return enroll_student(
        session,
        school_id=school,
        student=NewStudent("Ana", "Field"),
        grade=grade,
        begins_on=MONDAY,
        entry_code="E1",
        by=SYSTEM,
        now=NOW,
    )


def _sentences(session: Session, codes: CodeSet = CALIFORNIA, on: date = FRIDAY) -> list[str]:
    return [one.sentence for one in check_codes(session, codes, on, by=SYSTEM).findings]


def test_what_offices_do_leaves_nothing_to_find(session: Session) -> None:
    town = Town(session)
    school = town.school("S-1")
    enrollment = _enrolled(session, school)
    for track in ("A", "B"):
        town.calendar(school, {}, track)
    moved = change_track(
        session, enrollment_id=enrollment.id, track="A", on=MONDAY, by=SYSTEM, now=NOW
    )
    withdraw(
        session,
        enrollment_id=moved.entered.id,
        ends_on=FRIDAY,
        leave_code="L7",
        leave_reason="90",
        by=SYSTEM,
        now=NOW,
    )
    assert _sentences(session) == []


def test_blank_unknown_and_expired_codes_are_counted_by_school(session: Session) -> None:
    town = Town(session)
    school = town.school("S-1")
    town.student("P-1", school, MONDAY)
    _enrolled(session, school)
    odd = _enrolled(session, school)
    odd.entry_code = "X1"
    session.flush()
    codes = CodeSet(
        (
            *(one for one in CALIFORNIA.codes if one.code != "E1"),
            Code("entry", "E1", "New", "first", "", date(2000, 7, 1), date(2014, 7, 1)),
        )
    )
    assert _sentences(session, codes) == [
        "Name of S-1: 1 enrolment: no entry code.",
        "Name of S-1: 1 enrolment: E1 is not in effect on the day of use.",
        "Name of S-1: 1 enrolment: X1 is no entry code.",
    ]


def test_a_grade_without_a_code_that_it_needs_is_named(session: Session) -> None:
    town = Town(session)
    for name in ("S-1", "S-2"):
        _enrolled(session, town.school(name))
    codes = CodeSet(tuple(one for one in CALIFORNIA.codes if one.use != "diploma"))
    assert _sentences(session, codes) == [
        (
            "Grade 12: no leave code for 'diploma' is in effect on 2015-01-16"
            " (Name of S-1, Name of S-2)."
        )
    ]


def test_absences_without_a_reason_are_found(session: Session) -> None:
    town = Town(session)
    school = town.school("S-1")
    student = _enrolled(session, school).person_id
    for number, code in enumerate((None, "no such code")):
        session.add(
            AttendanceEvent(
                person_id=student,
                school_id=school,
                on_date=MONDAY + timedelta(days=number),
                period="1",
                status="absent_unexcused",
                reason_code=code,
                modified_at=NOW,
                modified_by="test",
            )
        )
    session.flush()
    assert _sentences(session) == [
        "Name of S-1: 1 absence: no reason code.",
        "Name of S-1: 1 absence: reason code no such code, which was not in effect.",
    ]


def test_the_command_says_it_with_its_exit_code(database: Database, tmp_path: Path) -> None:
    settings = Settings(
        core=CoreSettings(),
        sections={SisSettings: SisSettings()},
        var=tmp_path,
        database_url=database.url,
    )
    runtime = Runtime(settings, database, FrozenClock(NOW))

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(enrollment_group, ["check-codes", *arguments], obj=runtime)
        return done.exit_code, done.output

    code, text = run()
    assert (code, text) == (0, "Codes on 2015-01-12: 0 enrolments checked; nothing is missing.\n")
    with database.write() as session:
        town = Town(session)
        town.student("P-1", town.school("S-1"), MONDAY)
    code, text = run("--on", "2015-01-16")
    assert code == 1
    assert "missing: Name of S-1: 1 enrolment: no entry code." in text
    code, text = run("--json")
    assert json.loads(text)["findings"][0]["topic"] == "missing"
    assert run("--on", "someday")[0] == 2
