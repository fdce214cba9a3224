"""The office corrects, clears and voids; what it decides stands against the teacher."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.actor import system
from core.db import Database
from core.errors import Conflict, Invalid, NotFound
from sis.attendance.actions.correcting import Correction, clear, correct
from sis.attendance.actions.submitting import Receipt, Roll, submit
from sis.attendance.actions.voiding import invalidate_for_no_show, restore_after_no_show
from sis.attendance.models import AttendanceChange, AttendanceEvent
from sis.attendance.queries.corrections import list_uncleared_students
from sis.attendance.rules.status import Kind
from sis.attendance.settings import AttendanceSettings
from tests.sis.attendance.school_day import EIGHT, MONDAY, WEEK, SchoolDay, acting_teacher

OFFICE = system("office")
LATER = EIGHT + timedelta(minutes=5)


@pytest.fixture
def day(database: Database) -> SchoolDay:
    day = SchoolDay()
    with database.write() as session:
        day.fill(session)
    return day


def take(session: Session, day: SchoolDay, version: int, *absent: str) -> Receipt:
    exceptions = {day.students[name]: (Kind.ABSENT, None) for name in absent}
    roll = Roll(day.sections["1"], MONDAY, "1", version, exceptions)
    return submit(session, roll, by=acting_teacher(day), now=EIGHT, policy=AttendanceSettings())


def correction(day: SchoolDay, name: str, kind: Kind, reason: str | None = None) -> Correction:
    until = MONDAY + timedelta(days=1)
    return Correction(day.students[name], day.school, MONDAY, until, "1", kind, reason)


def held(session: Session) -> dict[tuple[int, str], tuple[str, str | None, str]]:
    session.flush()
    return {
        (one.person_id, f"{one.on_date:%a}{one.period}"): (one.status, one.reason_code, one.source)
        for one in session.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id))
    }


def test_a_correction_stands_when_the_teacher_submits_again(
    session: Session, day: SchoolDay
) -> None:
    take(session, day, 0, "Ada", "Ben")
    assert correct(session, correction(day, "Ada", Kind.PRESENT), by=OFFICE, now=LATER) == 1
    assert correct(session, correction(day, "Ben", Kind.ABSENT, "ILL"), by=OFFICE, now=LATER) == 1
    assert correct(session, correction(day, "Cleo", Kind.ABSENT, "MED"), by=OFFICE, now=LATER) == 1
    receipt = take(session, day, 1, "Ada", "Dan")
    ada, ben, cleo, dan = (day.students[name] for name in ("Ada", "Ben", "Cleo", "Dan"))
    assert receipt.office_differs == (ada, ben, cleo)
    assert held(session) == {
        (ada, "Mon1"): ("present", None, "office"),
        (ben, "Mon1"): ("absent_excused", "ILL", "office"),
        (cleo, "Mon1"): ("absent_excused", "MED", "office"),
        (dan, "Mon1"): ("absent_unexcused", "Absent-UC", "teacher"),
    }


def test_a_range_covers_every_class_and_the_history_says_what_was(
    session: Session, day: SchoolDay
) -> None:
    take(session, day, 0, "Ada")
    ada = day.students["Ada"]
    wanted = Correction(ada, day.school, MONDAY, date(2015, 1, 19), None, Kind.ABSENT, "ILL")
    assert correct(session, wanted, by=OFFICE, now=LATER) == 3 * len(WEEK)
    assert correct(session, wanted, by=OFFICE, now=LATER) == 0
    changes = session.scalars(select(AttendanceChange).order_by(AttendanceChange.id)).all()
    assert len(changes) == 15
    assert (changes[0].before_reason, changes[0].after_reason) == ("Absent-UC", "ILL")
    assert {one.changed_by for one in changes} == {OFFICE.id}
    assert set(held(session).values()) == {("absent_excused", "ILL", "office")}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": Kind.ABSENT}, "needs a reason"),
        ({"kind": Kind.ABSENT, "reason_code": "???"}, "no reason code"),
        ({"kind": Kind.TARDY, "reason_code": "Absent-UC"}, "is no reason for tardy"),
        ({"ends_on": MONDAY}, "before the first"),
        ({"begins_on": date(2015, 1, 17), "ends_on": date(2015, 1, 18)}, "no class"),
        ({"period": "9"}, "no class"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    session: Session, day: SchoolDay, change: dict[str, Any], words: str
) -> None:
    wrong = replace(correction(day, "Ada", Kind.PRESENT), **change)
    with pytest.raises(Invalid, match=words):
        correct(session, wrong, by=OFFICE, now=LATER)


def test_a_student_of_another_school_is_not_found(session: Session, day: SchoolDay) -> None:
    wrong = replace(correction(day, "Ada", Kind.PRESENT), person_id=day.teacher)
    with pytest.raises(NotFound):
        correct(session, wrong, by=OFFICE, now=LATER)


def test_who_saw_something_older_is_told_what_it_is_now(session: Session, day: SchoolDay) -> None:
    take(session, day, 0, "Ada")
    event = session.scalars(select(AttendanceEvent)).one()
    seen = replace(correction(day, "Ada", Kind.ABSENT, "ILL"), seen={event.id: event.version})
    correct(session, seen, by=OFFICE, now=LATER)
    with pytest.raises(Conflict, match="absent excused"):
        correct(session, replace(seen, reason_code="UNX"), by=OFFICE, now=LATER)


def test_uncleared_absences_are_cleared_many_at_once(session: Session, day: SchoolDay) -> None:
    take(session, day, 0, "Ada", "Ben")
    session.flush()
    week = (MONDAY, MONDAY + timedelta(days=7))
    students = list_uncleared_students(session, day.school, *week)
    assert [one.days for one in students] == [(MONDAY,), (MONDAY,)]
    seen = {event: version for one in students for event, version in one.seen.items()}
    correct(session, correction(day, "Ben", Kind.PRESENT), by=OFFICE, now=LATER)
    session.flush()
    assert clear(session, day.school, seen, reason_code="ILL", by=OFFICE, now=LATER) == (1, 1)
    assert list_uncleared_students(session, day.school, *week) == []
    assert held(session)[day.students["Ada"], "Mon1"] == ("absent_excused", "ILL", "office")


def test_a_no_show_voids_attendance_and_undo_brings_it_back(
    session: Session, day: SchoolDay
) -> None:
    take(session, day, 0, "Ada", "Ben")
    ada, before = day.students["Ada"], held(session)
    voided = invalidate_for_no_show(
        session, person_id=ada, school_id=day.school, begins_on=None, by=OFFICE, now=LATER
    )
    assert voided == 1
    assert set(held(session)) == {(day.students["Ben"], "Mon1")}
    restored = restore_after_no_show(
        session, person_id=ada, school_id=day.school, voided_at=LATER, by=OFFICE, now=LATER
    )
    assert restored == 1
    assert set(held(session)) == set(before)
