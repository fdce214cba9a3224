"""A student as the school's own people may see one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM, Actor
from core.errors import NotFound
from sis.enrollment.queries import get_student_for
from tests.sis.school import MONDAY, Town

CLERK = Actor("user", "user:1", "Clerk", "school_staff", frozenset({"students.read"}))


def test_a_student_is_seen_by_every_school_of_the_history_and_by_no_other(
    session: Session,
) -> None:
    town = Town(session)
    first, second = town.school("S-1"), town.school("S-2")
    town.school("S-3")
    student = town.student("P-1", first, MONDAY)
    town.enrollment(student, second, date(2014, 8, 12), MONDAY)
    for scope in ({"S-1"}, {"S-2"}, {"S-1", "S-3"}):
        card = get_student_for(session, replace(CLERK, scope=frozenset(scope)), student)
        assert [one.school_id for one in card.enrollments] == [second, first]
    with pytest.raises(NotFound):
        get_student_for(session, replace(CLERK, scope=frozenset({"S-3"})), student)
    with pytest.raises(NotFound):
        get_student_for(session, SYSTEM, 999)


def test_enrolments_count_in_half_open_dates_with_the_primary_one_first(session: Session) -> None:
    town = Town(session)
    first, second = town.school("S-1"), town.school("S-2")
    student = town.student("P-1", first, MONDAY)
    town.enrollment(student, second, None, MONDAY + timedelta(days=1), is_primary=False)
    card = get_student_for(session, SYSTEM, student)
    assert [one.school_id for one in card.enrollments_on(MONDAY)] == [first, second]
    assert [one.school_id for one in card.enrollments_on(MONDAY + timedelta(days=1))] == [first]
    assert [one.school_id for one in card.enrollments_on(MONDAY - timedelta(days=1))] == [second]
