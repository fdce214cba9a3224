"""What offices do with enrolments, in few words for the tests."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM, Actor
from sis.enrollment import transfers
from sis.enrollment.actions import NewStudent, enroll_student
from sis.enrollment.change_queries import list_changes
from sis.enrollment.models import SchoolEnrollment
from sis.enrollment.transfers import Transfer
from sis.enrollment.undoing import undo
from sis.scheduling.actions import add_to_section
from tests.sis.school import MONDAY, NOW, Town

FRIDAY = date(2015, 1, 16)
DAY = timedelta(days=1)
CLERK = Actor(
    "user", "user:1", "Clerk", "school_staff", frozenset({"students.enroll"}), frozenset({"S-1"})
)
OUTSIDER = replace(CLERK, scope=frozenset({"S-3"}))


def enrolled(session: Session, school_id: int, track: str = "") -> SchoolEnrollment:
    return enroll_student(
        session,
        school_id=school_id,
        student=NewStudent("Ana", "Field"),
        grade="09",
        track=track,
        begins_on=MONDAY,
        by=SYSTEM,
        now=NOW,
    )


def placed(session: Session, town: Town, enrollment: SchoolEnrollment, seats: int = 1) -> int:
    section = town.section(enrollment.school_id, "Algebra", "1", seats=seats)
    place(session, enrollment.person_id, section)
    return section


def place(session: Session, person_id: int, section: int, begins_on: date = MONDAY) -> None:
    add_to_section(
        session, person_id=person_id, section_id=section, begins_on=begins_on, by=SYSTEM, now=NOW
    )


def transfer(
    session: Session,
    old: SchoolEnrollment,
    to_school_id: int,
    *,
    on: date = FRIDAY,
    by: Actor = CLERK,
    track: str = "",
    leave: tuple[str, str] | None = None,
    seen: datetime | None = None,
) -> Transfer:
    return transfers.transfer(
        session,
        enrollment_id=old.id,
        to_school_id=to_school_id,
        on=on,
        by=by,
        now=NOW,
        track=track,
        leave=leave,
        seen=seen,
    )


def take_back(session: Session, after: timedelta = timedelta(), by: Actor = SYSTEM) -> None:
    """Undo the newest change."""
    change = list_changes(session, None, since=NOW - DAY)[0]
    undo(session, change_id=change.id, by=by, now=NOW + after)
