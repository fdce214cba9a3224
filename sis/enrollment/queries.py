"""Who is enrolled where on a date."""

from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from sis.enrollment.models import SchoolEnrollment


def active_on(on: date) -> ColumnElement[bool]:
    """The condition of a school enrolment that counts on ``on``: active, and in its dates."""
    return and_(
        SchoolEnrollment.status == "active",
        or_(SchoolEnrollment.begins_on.is_(None), SchoolEnrollment.begins_on <= on),
        or_(SchoolEnrollment.ends_on.is_(None), SchoolEnrollment.ends_on > on),
    )


def count_active(session: Session, on: date) -> dict[int, int]:
    """School id to the number of students enrolled and active on ``on``; one query.

    A school without any is not in the answer.
    """
    statement = (
        select(
            SchoolEnrollment.school_id,
            func.count(func.distinct(SchoolEnrollment.person_id)),
        )
        .where(active_on(on))
        .group_by(SchoolEnrollment.school_id)
    )
    return {school_id: count for school_id, count in session.execute(statement)}


def get_enrollment(session: Session, enrollment_id: int) -> SchoolEnrollment:
    """One school enrolment, locked for change until the unit of work ends; NotFound."""
    statement = (
        select(SchoolEnrollment)
        .where(SchoolEnrollment.id == enrollment_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    enrollment = session.scalar(statement)
    if enrollment is None:
        raise NotFound(f"There is no enrolment {enrollment_id}.")
    return enrollment


def find_active(
    session: Session, *, person_id: int, school_id: int, on: date
) -> SchoolEnrollment | None:
    """The student's enrolment at that school on ``on``, locked for change; or None."""
    statement = (
        select(SchoolEnrollment)
        .where(
            SchoolEnrollment.person_id == person_id,
            SchoolEnrollment.school_id == school_id,
            active_on(on),
        )
        .order_by(SchoolEnrollment.id)
        .limit(1)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return session.scalar(statement)


def find_overlapping(
    session: Session, *, person_id: int, school_id: int, begins_on: date
) -> SchoolEnrollment | None:
    """An enrolment at that school that has not ended by ``begins_on``; or None."""
    statement = select(SchoolEnrollment).where(
        SchoolEnrollment.person_id == person_id,
        SchoolEnrollment.school_id == school_id,
        SchoolEnrollment.status == "active",
        or_(SchoolEnrollment.ends_on.is_(None), SchoolEnrollment.ends_on > begins_on),
    )
    return session.scalar(statement.limit(1))
