"""Sections are made, changed from a date on, and cancelled; the past stays as it was."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.auth.actor import SYSTEM, Actor
from core.errors import Conflict, Invalid, NotFound
from sis.courses.actions import NewSection, cancel_section, change_section, create_section
from sis.courses.consequences import Change, plan_of, preview_change
from sis.courses.models import Section
from sis.courses.queries import ScheduledSection, get_section_for
from sis.courses.rules.changes import SectionPlan
from sis.courses.rules.meetings import Meeting
from sis.scheduling.models import ScheduleChange
from tests.sis.courses.building import SPRING, Building
from tests.sis.school import MONDAY, NOW

FRIDAY, NEXT_MONDAY = date(2015, 1, 16), date(2015, 1, 19)


@pytest.fixture
def building(session: Session) -> Building:
    return Building(session)


def _card(session: Session, section_id: int, on: date = MONDAY) -> ScheduledSection:
    return get_section_for(session, SYSTEM, section_id, on)


def _plan(session: Session, section_id: int) -> SectionPlan:
    return plan_of(_card(session, section_id))


def _change(
    session: Session,
    section_id: int,
    plan: SectionPlan,
    on: date = FRIDAY,
    version: datetime | None = None,
    accepted: str = "",
) -> Section:
    change = Change(plan, on, version, accepted)
    return change_section(session, section_id=section_id, change=change, by=SYSTEM, now=NOW)


def test_a_new_section_runs_with_its_term_and_has_its_teacher_and_meetings(
    session: Session, building: Building
) -> None:
    school, course = building.town.school("S-1"), building.course("ALG1")
    term, anna = building.term("S2", SPRING), building.teacher("Anna")
    plan = SectionPlan("Algebra 1", "A1-1", "12", 30, (Meeting("1"), Meeting("2", "MW")), (anna,))
    made = create_section(session, NewSection(school, course, term, plan), by=SYSTEM, now=NOW)
    card = _card(session, made.id)
    assert (card.starts_on, card.ends_on, card.session_ids) == (*SPRING, (term,))
    assert plan_of(card) == plan
    assert card.current_teachers[0].is_primary


def test_every_problem_of_a_new_section_is_told_at_once(
    session: Session, building: Building
) -> None:
    school, course = building.town.school("S-1"), building.course("ALG1")
    term = building.term("S2", SPRING)
    plan = SectionPlan(" ", seats=-1, teacher_ids=(999,))
    with pytest.raises(Invalid) as refusal:
        create_section(session, NewSection(school, course, term, plan), by=SYSTEM, now=NOW)
    assert set(refusal.value.fields) == {"title", "seats", "teachers"}


def test_a_moved_section_keeps_where_it_met_before(session: Session, building: Building) -> None:
    school = building.town.school("S-1")
    section = building.section(school, "Algebra", "1", room="12")
    student = building.town.student("P-1", school)
    building.place(section, student)
    plan = replace(_plan(session, section), room="20", meetings=(Meeting("3", "MWF"),))
    _change(session, section, plan)
    before, after = _card(session, section, MONDAY), _card(session, section, FRIDAY)
    assert (before.periods, before.room) == (("1",), "12")
    assert (after.current, after.room) == ((Meeting("3", "MWF", FRIDAY),), "20")
    assert list(session.scalars(select(ScheduleChange.person_id))) == [student]
    [entry] = session.scalars(select(AuditEntry))
    assert (entry.action, entry.before["meetings"] if entry.before else None) == (
        "section.change",
        ["1"],
    )


def test_a_new_teacher_takes_over_on_the_date(session: Session, building: Building) -> None:
    school, anna, ben = building.town.school("S-1"), building.teacher("A"), building.teacher("B")
    section = building.section(school, "Algebra", "1", teacher_id=anna)
    _change(session, section, replace(_plan(session, section), teacher_ids=(ben,)))
    names = {
        on: [t.name for t in _card(session, section, on).current_teachers]
        for on in (MONDAY, FRIDAY)
    }
    assert names == {MONDAY: ["A Reyes"], FRIDAY: ["B Reyes"]}


def test_students_who_would_clash_are_listed_and_accepted_only_as_seen(
    session: Session, building: Building
) -> None:
    school = building.town.school("S-1")
    section, biology = (building.section(school, name, p) for name, p in (("A", "1"), ("B", "3")))
    kim, lee = building.town.student("P-1", school), building.town.student("P-2", school)
    for person, where in ((kim, section), (lee, section), (kim, biology)):
        building.place(where, person)
    change = Change(replace(_plan(session, section), meetings=(Meeting("3"),)), FRIDAY)
    preview = preview_change(session, SYSTEM, section, change)
    assert [(clash.person_id, clash.other) for clash in preview.clashes] == [(kim, "B")]
    with pytest.raises(Conflict) as refusal:
        _change(session, section, change.plan)
    assert refusal.value.fields == {"accept": preview.token}
    building.place(biology, lee)
    with pytest.raises(Conflict):
        _change(session, section, change.plan, accepted=preview.token)
    now_seen = preview_change(session, SYSTEM, section, change).token
    _change(session, section, change.plan, accepted=now_seen)
    assert _card(session, section, FRIDAY).periods == ("3",)


def test_a_double_booked_teacher_room_or_seat_must_be_accepted(
    session: Session, building: Building
) -> None:
    school, anna = building.town.school("S-1"), building.teacher("Anna")
    building.section(school, "Biology", "3", teacher_id=anna, room="12")
    section = building.section(school, "Algebra", "1", room="9", seats=2)
    for name in ("P-1", "P-2"):
        building.place(section, building.town.student(name, school))
    plan = SectionPlan("Algebra", None, "12", 1, (Meeting("3"),), (anna,))
    preview = preview_change(session, SYSTEM, section, Change(plan, FRIDAY))
    assert [warning.partition(" in")[0] for warning in preview.warnings] == [
        "Algebra: 2 students, 1 seats",
        "Anna Reyes",
        "Room 12",
    ]
    allowed = preview_change(session, SYSTEM, section, Change(plan, FRIDAY), ("12",))
    assert len(allowed.warnings) == 2
    _change(session, section, plan, accepted=preview.token)
    assert _change(session, section, replace(plan, code="A-1")).code == "A-1"


def test_the_past_and_dates_after_the_end_are_refused(session: Session, building: Building) -> None:
    school = building.town.school("S-1")
    section = building.section(school, "Algebra", "1", span=(date(2015, 1, 5), SPRING[1]))
    plan = replace(_plan(session, section), meetings=(Meeting("2"),))
    for on in (date(2015, 1, 9), SPRING[1]):
        with pytest.raises(Invalid) as refusal:
            _change(session, section, plan, on)
        assert set(refusal.value.fields) == {"on"}


def test_whoever_is_slower_learns_who_was_faster(session: Session, building: Building) -> None:
    school = building.town.school("S-1")
    section = building.section(school, "Algebra", "1")
    seen = _card(session, section)
    changed = _change(session, section, replace(plan_of(seen), seats=31), version=seen.modified_at)
    assert changed.modified_at > seen.modified_at
    with pytest.raises(Conflict, match=r"changed meanwhile by system \(section.change\)") as late:
        _change(session, section, replace(plan_of(seen), seats=32), version=seen.modified_at)
    assert late.value.code == "changed_meanwhile"


def test_saving_what_is_there_changes_nothing(session: Session, building: Building) -> None:
    school, anna = building.town.school("S-1"), building.teacher("Anna")
    section = building.section(school, "Algebra", "1/MW", "2", room="9", teacher_id=anna)
    before = _card(session, section)
    _change(session, section, plan_of(before))
    assert _card(session, section) == before
    assert session.scalars(select(AuditEntry)).all() == []


def test_an_empty_section_is_cancelled_and_one_with_students_is_not(
    session: Session, building: Building
) -> None:
    school, anna = building.town.school("S-1"), building.teacher("Anna")
    running = building.section(school, "A", "1", span=(date(2015, 1, 5), SPRING[1]))
    coming = building.section(school, "B", "1", teacher_id=anna)
    full = building.section(school, "C", "1")
    building.place(full, building.town.student("P-1", school))
    for section, on in ((running, FRIDAY), (coming, MONDAY)):
        cancel_section(session, section_id=section, on=on, by=SYSTEM, now=NOW)
    assert session.get_one(Section, running).ends_on == FRIDAY
    with pytest.raises(NotFound):
        _card(session, coming)
    with pytest.raises(Conflict) as refusal:
        cancel_section(session, section_id=full, on=FRIDAY, by=SYSTEM, now=NOW)
    assert refusal.value.code == "has_students"


def test_a_section_outside_the_scope_cannot_be_changed(
    session: Session, building: Building
) -> None:
    here = building.town.school("S-1")
    building.town.school("S-2")
    section = building.section(here, "Algebra", "1")
    office = Actor("user", "user:1", "Office", "school_staff", frozenset(), frozenset({"S-2"}))
    change = Change(_plan(session, section), FRIDAY)
    with pytest.raises(NotFound):
        change_section(session, section_id=section, change=change, by=office, now=NOW)
    with pytest.raises(NotFound):
        preview_change(session, office, section, change)
