"""What offices did with enrolments, newest first."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from sis.enrollment.models import EnrollmentChange


def find_last_change(session: Session, person_id: int) -> EnrollmentChange | None:
    """The newest change of the student's enrolments that was not undone; or None."""
    statement = (
        select(EnrollmentChange)
        .where(EnrollmentChange.person_id == person_id, EnrollmentChange.undone_at.is_(None))
        .order_by(EnrollmentChange.id.desc())
        .limit(1)
    )
    return session.scalar(statement)


def get_change(session: Session, change_id: int) -> EnrollmentChange:
    """One change, locked until the unit of work ends; NotFound."""
    statement = (
        select(EnrollmentChange)
        .where(EnrollmentChange.id == change_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    change = session.scalar(statement)
    if change is None:
        raise NotFound(f"There is no change {change_id}.")
    return change


def list_changes(
    session: Session,
    school_ids: Collection[int] | None,
    *,
    since: datetime,
    before_id: int | None = None,
    limit: int = 50,
) -> list[EnrollmentChange]:
    """Changes at these schools (None: at all), or to them, since a moment; undone ones too."""
    statement = (
        select(EnrollmentChange)
        .where(EnrollmentChange.at >= since)
        .order_by(EnrollmentChange.id.desc())
        .limit(limit)
    )
    if school_ids is not None:
        statement = statement.where(
            or_(
                EnrollmentChange.school_id.in_(school_ids),
                EnrollmentChange.to_school_id.in_(school_ids),
            )
        )
    if before_id is not None:
        statement = statement.where(EnrollmentChange.id < before_id)
    return list(session.scalars(statement))


def list_changes_of(session: Session, person_id: int) -> list[EnrollmentChange]:
    """Everything that offices did with one student, newest first."""
    statement = (
        select(EnrollmentChange)
        .where(EnrollmentChange.person_id == person_id)
        .order_by(EnrollmentChange.id.desc())
    )
    return list(session.scalars(statement))
