"""Putting students into sections, with a reason for every refusal."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.auth.actor import SYSTEM, Actor
from core.errors import Conflict, Invalid, NotFound
from sis.courses.models import SectionMeeting
from sis.scheduling.actions import add_to_section, drop_from_section
from sis.scheduling.models import ScheduleChange, SectionEnrollment
from sis.scheduling.queries import list_open_sections, list_sections_of
from tests.sis.school import MONDAY, NOW, Town

COUNSELOR = Actor("user", "user:1", "Counselor", "school_staff", frozenset())
FRIDAY = date(2015, 1, 16)


def _add(
    session: Session, person_id: int, section_id: int, on: date = MONDAY, by: Actor = SYSTEM
) -> SectionEnrollment:
    return add_to_section(
        session, person_id=person_id, section_id=section_id, begins_on=on, by=by, now=NOW
    )


def _drop(session: Session, person_id: int, section_id: int, on: date) -> SectionEnrollment:
    return drop_from_section(
        session, person_id=person_id, section_id=section_id, ends_on=on, by=SYSTEM, now=NOW
    )


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def test_a_student_gets_a_seat_with_an_audit_row_and_a_new_look(
    session: Session, town: Town
) -> None:
    school = town.school("S-1")
    section, student = town.section(school, "Algebra", "1"), town.student("P-1", school)
    place = _add(session, student, section)
    [card] = list_sections_of(session, student, MONDAY)
    assert (card.title, card.periods, card.taken) == ("Algebra", ("1",), 1)
    [entry] = session.scalars(select(AuditEntry))
    assert (entry.action, entry.subject_id) == ("section.add_student", str(place.id))
    assert list(session.scalars(select(ScheduleChange.person_id))) == [student]


def test_a_full_section_refuses_and_is_not_listed_as_open(session: Session, town: Town) -> None:
    school = town.school("S-1")
    section = town.section(school, "Algebra", "1", seats=1)
    first, second = town.student("P-1", school), town.student("P-2", school)
    assert [card.id for card in list_open_sections(session, school, MONDAY)] == [section]
    _add(session, first, section)
    assert list_open_sections(session, school, MONDAY) == []
    with pytest.raises(Conflict, match="1 of 1 seats") as refusal:
        _add(session, second, section)
    assert refusal.value.code == "section_full"


def test_a_seat_that_is_given_up_is_free_from_that_day(session: Session, town: Town) -> None:
    school = town.school("S-1")
    section = town.section(school, "Algebra", "1", seats=1)
    first, second = town.student("P-1", school), town.student("P-2", school)
    _add(session, first, section)
    _drop(session, first, section, FRIDAY)
    with pytest.raises(Conflict):
        _add(session, second, section, MONDAY)
    _add(session, second, section, FRIDAY)


def test_a_student_of_another_school_is_refused(session: Session, town: Town) -> None:
    here, there = town.school("S-1"), town.school("S-2")
    section, student = town.section(here, "Algebra", "1"), town.student("P-1", there)
    with pytest.raises(Conflict) as refusal:
        _add(session, student, section)
    assert refusal.value.code == "not_enrolled"


def test_a_student_who_is_not_yet_enrolled_is_refused(session: Session, town: Town) -> None:
    school = town.school("S-1")
    section, student = town.section(school, "Algebra", "1"), town.student("P-1", school, FRIDAY)
    with pytest.raises(Conflict):
        _add(session, student, section, MONDAY)
    _add(session, student, section, FRIDAY)


def test_a_second_place_in_the_same_section_is_refused(session: Session, town: Town) -> None:
    school = town.school("S-1")
    section, student = town.section(school, "Algebra", "1"), town.student("P-1", school)
    _add(session, student, section)
    with pytest.raises(Conflict) as refusal:
        _add(session, student, section)
    assert refusal.value.code == "already_in_section"


def test_two_sections_in_one_period_clash_and_in_others_do_not(
    session: Session, town: Town
) -> None:
    school = town.school("S-1")
    student = town.student("P-1", school)
    _add(session, student, town.section(school, "Algebra", "1", "2"))
    with pytest.raises(Conflict, match="Period 2 is taken by Algebra") as refusal:
        _add(session, student, town.section(school, "Biology", "2"))
    assert refusal.value.code == "period_clash"
    _add(session, student, town.section(school, "Chorus", "3"))


def test_the_same_period_on_other_days_is_free_and_on_a_common_day_taken(
    session: Session, town: Town
) -> None:
    school = town.school("S-1")
    student = town.student("P-1", school)
    _add(session, student, town.section(school, "Algebra", "1"))
    session.scalars(select(SectionMeeting)).one().days = "MWF"
    biology, chorus = town.section(school, "Biology", "1"), town.section(school, "Chorus", "1")
    by_section = {row.section_id: row for row in session.scalars(select(SectionMeeting))}
    by_section[biology].days, by_section[chorus].days = "TR", "TF"
    _add(session, student, biology)
    with pytest.raises(Conflict, match=r"Period 1 \(TF\) is taken by Algebra"):
        _add(session, student, chorus)


def test_a_period_into_which_a_section_will_move_is_taken_already(
    session: Session, town: Town
) -> None:
    school = town.school("S-1")
    student = town.student("P-1", school)
    algebra = town.section(school, "Algebra", "1")
    _add(session, student, algebra)
    session.add(SectionMeeting(section_id=algebra, period="2", begins_on=FRIDAY))
    session.flush()
    with pytest.raises(Conflict, match="Period 2 is taken by Algebra"):
        _add(session, student, town.section(school, "Biology", "2"))


def test_a_meeting_that_has_ended_clashes_no_more(session: Session, town: Town) -> None:
    school = town.school("S-1")
    student = town.student("P-1", school)
    _add(session, student, town.section(school, "Algebra", "1"))
    session.scalars(select(SectionMeeting)).one().ends_on = FRIDAY
    biology = town.section(school, "Biology", "1")
    with pytest.raises(Conflict):
        _add(session, student, biology, FRIDAY - timedelta(days=1))
    _add(session, student, biology, FRIDAY)


def test_a_section_that_has_ended_is_refused(session: Session, town: Town) -> None:
    school = town.school("S-1")
    section, student = town.section(school, "Algebra", "1"), town.student("P-1", school)
    with pytest.raises(Invalid):
        _add(session, student, section, date(2015, 6, 5))


def test_a_dropped_place_keeps_its_past(session: Session, town: Town) -> None:
    school = town.school("S-1")
    section, student = town.section(school, "Algebra", "1"), town.student("P-1", school)
    _add(session, student, section)
    place = _drop(session, student, section, FRIDAY)
    assert (place.begins_on, place.ends_on, place.status) == (MONDAY, FRIDAY, "active")
    assert list_sections_of(session, student, FRIDAY - timedelta(days=1)) != []
    assert list_sections_of(session, student, FRIDAY) == []
    with pytest.raises(NotFound):
        _drop(session, student, section, FRIDAY)


def test_a_place_dropped_before_it_began_is_an_empty_interval(session: Session, town: Town) -> None:
    school = town.school("S-1")
    section, student = town.section(school, "Algebra", "1"), town.student("P-1", school)
    _add(session, student, section, FRIDAY)
    place = _drop(session, student, section, MONDAY)
    assert (place.begins_on, place.ends_on) == (MONDAY, MONDAY)


def test_sections_outside_the_scope_do_not_exist(session: Session, town: Town) -> None:
    school = town.school("S-1")
    section, student = town.section(school, "Algebra", "1"), town.student("P-1", school)
    with pytest.raises(NotFound):
        _add(session, student, section, by=replace(COUNSELOR, scope=frozenset({"S-2"})))
    with pytest.raises(NotFound):
        _add(session, student, 999)


def test_open_sections_are_found_by_period(session: Session, town: Town) -> None:
    school = town.school("S-1")
    algebra = town.section(school, "Algebra", "1", "2")
    town.section(school, "Biology", "3")
    assert [card.id for card in list_open_sections(session, school, MONDAY, "2")] == [algebra]
    assert len(list_open_sections(session, school, MONDAY)) == 2
    assert list_open_sections(session, school, date(2015, 6, 5)) == []
