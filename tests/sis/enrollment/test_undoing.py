"""Taking back what an office did."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM
from core.errors import Conflict, NotFound
from sis.attendance.models import AttendanceEvent
from sis.attendance.queries.corrections import list_student_events
from sis.enrollment.actions import withdraw
from sis.enrollment.change_queries import list_changes
from sis.enrollment.no_shows import mark_no_show
from sis.enrollment.queries import count_active
from sis.enrollment.undoing import undo
from sis.scheduling.actions import drop_from_section
from sis.scheduling.queries import list_sections_of
from tests.sis.enrollment.office import (
    CLERK,
    DAY,
    FRIDAY,
    OUTSIDER,
    enrolled,
    placed,
    take_back,
    transfer,
)
from tests.sis.school import MONDAY, NOW, Town


def test_an_enrolment_is_undone_until_something_hangs_on_it(session: Session) -> None:
    town = Town(session)
    school = town.school("S-1")
    enrollment = enrolled(session, school)
    section = placed(session, town, enrollment)
    with pytest.raises(Conflict, match="placed in 1 section since; drop them first"):
        take_back(session)
    drop_from_section(
        session,
        person_id=enrollment.person_id,
        section_id=section,
        ends_on=MONDAY,
        by=SYSTEM,
        now=NOW,
    )
    take_back(session)
    assert count_active(session, MONDAY) == {}
    with pytest.raises(Conflict, match="has undone this already"):
        take_back(session)


def test_a_withdrawal_is_undone_with_its_sections(session: Session) -> None:
    town = Town(session)
    school = town.school("S-1")
    enrollment = enrolled(session, school)
    placed(session, town, enrollment)
    withdraw(
        session, enrollment_id=enrollment.id, ends_on=FRIDAY, leave_code="L8", by=CLERK, now=NOW
    )
    take_back(session, by=CLERK)
    assert (enrollment.ends_on, enrollment.leave_code) == (None, None)
    assert len(list_sections_of(session, enrollment.person_id, FRIDAY)) == 1


def test_a_transfer_is_undone_by_either_side_and_by_nobody_else(session: Session) -> None:
    town = Town(session)
    first, second = town.school("S-1"), town.school("S-2")
    town.school("S-3")
    old = enrolled(session, first)
    transfer(session, old, second)
    with pytest.raises(NotFound):
        take_back(session, by=OUTSIDER)
    take_back(session, by=replace(CLERK, scope=frozenset({"S-2"})))
    assert count_active(session, FRIDAY) == {first: 1}


def test_undoing_is_refused_after_the_window_and_after_later_changes(session: Session) -> None:
    town = Town(session)
    first, second = town.school("S-1"), town.school("S-2")
    old = enrolled(session, first)
    enrolling = list_changes(session, None, since=NOW)[0]
    transfer(session, old, second)
    with pytest.raises(Conflict, match="another office transferred the student. Undo that first"):
        undo(session, change_id=enrolling.id, by=SYSTEM, now=NOW)
    with pytest.raises(Conflict, match="more than 72 hours ago"):
        take_back(session, timedelta(hours=73))
    with pytest.raises(NotFound):
        undo(session, change_id=999, by=SYSTEM, now=NOW)
    take_back(session, timedelta(hours=72))
    undo(session, change_id=enrolling.id, by=SYSTEM, now=NOW)
    assert count_active(session, FRIDAY) == {}


def test_an_import_in_between_makes_undoing_impossible(session: Session) -> None:
    enrollment = enrolled(session, Town(session).school("S-1"))
    withdraw(session, enrollment_id=enrollment.id, ends_on=FRIDAY, by=SYSTEM, now=NOW)
    enrollment.ends_on = FRIDAY + DAY
    session.flush()
    with pytest.raises(Conflict, match="The enrolment was changed since"):
        take_back(session)


def test_noted_attendance_keeps_an_enrolment_and_goes_and_comes_with_a_no_show(
    session: Session,
) -> None:
    enrollment = enrolled(session, Town(session).school("S-1"))
    where = {"person_id": enrollment.person_id, "school_id": enrollment.school_id}
    session.add(
        AttendanceEvent(
            **where,
            on_date=MONDAY,
            period="1",
            status="absent_unexcused",
            source="office",
            modified_at=NOW,
            modified_by="test",
        )
    )
    session.flush()
    span = (enrollment.person_id, enrollment.school_id, MONDAY, FRIDAY)
    with pytest.raises(Conflict, match="Attendance was noted since; withdraw"):
        take_back(session)
    mark_no_show(session, enrollment_id=enrollment.id, by=CLERK, now=NOW)
    assert list_student_events(session, *span) == []
    take_back(session)
    assert [one.status for one in list_student_events(session, *span)] == ["absent_unexcused"]
