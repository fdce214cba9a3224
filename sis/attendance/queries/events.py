"""What was submitted, the exceptions in it, and what became of them."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from sis.attendance.models import AttendanceChange, AttendanceEvent, AttendanceSubmission


def find_submission(
    session: Session, section_id: int, on: date, period: str, *, lock: bool = False
) -> AttendanceSubmission | None:
    """The submission of a class, locked until the unit of work ends if asked; or None."""
    statement = select(AttendanceSubmission).where(
        AttendanceSubmission.section_id == section_id,
        AttendanceSubmission.on_date == on,
        AttendanceSubmission.period == period,
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalar(statement)


def list_submissions(
    session: Session,
    school_id: int,
    starts_on: date,
    ends_on: date,
    *,
    section_ids: Collection[int] | None = None,
) -> list[AttendanceSubmission]:
    """The school's submissions of ``[starts_on, ends_on)``, by date and period."""
    statement = (
        select(AttendanceSubmission)
        .where(
            AttendanceSubmission.school_id == school_id,
            AttendanceSubmission.on_date >= starts_on,
            AttendanceSubmission.on_date < ends_on,
        )
        .order_by(
            AttendanceSubmission.on_date, AttendanceSubmission.period, AttendanceSubmission.id
        )
    )
    if section_ids is not None:
        statement = statement.where(AttendanceSubmission.section_id.in_(section_ids))
    return list(session.scalars(statement))


def list_events(
    session: Session,
    school_id: int,
    starts_on: date,
    ends_on: date,
    *,
    person_ids: Collection[int] | None = None,
    section_ids: Collection[int] | None = None,
) -> list[AttendanceEvent]:
    """The school's exceptions of ``[starts_on, ends_on)``, by date, period and student.

    Nothing is left out: an event outside a student's present dates of enrolment is there too.
    """
    statement = (
        select(AttendanceEvent)
        .where(
            AttendanceEvent.school_id == school_id,
            AttendanceEvent.on_date >= starts_on,
            AttendanceEvent.on_date < ends_on,
        )
        .order_by(AttendanceEvent.on_date, AttendanceEvent.period, AttendanceEvent.person_id)
    )
    if person_ids is not None:
        statement = statement.where(AttendanceEvent.person_id.in_(person_ids))
    if section_ids is not None:
        statement = statement.where(AttendanceEvent.section_id.in_(section_ids))
    return list(session.scalars(statement))


def list_class_events(
    session: Session, section_id: int, on: date, period: str
) -> list[AttendanceEvent]:
    """The exceptions of one class, by student."""
    statement = (
        select(AttendanceEvent)
        .where(
            AttendanceEvent.section_id == section_id,
            AttendanceEvent.on_date == on,
            AttendanceEvent.period == period,
        )
        .order_by(AttendanceEvent.person_id)
    )
    return list(session.scalars(statement))


def list_changes(
    session: Session, person_id: int, school_id: int, starts_on: date, ends_on: date
) -> list[AttendanceChange]:
    """What changed in a student's attendance of those days, newest first."""
    statement = (
        select(AttendanceChange)
        .where(
            AttendanceChange.person_id == person_id,
            AttendanceChange.school_id == school_id,
            AttendanceChange.on_date >= starts_on,
            AttendanceChange.on_date < ends_on,
        )
        .order_by(AttendanceChange.id.desc())
    )
    return list(session.scalars(statement))
