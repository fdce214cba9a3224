"""Who sits in a section."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from sis.scheduling.models import SectionEnrollment
from sis.scheduling.queries import in_section_on


def list_students_in(session: Session, section_id: int, on: date) -> list[int]:
    """Person ids of the students who are in the section on ``on``, in the order they came."""
    statement = (
        select(SectionEnrollment.person_id)
        .where(
            SectionEnrollment.section_id == section_id,
            SectionEnrollment.role == "student",
            in_section_on(on),
        )
        .order_by(SectionEnrollment.id)
    )
    return list(dict.fromkeys(session.scalars(statement)))
