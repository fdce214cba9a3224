"""Enrolling and withdrawing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.auth.actor import SYSTEM, Actor
from core.errors import AppError, Conflict, Invalid, NotFound
from sis.enrollment.actions import NewStudent, enroll_student, withdraw
from sis.enrollment.models import SchoolEnrollment
from sis.enrollment.queries import count_active
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
    by: Actor = SYSTEM,
) -> SchoolEnrollment:
    return enroll_student(
        session,
        school_id=school_id,
        student=student,
        grade="09",
        track=track,
        begins_on=MONDAY,
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


def test_a_known_person_enrols_at_a_second_school(session: Session) -> None:
    town = Town(session)
    first, second = town.school("S-1"), town.school("S-2")
    student = town.student("P-1", first)
    _enroll(session, second, student)
    assert count_active(session, MONDAY) == {first: 1, second: 1}


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
