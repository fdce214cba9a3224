"""Rolling a school into the next semester: what is carried, what is not, and undoing it."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.auth.actor import SYSTEM, Actor
from core.errors import Conflict, Invalid, NotFound
from sis.courses.models import Section
from sis.courses.queries import get_section_for, list_sections_in_terms
from sis.rollover.actions import request_run, save_rule
from sis.rollover.rules.policy import Action, Rule
from sis.rollover.undoing import undo_school
from sis.scheduling.models import SectionEnrollment
from tests.sis.rollover.semesters import FALL, LAST_DAY, NOW, SPRING, Semesters


@pytest.fixture
def semesters(session: Session) -> Semesters:
    return Semesters(session)


def _rule(session: Session, rule: Rule, school: int | None, course: int | None) -> None:
    save_rule(session, rule, school_id=school, course_id=course, by=SYSTEM, now=NOW)


def test_students_go_on_with_the_same_course_teacher_period_and_room(
    session: Session, semesters: Semesters
) -> None:
    school = semesters.building.town.school("S-1")
    algebra = semesters.section(school, "Algebra", "1/MWF")
    kim = semesters.student("Kim", school, algebra, locked=True)
    [books] = semesters.roll()
    [new] = list_sections_in_terms(session, school, {semesters.spring}, SPRING[0])
    old = get_section_for(session, SYSTEM, algebra, LAST_DAY)
    for name in ("title", "course_id", "room", "seats", "class_type", "taken"):
        assert getattr(new, name) == getattr(old, name)
    assert [t.person_id for t in new.teachers] == [t.person_id for t in old.teachers]
    assert new.current == old.current
    assert (new.starts_on, new.ends_on) == SPRING
    assert semesters.sections_of(kim, SPRING[0]) == [new.id]
    assert semesters.placements()[-1][-1] is True
    assert (books.places, books.places_written, books.problems()) == (1, 1, [])
    assert (books.old.complete, books.new_before.complete, books.new_after.complete) == (0, 0, 0)
    assert books.lacking == {}


def test_the_books_count_complete_schedules_before_and_after(semesters: Semesters) -> None:
    school = semesters.building.town.school("S-1")
    one, two = semesters.section(school, "A", "1"), semesters.section(school, "B", "2")
    semesters.student("Kim", school, one, two)
    semesters.student("Lee", school, one)
    [books] = semesters.roll()
    assert [s.complete for s in (books.old, books.new_before, books.new_after)] == [1, 0, 1]
    assert books.new_after.students == 2


def test_rolling_twice_is_rolling_once(session: Session, semesters: Semesters) -> None:
    school = semesters.building.town.school("S-1")
    one, two = semesters.section(school, "A", "1"), semesters.section(school, "B", "2")
    for name in ("Kim", "Lee"):
        semesters.student(name, school, one, two)
    [first] = semesters.roll()
    before = semesters.placements()
    [second] = semesters.roll()
    assert semesters.placements() == before
    assert (first.places_written, second.places_written, second.places_kept) == (4, 0, 4)
    assert (first.sections_created, second.sections_created) == (2, 0)


def test_a_placement_taken_out_by_hand_since_does_not_come_back(
    session: Session, semesters: Semesters
) -> None:
    school = semesters.building.town.school("S-1")
    algebra = semesters.section(school, "Algebra", "1")
    kim = semesters.student("Kim", school, algebra)
    semesters.roll()
    place = session.scalars(
        select(SectionEnrollment)
        .where(SectionEnrollment.rollover_id.is_not(None))
        .where(SectionEnrollment.role == "student")
    ).one()
    place.ends_on = SPRING[0]
    session.flush()
    [books] = semesters.roll()
    assert semesters.sections_of(kim, SPRING[0]) == []
    assert books.places_left == {"changed_since": 1}


def test_a_late_comer_is_carried_by_the_second_run(semesters: Semesters) -> None:
    school = semesters.building.town.school("S-1")
    algebra = semesters.section(school, "Algebra", "1", seats=2)
    semesters.student("Kim", school, algebra)
    semesters.roll()
    late, too_late = (semesters.student(name, school, algebra) for name in ("Lee", "Max"))
    [books] = semesters.roll()
    assert len(semesters.sections_of(late, SPRING[0])) == 1
    assert semesters.sections_of(too_late, SPRING[0]) == []
    assert (books.places_written, books.places_kept) == (1, 1)
    assert books.places_left == {"section_full": 1}


def test_whoever_left_stays_behind_with_the_reason(semesters: Semesters) -> None:
    school = semesters.building.town.school("S-1")
    algebra = semesters.section(school, "Algebra", "1")
    semesters.student("Kim", school, algebra)
    semesters.leave(semesters.student("Lee", school, algebra), date(2015, 1, 5))
    [books] = semesters.roll()
    assert (books.places_written, books.places_left) == (1, {"left_school": 1})


def test_a_year_long_course_goes_on_in_the_same_section(
    session: Session, semesters: Semesters
) -> None:
    school = semesters.building.town.school("S-1")
    algebra, band = (semesters.section(school, n, p) for n, p in (("A", "1"), ("B", "2")))
    kim = semesters.student("Kim", school, algebra)
    ended = semesters.building.town.student("Lee", school)
    semesters.building.place(algebra, ended, ends_on=FALL[1])
    course = session.get_one(Section, algebra).course_id
    _rule(session, Rule(Action.CONTINUE), school, course)
    whole = semesters.building.section(
        school, "Homeroom", span=(FALL[0], SPRING[1]), terms=(semesters.year,)
    )
    semesters.building.place(whole, kim)
    [books] = semesters.roll()
    assert session.get_one(Section, algebra).ends_on == SPRING[1]
    assert semesters.sections_of(kim, SPRING[0]) == [algebra, whole]
    assert semesters.sections_of(ended, SPRING[0]) == [algebra]
    assert (books.sections_continued, books.sections_created) == (2, 1)
    assert (books.prolonged_sections, books.prolonged_places) == (1, 1)
    assert (books.places_written, books.places_kept) == (1, 2)
    assert semesters.roll()[0].prolonged_sections == 0
    assert band != algebra


def test_a_course_maps_to_its_second_half_and_another_ends(
    session: Session, semesters: Semesters
) -> None:
    school = semesters.building.town.school("S-1")
    first, health = (semesters.section(school, n, p) for n, p in (("1A", "1"), ("H", "2")))
    semesters.student("Kim", school, first, health)
    second = semesters.building.course("1B")
    course_of = {one: session.get_one(Section, one).course_id for one in (first, health)}
    _rule(session, Rule(Action.MAP, second), None, course_of[first])
    _rule(session, Rule(Action.END), None, course_of[health])
    [books] = semesters.roll()
    [new] = list_sections_in_terms(session, school, {semesters.spring}, SPRING[0])
    assert (new.course_id, new.title) == (second, "Course 1B")
    assert books.sections_left == books.places_left == {"course_ends": 1}


def test_a_school_rule_wins_over_the_districts(session: Session, semesters: Semesters) -> None:
    school = semesters.building.town.school("S-1")
    health = semesters.section(school, "H", "2")
    course = session.get_one(Section, health).course_id
    _rule(session, Rule(Action.END), None, course)
    _rule(session, Rule(Action.RENEW), school, course)
    [books] = semesters.roll()
    assert (books.sections_created, books.sections_left) == (1, {})


def test_a_section_that_is_there_already_is_used(session: Session, semesters: Semesters) -> None:
    school = semesters.building.town.school("S-1")
    algebra = semesters.section(school, "Algebra", "1", seats=2)
    old = session.get_one(Section, algebra)
    teacher = get_section_for(session, SYSTEM, algebra, LAST_DAY).teachers[0].person_id
    there = semesters.building.section(
        school,
        "Algebra spring",
        "1",
        span=SPRING,
        terms=(semesters.spring,),
        course_id=old.course_id,
        teacher_id=teacher,
        seats=2,
    )
    kim = semesters.student("Kim", school, algebra, there)
    people = [semesters.student(name, school, algebra) for name in ("Lee", "Max")]
    [books] = semesters.roll()
    assert (books.sections_matched, books.sections_created) == (1, 0)
    assert (books.places_kept, books.places_written) == (1, 1)
    assert books.places_left == {"section_full": 1}
    assert [semesters.sections_of(p, SPRING[0]) for p in (kim, *people)] == [[there], [there], []]


def test_a_section_placed_by_hand_in_the_period_wins(semesters: Semesters) -> None:
    school = semesters.building.town.school("S-1")
    algebra = semesters.section(school, "Algebra", "1")
    chosen = semesters.building.section(
        school, "Chosen", "1", span=SPRING, terms=(semesters.spring,)
    )
    kim = semesters.student("Kim", school, algebra, chosen)
    [books] = semesters.roll()
    assert semesters.sections_of(kim, SPRING[0]) == [chosen]
    assert books.places_left == {"period_taken": 1}


def test_no_name_is_ever_blank(session: Session, semesters: Semesters) -> None:
    school = semesters.building.town.school("S-1")
    nameless = semesters.section(school, "X", "1", course="X")
    session.get_one(Section, nameless).title = " "
    session.flush()
    semesters.roll()
    [new] = list_sections_in_terms(session, school, {semesters.spring}, SPRING[0])
    assert new.title == "Course X"


def test_copying_forward_takes_sections_alone_and_the_rollover_fills_them(
    session: Session, semesters: Semesters
) -> None:
    school = semesters.building.town.school("S-1")
    algebra = semesters.section(school, "Algebra", "1")
    kim = semesters.student("Kim", school, algebra)
    [copied] = semesters.roll(students=False)
    assert (copied.sections_created, copied.places_written) == (1, 0)
    assert semesters.roll(students=False)[0].sections_created == 0
    [books] = semesters.roll()
    assert (books.sections_matched, books.places_written) == (1, 1)
    assert len(semesters.sections_of(kim, SPRING[0])) == 1


def test_a_rollover_is_undone_and_done_again(session: Session, semesters: Semesters) -> None:
    school = semesters.building.town.school("S-1")
    algebra, band = (semesters.section(school, n, p) for n, p in (("A", "1"), ("B", "2")))
    kim = semesters.student("Kim", school, algebra, band)
    course = session.get_one(Section, band).course_id
    _rule(session, Rule(Action.CONTINUE), school, course)
    before = semesters.placements()
    semesters.roll()
    undo_school(session, semesters.rolled(school).id, by=SYSTEM, now=NOW)
    assert semesters.placements() == before
    assert semesters.sections_of(kim, SPRING[0]) == []
    assert session.get_one(Section, band).ends_on == FALL[1]
    with pytest.raises(Conflict):
        undo_school(session, semesters.rolled(school).id, by=SYSTEM, now=NOW)
    [books] = semesters.roll()
    assert (books.sections_created, books.places_written) == (1, 1)
    assert len(semesters.sections_of(kim, SPRING[0])) == 2


def test_what_somebody_built_on_is_not_undone(session: Session, semesters: Semesters) -> None:
    school = semesters.building.town.school("S-1")
    algebra = semesters.section(school, "Algebra", "1")
    semesters.student("Kim", school, algebra)
    semesters.roll()
    [new] = list_sections_in_terms(session, school, {semesters.spring}, SPRING[0])
    added = semesters.building.place(new.id, semesters.student("Lee", school))
    with pytest.raises(Conflict, match="1 students were placed") as refusal:
        undo_school(session, semesters.rolled(school).id, by=SYSTEM, now=NOW)
    assert refusal.value.code == "depended_on"
    session.delete(session.get_one(SectionEnrollment, added))
    undo_school(session, semesters.rolled(school).id, by=SYSTEM, now=NOW)


def test_a_request_is_refused_with_the_reason(session: Session, semesters: Semesters) -> None:
    school = semesters.building.town.school("S-1")
    office = Actor("user", "user:1", "Office", "school_staff", frozenset(), frozenset({"S-2"}))
    with pytest.raises(Invalid, match="No school"):
        semesters.request()
    semesters.section(school, "Algebra", "1")
    with pytest.raises(Invalid, match="begins before"):
        request_run(session, from_id=semesters.spring, to_id=semesters.fall, by=SYSTEM, now=NOW)
    with pytest.raises(NotFound):
        request_run(
            session,
            from_id=semesters.fall,
            to_id=semesters.spring,
            school_ids=[school],
            by=office,
            now=NOW,
        )


def test_every_school_leaves_one_audit_row(session: Session, semesters: Semesters) -> None:
    school = semesters.building.town.school("S-1")
    semesters.student("Kim", school, semesters.section(school, "Algebra", "1"))
    semesters.roll()
    actions = [e.action for e in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert actions == ["rollover.request", "rollover.school"]
