"""Transfers, changes of track, no-shows, and taking them back."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.auth.actor import SYSTEM
from core.errors import AppError, Conflict, Invalid, NotFound
from sis.enrollment.actions import enroll_student
from sis.enrollment.no_shows import mark_no_show, mark_no_shows
from sis.enrollment.queries import count_active, get_student_for
from sis.enrollment.transfers import change_track
from sis.scheduling.actions import drop_from_section
from sis.scheduling.models import ScheduleChange
from sis.scheduling.queries import list_sections_of
from tests.sis.enrollment.office import (
    CLERK,
    DAY,
    FRIDAY,
    OUTSIDER,
    enrolled,
    place,
    placed,
    take_back,
    transfer,
)
from tests.sis.school import MONDAY, NOW, Town


def test_a_transfer_has_one_boundary_and_a_pair_of_codes(session: Session) -> None:
    town = Town(session)
    first, second = town.school("S-1"), town.school("S-2")
    old = enrolled(session, first)
    placed(session, town, old)
    moved = transfer(session, old, second)
    assert (moved.left.ends_on, moved.entered.begins_on) == (FRIDAY, FRIDAY)
    assert (moved.left.leave_code, moved.entered.entry_code) == ("L1", "E4")
    assert count_active(session, FRIDAY - DAY) == {first: 1}
    assert count_active(session, FRIDAY) == {second: 1}
    assert list_sections_of(session, old.person_id, FRIDAY) == []
    assert set(session.scalars(select(ScheduleChange.person_id))) == {old.person_id}


def test_refusals_of_transfers(session: Session) -> None:
    town = Town(session)
    first, second, third = town.school("S-1"), town.school("S-2"), town.school("S-3")
    town.calendar(second, {}, "A")
    old = enrolled(session, first)
    refusals: list[tuple[type[AppError], Callable[[], object]]] = [
        (NotFound, lambda: transfer(session, old, second, by=OUTSIDER, track="A")),
        (NotFound, lambda: transfer(session, old, 999)),
        (Invalid, lambda: transfer(session, old, first)),
        (Invalid, lambda: transfer(session, old, second, track="B")),
        (Invalid, lambda: transfer(session, old, third, on=MONDAY - DAY)),
        (Invalid, lambda: transfer(session, old, third, leave=("X", ""))),
        (Conflict, lambda: transfer(session, old, third, seen=NOW - DAY)),
    ]
    for refusal, moving in refusals:
        with pytest.raises(refusal):
            moving()


def test_a_concurrent_enrolment_is_not_transferred(session: Session) -> None:
    town = Town(session)
    first, second, third = town.school("S-1"), town.school("S-2"), town.school("S-3")
    student = town.student("P-1", first, MONDAY)
    concurrent = enroll_student(
        session,
        school_id=second,
        student=student,
        grade="09",
        begins_on=MONDAY,
        is_primary=False,
        by=SYSTEM,
        now=NOW,
    )
    with pytest.raises(Conflict, match="is ended, not transferred"):
        transfer(session, concurrent, third, by=SYSTEM)


def test_the_office_that_is_late_hears_who_was_faster(session: Session) -> None:
    town = Town(session)
    first, second, third = town.school("S-1"), town.school("S-2"), town.school("S-3")
    old = enrolled(session, first)
    seen = old.modified_at
    transfer(session, old, second)
    with pytest.raises(Conflict, match="another office transferred the student"):
        transfer(session, old, third, by=SYSTEM, seen=seen)


def test_changing_the_track_closes_a_row_and_opens_another(session: Session) -> None:
    town = Town(session)
    school = town.school("S-1")
    for track in ("A", "B"):
        town.calendar(school, {}, track)
    old = enrolled(session, school, "A")
    moved = change_track(session, enrollment_id=old.id, track="B", on=FRIDAY, by=CLERK, now=NOW)
    card = get_student_for(session, SYSTEM, old.person_id)
    assert [(one.track, one.begins_on, one.ends_on) for one in card.enrollments] == [
        ("A", MONDAY, FRIDAY),
        ("B", FRIDAY, None),
    ]
    for track in ("B", "Z"):
        with pytest.raises(Invalid):
            change_track(
                session, enrollment_id=moved.entered.id, track=track, on=FRIDAY, by=CLERK, now=NOW
            )
    take_back(session)
    assert get_student_for(session, SYSTEM, old.person_id).enrollments_on(FRIDAY)[0].track == "A"


def test_a_no_show_deletes_the_enrolment_and_its_places_and_is_no_withdrawal(
    session: Session,
) -> None:
    town = Town(session)
    school = town.school("S-1")
    enrollment = enrolled(session, school)
    section = placed(session, town, enrollment)
    mark_no_shows(session, {enrollment.id: enrollment.modified_at}, by=CLERK, now=NOW)
    assert (enrollment.status, enrollment.ends_on, enrollment.leave_code) == (
        "tobedeleted",
        None,
        None,
    )
    assert count_active(session, MONDAY) == {}
    other = town.student("P-2", school)
    place(session, other, section)  # the seat is free again
    actions = set(session.scalars(select(AuditEntry.action)))
    assert {"enrollment.no_show", "section.delete_place"} <= actions
    assert "enrollment.withdraw" not in actions
    with pytest.raises(Conflict, match="The seat is gone: Algebra is full, 1 of 1 seats"):
        take_back(session)
    drop_from_section(
        session, person_id=other, section_id=section, ends_on=MONDAY, by=SYSTEM, now=NOW
    )
    take_back(session)
    assert count_active(session, MONDAY) == {school: 2}
    assert [one.title for one in list_sections_of(session, enrollment.person_id, MONDAY)] == [
        "Algebra"
    ]


def test_a_no_show_of_a_new_year_keeps_the_years_before(session: Session) -> None:
    town = Town(session)
    school = town.school("S-1")
    town.calendar(school, {MONDAY - DAY * 3: "holiday", MONDAY: "regular"})
    student = town.student("P-1", school, date(2013, 8, 12))
    row = get_student_for(session, SYSTEM, student).enrollments[0]
    mark_no_show(session, enrollment_id=row.id, by=CLERK, now=NOW)
    card = get_student_for(session, SYSTEM, student).enrollments[0]
    assert (card.begins_on, card.ends_on, card.leave_code) == (date(2013, 8, 12), MONDAY, None)


def test_refusals_of_no_shows(session: Session) -> None:
    town = Town(session)
    school = town.school("S-1")
    long_ago = town.enrollment(town.student("P-1", school, MONDAY), school, MONDAY - DAY * 22)
    unknown = town.enrollment(town.student("P-2", school, MONDAY), school)
    to_come = town.enrollment(town.student("P-3", school, MONDAY), school, FRIDAY)
    for enrollment, why in (
        (long_ago, "within 21 days of the first day; withdraw"),
        (unknown, "withdraw"),
        (to_come, "The first day is 2015-01-16 only"),
    ):
        with pytest.raises(Conflict, match=why):
            mark_no_show(session, enrollment_id=enrollment, by=CLERK, now=NOW)
    with pytest.raises(NotFound):
        mark_no_show(session, enrollment_id=to_come, by=OUTSIDER, now=NOW)
    with pytest.raises(Invalid):
        mark_no_shows(session, {}, by=CLERK, now=NOW)
