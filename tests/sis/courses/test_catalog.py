"""The catalog, offerings, and the balance of seats."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.auth.actor import SYSTEM, Actor
from core.errors import Conflict, Forbidden, Invalid, NotFound
from sis.courses.catalog import get_course_for, list_courses_for, list_offerings, list_terms
from sis.courses.catalog_actions import Offering, plan_offering, save_course
from sis.courses.rules.balance import Filled, balance
from sis.courses.rules.catalog import CoursePlan
from tests.sis.courses.building import FALL, SPRING, Building
from tests.sis.school import MONDAY, NOW

OFFICE = Actor("user", "user:1", "Office", "school_staff", frozenset(), frozenset({"S-1"}))
ALGEBRA = CoursePlan("Algebra 1", "ALG1", "09,10", "Mathematics", 5.0, "C")


@pytest.fixture
def building(session: Session) -> Building:
    return Building(session)


def test_a_course_is_made_found_and_changed(session: Session, building: Building) -> None:
    course = save_course(session, ALGEBRA, by=SYSTEM, now=NOW)
    assert [one.id for one in list_courses_for(session, SYSTEM, search="alg1")] == [course.id]
    save_course(session, replace(ALGEBRA, credits=10.0), by=SYSTEM, now=NOW, course_id=course.id)
    assert course.credits == 10.0
    actions = [
        entry.action for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    ]
    assert actions == ["course.create", "course.change"]


def test_every_problem_of_a_course_is_told_and_a_code_is_used_once(session: Session) -> None:
    with pytest.raises(Invalid) as refusal:
        save_course(session, CoursePlan("", "", credits=-1, a_g_area="H"), by=SYSTEM, now=NOW)
    assert set(refusal.value.fields) == {"title", "code", "credits", "a_g_area"}
    save_course(session, ALGEBRA, by=SYSTEM, now=NOW)
    with pytest.raises(Conflict, match="that of Algebra 1"):
        save_course(session, replace(ALGEBRA, code="alg1"), by=SYSTEM, now=NOW)


def test_a_school_keeps_its_own_courses_and_not_the_districts(
    session: Session, building: Building
) -> None:
    here, there = building.town.school("S-1"), building.town.school("S-2")
    own = save_course(session, ALGEBRA, by=OFFICE, now=NOW, school_id=here)
    district = building.course("BIO1")
    other = building.course("CHEM1", there)
    seen = [one.id for one in list_courses_for(session, OFFICE)]
    assert seen == [own.id, district]
    with pytest.raises(NotFound):
        get_course_for(session, OFFICE, other)
    for number in (None, district):
        with pytest.raises(Forbidden):
            save_course(session, CoursePlan("X", "X"), by=OFFICE, now=NOW, course_id=number)


def test_courses_come_in_pages(session: Session, building: Building) -> None:
    ids = [building.course(code) for code in ("A", "B", "C")]
    first = list_courses_for(session, SYSTEM, limit=2)
    last = first[-1]
    rest = list_courses_for(session, SYSTEM, after=(last.title, last.id))
    assert [one.id for one in [*first, *rest]] == ids


def test_an_offering_is_planned_once_and_changed_with_an_audit_row(
    session: Session, building: Building
) -> None:
    school, course = building.town.school("S-1"), building.course("ALG1")
    term = building.term("S2", SPRING)
    offering = Offering(course, school, term, 3, 90)
    for plan in (offering, offering, replace(offering, planned_seats=96)):
        plan_offering(session, plan, by=SYSTEM, now=NOW)
    [row] = list_offerings(session, school, term)
    assert (row.planned_sections, row.planned_seats) == (3, 96)
    assert len(session.scalars(select(AuditEntry)).all()) == 2
    with pytest.raises(Invalid):
        plan_offering(session, replace(offering, planned_seats=-1), by=SYSTEM, now=NOW)


def test_terms_of_a_school_are_those_with_sections_and_those_beside_them(
    session: Session, building: Building
) -> None:
    school = building.town.school("S-1")
    fall, spring = building.term("S1", FALL), building.term("S2", SPRING)
    building.section(school, "Algebra", "1", span=FALL, terms=(fall,))
    assert [term.id for term in list_terms(session, school, FALL[0])] == [fall]
    building.section(school, "Biology", "1", terms=(spring,))
    assert [term.id for term in list_terms(session, school, FALL[0])] == [fall, spring]
    assert [term.id for term in list_terms(session, school, MONDAY)] == [spring]


def test_a_balance_counts_seats_and_names_uneven_courses() -> None:
    sections = [
        Filled(1, "A-1", 7, "Algebra", ("2",), 30, 28),
        Filled(2, "A-2", 7, "Algebra", ("1",), 30, 33),
        Filled(3, "B-1", 8, "Biology", ("3",), None, 40),
    ]
    algebra, biology = balance(sections)
    assert [one.id for one in algebra.sections] == [2, 1]
    assert (algebra.seats, algebra.taken, algebra.free, algebra.over) == (60, 61, 2, 3)
    assert (algebra.spread, algebra.uneven) == (5, False)
    assert (biology.seats, biology.free, biology.spread) == (0, 0, 0)
