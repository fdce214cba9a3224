"""At the desk: add, drop, swap, lock and undo, each whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.auth.actor import Actor
from core.errors import AppError, Conflict, Invalid, NotFound
from sis.enrollment.models import SchoolEnrollment
from sis.scheduling.models import ScheduleChange, SectionEnrollment
from sis.scheduling.walkin.actions import ScheduleChanged, Sitting, add, drop, set_lock, swap
from sis.scheduling.walkin.edits import list_edits
from sis.scheduling.walkin.queries import list_held, schedule_version
from sis.scheduling.walkin.undo import undo
from tests.sis.scheduling.planning import Planning
from tests.sis.school import MONDAY, NOW

CARLA = Actor("user", "user:1", "Carla", "counselor", frozenset(), frozenset({"S-1"}))
OFFICE = replace(CARLA, name="Olga", permissions=frozenset({"master_schedule.write"}))
FRIDAY = date(2015, 1, 16)


@dataclass
class Room:
    """A counselor's room: a school, a student, and what stands in the student's schedule."""

    session: Session
    planning: Planning
    school: int
    student: int
    term: int
    sitting: Sitting

    def titles(self, on: date = MONDAY) -> list[str]:
        return [h.offer.title for h in list_held(self.session, self.student, self.school, on)]

    def place(self, title: str) -> int:
        held = list_held(self.session, self.student, self.school, MONDAY)
        return next(one.place_id for one in held if one.offer.title == title)

    def version(self) -> str:
        return schedule_version(self.session, self.student, self.school, MONDAY)

    def section(self, title: str, *periods: str, seats: int | None = 30) -> int:
        return self.planning.section(self.school, title, *periods, seats=seats)

    def fill(self, section_id: int) -> int:
        other = self.planning.student(f"other of {section_id}", self.school)
        add(self.session, replace(self.sitting, person_id=other), section_id)
        return other

    def refused(self, change: Callable[[], object]) -> str:
        with pytest.raises(AppError) as refusal:
            change()
        return refusal.value.code


@pytest.fixture
def room(session: Session) -> Room:
    planning = Planning(session)
    school = planning.school("S-1")
    student = planning.student("P-1", school)
    sitting = Sitting(student, school, MONDAY, MONDAY, None, CARLA, NOW)
    return Room(session, planning, school, student, planning.term(), sitting)


def test_a_section_is_added_and_the_probe_hears_of_it(room: Room) -> None:
    edit = add(room.session, room.sitting, room.section("Algebra", "1"))
    assert room.titles() == ["Algebra"]
    assert (edit.kind, edit.made_by_name, edit.effective_on) == ("add", "Carla", MONDAY)
    assert list(room.session.scalars(select(ScheduleChange.person_id))) == [room.student]


def test_a_dropped_place_is_ended_on_its_day_and_stays(room: Room) -> None:
    add(room.session, room.sitting, room.section("Algebra", "1"))
    place = room.place("Algebra")
    drop(room.session, replace(room.sitting, on=FRIDAY), place)
    assert (room.titles(), room.titles(FRIDAY)) == (["Algebra"], [])
    kept = room.session.get_one(SectionEnrollment, place)
    assert (kept.begins_on, kept.ends_on, kept.status) == (MONDAY, FRIDAY, "active")
    later = replace(room.sitting, on=FRIDAY)
    assert room.refused(lambda: drop(room.session, later, place)) == "not_in_section"


def test_a_swap_is_both_or_neither(room: Room) -> None:
    algebra, geometry = room.section("Algebra", "1"), room.section("Geometry", "1", seats=1)
    add(room.session, room.sitting, algebra)
    place = room.place("Algebra")
    taken = room.fill(geometry)
    assert room.refused(lambda: swap(room.session, room.sitting, place, geometry)) == "section_full"
    assert room.titles() == ["Algebra"]
    other = replace(room.sitting, person_id=taken)
    [seat] = list_held(room.session, taken, room.school, MONDAY)
    drop(room.session, other, seat.place_id)
    edit = swap(room.session, room.sitting, place, geometry)
    assert room.titles() == ["Geometry"]
    assert edit.from_place_id == place


def test_a_locked_place_is_neither_dropped_nor_swapped(room: Room) -> None:
    add(room.session, room.sitting, room.section("Algebra", "1"))
    geometry, place = room.section("Geometry", "1"), room.place("Algebra")
    assert set_lock(room.session, room.sitting, place, is_locked=True) is not None
    assert set_lock(room.session, room.sitting, place, is_locked=True) is None
    assert room.refused(lambda: drop(room.session, room.sitting, place)) == "locked"
    assert room.refused(lambda: swap(room.session, room.sitting, place, geometry)) == "locked"
    set_lock(room.session, room.sitting, place, is_locked=False)
    swap(room.session, room.sitting, place, geometry)
    actions = room.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[1:3] == ["section.lock", "section.unlock"]


def test_a_second_section_of_a_course_needs_a_reason(room: Room) -> None:
    course = room.planning.course("ART")
    one, two = (room.planning.offered(room.school, room.term, course, f"Art {n}", n) for n in "12")
    add(room.session, room.sitting, one)
    assert room.refused(lambda: add(room.session, room.sitting, two)) == "same_course"
    edit = add(room.session, room.sitting, two, reason=" Portfolio year ")
    assert edit.reason == "Portfolio year"
    with pytest.raises(Invalid):
        add(room.session, room.sitting, two, reason="x" * 301)


def test_a_full_section_takes_one_more_from_those_who_set_its_seats(room: Room) -> None:
    full = room.section("Algebra", "1", seats=0)
    assert room.refused(lambda: add(room.session, room.sitting, full, reason="x")) == "section_full"
    office = replace(room.sitting, by=OFFICE)
    assert room.refused(lambda: add(room.session, office, full)) == "section_full"
    add(room.session, office, full, reason="The only bilingual class")
    assert room.titles() == ["Algebra"]


def test_an_outdated_version_is_told_and_changes_nothing(room: Room) -> None:
    seen = replace(room.sitting, version=room.version())
    algebra = room.section("Algebra", "1")
    add(room.session, seen, algebra)
    late = replace(seen, by=replace(CARLA, name="Ben"))
    changes: list[Callable[[], object]] = [
        lambda: add(room.session, late, room.section("Biology", "2")),
        lambda: drop(room.session, late, room.place("Algebra")),
        lambda: set_lock(room.session, late, room.place("Algebra"), is_locked=True),
    ]
    for change in changes:
        with pytest.raises(ScheduleChanged):
            change()
    assert room.titles() == ["Algebra"]
    [edit] = list_edits(room.session, room.student, room.school)
    assert edit.sentence == "Carla put the student into Algebra."


def test_a_place_that_an_import_moved_changes_the_version_too(room: Room) -> None:
    add(room.session, room.sitting, room.section("Algebra", "1"))
    before = room.version()
    assert room.version() == before
    room.session.get_one(SectionEnrollment, room.place("Algebra")).ends_on = FRIDAY
    room.session.flush()
    assert room.version() != before


def test_undo_takes_back_an_add_and_frees_the_seat(room: Room) -> None:
    algebra = room.section("Algebra", "1", seats=1)
    later = replace(room.sitting, on=FRIDAY)
    edit = add(room.session, later, algebra)
    undo(room.session, room.sitting, edit.id)
    assert (room.titles(), room.titles(FRIDAY)) == ([], [])
    room.fill(algebra)
    [undone, made] = list_edits(room.session, room.student, room.school)
    assert (undone.sentence, made.undone) == ("Carla undid a change of Algebra.", True)


def test_undo_brings_both_sides_of_a_swap_back_and_goes_on_to_the_one_before(room: Room) -> None:
    added = add(room.session, room.sitting, room.section("Algebra", "1"))
    swapped = swap(room.session, room.sitting, room.place("Algebra"), room.section("Geometry", "1"))
    assert room.refused(lambda: undo(room.session, room.sitting, added.id)) == "nothing_to_undo"
    undo(room.session, room.sitting, swapped.id)
    assert room.titles() == ["Algebra"]
    undo(room.session, room.sitting, added.id)
    assert room.titles() == []


def test_undo_of_a_lock_unlocks(room: Room) -> None:
    add(room.session, room.sitting, room.section("Algebra", "1"))
    edit = set_lock(room.session, room.sitting, room.place("Algebra"), is_locked=True)
    assert edit is not None
    undo(room.session, room.sitting, edit.id)
    assert not room.session.get_one(SectionEnrollment, room.place("Algebra")).locked


def test_undo_says_why_the_old_seat_cannot_be_had_again(room: Room) -> None:
    algebra = room.section("Algebra", "1", seats=1)
    add(room.session, room.sitting, algebra)
    edit = drop(room.session, room.sitting, room.place("Algebra"))
    room.fill(algebra)
    assert room.refused(lambda: undo(room.session, room.sitting, edit.id)) == "section_full"


def test_only_a_change_of_today_is_undone(room: Room) -> None:
    edit = add(room.session, room.sitting, room.section("Algebra", "1"))
    tomorrow = replace(room.sitting, now=NOW + timedelta(days=1), today=MONDAY + timedelta(days=1))
    assert room.refused(lambda: undo(room.session, tomorrow, edit.id)) == "not_today"


def test_a_place_that_was_changed_since_is_not_undone(room: Room) -> None:
    edit = add(room.session, room.sitting, room.section("Algebra", "1"))
    room.session.get_one(SectionEnrollment, room.place("Algebra")).ends_on = FRIDAY
    assert room.refused(lambda: undo(room.session, room.sitting, edit.id)) == "changed_since"


def test_outside_the_scope_there_is_no_student_section_or_place(room: Room) -> None:
    elsewhere = room.planning.school("S-2")
    foreign = room.planning.section(elsewhere, "Algebra", "1")
    with pytest.raises(NotFound):
        add(room.session, room.sitting, foreign)
    with pytest.raises(NotFound):
        drop(room.session, room.sitting, 999)
    stranger = replace(room.sitting, school_id=elsewhere)
    with pytest.raises(NotFound):
        add(room.session, stranger, foreign)


def test_a_student_whose_start_was_moved_is_told_so_and_not_lost(room: Room) -> None:
    enrollment = room.session.scalars(select(SchoolEnrollment)).one()
    enrollment.begins_on = FRIDAY
    room.session.flush()
    algebra = room.section("Algebra", "1")
    with pytest.raises(Conflict) as refusal:
        add(room.session, room.sitting, algebra)
    assert refusal.value.code == "not_enrolled"
    add(room.session, replace(room.sitting, on=FRIDAY), algebra)
