"""Sections as others ask for them: of a school, of a teacher, one by its id."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM, Actor
from core.errors import NotFound
from sis.courses.models import SectionMeeting
from sis.courses.queries import get_section_for, list_school_sections, list_sections_taught
from sis.courses.rules.meetings import Meeting
from tests.sis.courses.building import FALL, Building
from tests.sis.school import MONDAY, NOW

FRIDAY = date(2015, 1, 16)


@pytest.fixture
def building(session: Session) -> Building:
    return Building(session)


def test_a_section_comes_with_course_meetings_room_teacher_and_seats(
    session: Session, building: Building
) -> None:
    school, course = building.town.school("S-1"), building.course("ALG1")
    term = building.term("S2", (MONDAY, date(2015, 6, 5)))
    anna = building.teacher("Anna")
    section = building.section(
        school,
        "Algebra",
        "2/MWF",
        "1",
        terms=(term,),
        course_id=course,
        teacher_id=anna,
        room="12",
    )
    building.place(section, building.town.student("P-1", school))
    building.place(section, building.town.student("P-2", school), ends_on=MONDAY)
    [card] = list_school_sections(session, school, MONDAY)
    assert (card.course_code, card.course_title) == ("ALG1", "Course ALG1")
    assert card.meetings == (Meeting("1"), Meeting("2", "MWF"))
    assert (card.periods, card.room) == (("1", "2"), "12")
    assert (card.taken, card.free, card.session_ids) == (1, 29, (term,))
    assert [teacher.name for teacher in card.current_teachers] == ["Anna Reyes"]
    assert get_section_for(session, SYSTEM, section, MONDAY) == card


def test_a_meeting_that_is_to_come_is_known_and_not_yet_in_effect(
    session: Session, building: Building
) -> None:
    school = building.town.school("S-1")
    section = building.section(school, "Algebra", "1", room="12")
    meeting = session.scalars(select(SectionMeeting)).one()
    meeting.ends_on, meeting.room = FRIDAY, "9"
    session.add(SectionMeeting(section_id=section, period="3", begins_on=FRIDAY))
    session.flush()
    before = get_section_for(session, SYSTEM, section, MONDAY)
    assert (before.periods, before.room, len(before.meetings)) == (("1",), "9", 2)
    after = get_section_for(session, SYSTEM, section, FRIDAY)
    assert (after.periods, after.room, len(after.meetings)) == (("3",), "12", 1)


def test_only_running_sections_are_listed_and_upcoming_ones_when_asked(
    session: Session, building: Building
) -> None:
    school = building.town.school("S-1")
    building.section(school, "Past", "1", span=FALL)
    building.section(school, "Now", "1")
    august = date(2014, 8, 20)
    assert [card.title for card in list_school_sections(session, school, MONDAY)] == ["Now"]
    assert [card.title for card in list_school_sections(session, school, august)] == ["Past"]
    both = list_school_sections(session, school, august, upcoming=True)
    assert [(card.title, card.on) for card in both] == [("Now", MONDAY), ("Past", august)]


def test_a_teacher_finds_the_sections_taught_on_that_date(
    session: Session, building: Building
) -> None:
    school, anna, ben = building.town.school("S-1"), building.teacher("A"), building.teacher("B")
    algebra = building.section(school, "Algebra", "1")
    building.section(school, "Biology", "2", teacher_id=ben)
    building.place(algebra, anna, role="teacher", ends_on=FRIDAY)
    building.place(algebra, ben, role="teacher", begins_on=FRIDAY)

    def taught(key: str, on: date) -> list[str]:
        return [card.title for card in list_sections_taught(session, key, on)]

    assert (taught("A", MONDAY), taught("A", FRIDAY)) == (["Algebra"], [])
    assert (taught("B", MONDAY), taught("B", FRIDAY)) == (["Biology"], ["Algebra", "Biology"])


def test_a_section_of_another_school_is_not_found(session: Session, building: Building) -> None:
    here = building.town.school("S-1")
    building.town.school("S-2")
    section = building.section(here, "Algebra", "1")
    there = Actor("user", "user:1", "Office", "school_staff", frozenset(), frozenset({"S-2"}))
    with pytest.raises(NotFound):
        get_section_for(session, there, section, MONDAY)
    with pytest.raises(NotFound):
        get_section_for(session, SYSTEM, section + 1, MONDAY)
    inside = Actor("user", "user:1", "Office", "school_staff", frozenset(), frozenset({"S-1"}))
    assert get_section_for(session, inside, section, NOW.date(), lock=True).title == "Algebra"
