"""Enrolling and withdrawing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.auth.actor import SYSTEM, Actor
from core.errors import AppError, Conflict, Invalid, NotFound
from sis.enrollment.actions import NewEnrollment, NewStudent, enroll_student, withdraw
from sis.enrollment.journal import Journal
from sis.enrollment.models import SchoolEnrollment
from sis.enrollment.queries import count_active, get_student_for
from sis.organizations.queries import get_school
from sis.people.queries import get_person, list_people
from sis.scheduling.actions import add_to_section
from sis.scheduling.models import ScheduleChange
from sis.scheduling.queries import list_sections_of
from tests.sis.school import MONDAY, NOW, Town

FRIDAY = date(2015, 1, 16)
NEW = NewStudent("Ana", "Field", home_language="es")
CLERK = Actor("user", "user:1", "Clerk", "school_staff", frozenset({"students.enroll"}))


def _enroll(
    session: Session,
    school_id: int,
    student: NewStudent | int = NEW,
    *,
    track: str = "",
    is_primary: bool = True,
    begins_on: date = MONDAY,
    entry_code: str | None = None,
    by: Actor = SYSTEM,
) -> SchoolEnrollment:
    return enroll_student(
        session,
        school_id=school_id,
        student=student,
        grade="09",
        track=track,
        is_primary=is_primary,
        begins_on=begins_on,
        entry_code=entry_code,
        by=by,
        now=NOW,
    )


def test_a_new_student_is_a_person_and_counts_from_the_first_day(session: Session) -> None:
    school = Town(session).school("S-1")
    enrollment = _enroll(session, school)
    card = get_person(session, enrollment.person_id)
    assert (card.name, card.grade, card.home_language) == ("Ana Field", "09", "es")
    assert list_people(session, [card.id, 999]) == [card]
    assert count_active(session, MONDAY) == {school: 1}
    assert count_active(session, MONDAY - timedelta(days=1)) == {}


def test_enrolling_leaves_audit_rows_and_asks_for_a_new_look(session: Session) -> None:
    enrollment = _enroll(session, Town(session).school("S-1"))
    actions = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions == ["person.create", "enrollment.enroll"]
    assert list(session.scalars(select(ScheduleChange.person_id))) == [enrollment.person_id]


def test_a_second_enrolment_at_a_time_is_a_concurrent_one(session: Session) -> None:
    town = Town(session)
    first, second = town.school("S-1"), town.school("S-2")
    student = town.student("P-1", first)
    with pytest.raises(Conflict, match="is enrolled at Name of S-1: transfer"):
        _enroll(session, second, student)
    concurrent = _enroll(session, second, student, is_primary=False)
    assert not concurrent.is_primary
    assert count_active(session, MONDAY) == {first: 1, second: 1}
    primary = get_student_for(session, SYSTEM, student).enrollments[0]
    with pytest.raises(Conflict, match="concurrent enrolment at Name of S-2 would be left alone"):
        withdraw(session, enrollment_id=primary.id, ends_on=FRIDAY, by=SYSTEM, now=NOW)
    withdraw(session, enrollment_id=concurrent.id, ends_on=FRIDAY, by=SYSTEM, now=NOW)
    withdraw(session, enrollment_id=primary.id, ends_on=FRIDAY, by=SYSTEM, now=NOW)
    with pytest.raises(Conflict, match="needs a primary one"):
        _enroll(session, second, student, is_primary=False, begins_on=FRIDAY)


def test_the_database_itself_refuses_a_second_open_primary_enrolment(session: Session) -> None:
    town = Town(session)
    first, second = town.school("S-1"), town.school("S-2")
    enrollment = _enroll(session, first)
    with pytest.raises(IntegrityError), session.begin_nested():
        NewEnrollment(get_school(session, second), "09", MONDAY).open(
            session, Journal(), person_id=enrollment.person_id, now=NOW
        )


def test_everything_wrong_is_said_at_once(session: Session) -> None:
    school = Town(session).school("S-1")
    student = NewStudent("", "Field", birth_date=date(2030, 1, 1), ssid="12")
    with pytest.raises(Invalid) as caught:
        _enroll(session, school, student, begins_on=date(2013, 1, 1), entry_code="X9")
    assert set(caught.value.fields) == {
        "given_name",
        "birth_date",
        "ssid",
        "begins_on",
        "entry_code",
    }
    assert "E1, E2, E3, E4, E5 can be used" in caught.value.fields["entry_code"]


def test_the_new_grade_of_a_known_student_is_the_persons_too(session: Session) -> None:
    town = Town(session)
    school = town.school("S-1")
    student = town.student("P-1", town.school("S-2"))
    old = get_student_for(session, SYSTEM, student).enrollments[0]
    withdraw(session, enrollment_id=old.id, ends_on=MONDAY, by=SYSTEM, now=NOW)
    _enroll(session, school, student)
    assert get_person(session, student).grade == "09"


def test_refusals_of_enrolments(session: Session) -> None:
    town = Town(session)
    school = town.school("S-1")
    town.calendar(school, {}, "A")
    known = town.student("P-1", school)
    elsewhere = replace(CLERK, scope=frozenset({"S-2"}))
    refusals: list[tuple[type[AppError], Callable[[], object]]] = [
        (NotFound, lambda: _enroll(session, 999)),
        (NotFound, lambda: _enroll(session, school, 999, track="A")),
        (Invalid, lambda: _enroll(session, school, track="Z")),
        (Invalid, lambda: _enroll(session, school, NewStudent(" ", "Field"), track="A")),
        (Conflict, lambda: _enroll(session, school, known, track="A")),
        (NotFound, lambda: _enroll(session, school, track="A", by=elsewhere)),
    ]
    for refusal, enrolling in refusals:
        with pytest.raises(refusal):
            enrolling()


def test_a_withdrawal_ends_the_enrolment_and_its_sections_and_deletes_nothing(
    session: Session,
) -> None:
    town = Town(session)
    school = town.school("S-1")
    enrollment = _enroll(session, school)
    section = town.section(school, "Algebra", "1")
    student = enrollment.person_id
    add_to_section(
        session, person_id=student, section_id=section, begins_on=MONDAY, by=SYSTEM, now=NOW
    )
    withdraw(
        session,
        enrollment_id=enrollment.id,
        ends_on=FRIDAY,
        leave_code="L8",
        by=SYSTEM,
        now=NOW,
    )
    assert count_active(session, FRIDAY - timedelta(days=1)) == {school: 1}
    assert count_active(session, FRIDAY) == {}
    assert list_sections_of(session, student, MONDAY)[0].title == "Algebra"
    assert list_sections_of(session, student, FRIDAY) == []
    with pytest.raises(Conflict):
        withdraw(session, enrollment_id=enrollment.id, ends_on=FRIDAY, by=SYSTEM, now=NOW)


def test_refusals_of_withdrawals(session: Session) -> None:
    enrollment = _enroll(session, Town(session).school("S-1"))
    with pytest.raises(NotFound):
        withdraw(session, enrollment_id=999, ends_on=FRIDAY, by=SYSTEM, now=NOW)
    with pytest.raises(Invalid):
        withdraw(
            session,
            enrollment_id=enrollment.id,
            ends_on=MONDAY - timedelta(days=1),
            by=SYSTEM,
            now=NOW,
        )


def test_a_student_who_left_may_come_back(session: Session) -> None:
    school = Town(session).school("S-1")
    enrollment = _enroll(session, school)
    withdraw(session, enrollment_id=enrollment.id, ends_on=MONDAY, by=SYSTEM, now=NOW)
    again = _enroll(session, school, enrollment.person_id)
    assert again.id != enrollment.id
    assert count_active(session, MONDAY) == {school: 1}
