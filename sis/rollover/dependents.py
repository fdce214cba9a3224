"""What has been built on a school's rollover since: only as long as that is nothing can it go."""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import Column, ColumnElement, Table, and_, func, or_, select
from sqlalchemy.orm import Session

from core.db import Base
from sis.rollover.models import RolloverSchool, RolloverSection
from sis.scheduling.models import SectionEnrollment

_PARTS = frozenset({"section_term", "section_meeting", "section_enrollment"})
"""Tables that hold a section's own parts, which are written with it."""

_DATED = "on_date"
_SECTION = "section.id"


def count_changed_places(session: Session, row: RolloverSchool) -> int:
    """Places that the rollover wrote and that somebody has ended or changed since."""
    place = SectionEnrollment
    statement = select(func.count()).where(
        place.rollover_id == row.id,
        place.status == "active",
        or_(place.ends_on.is_not(None), place.modified_at > row.rolled_at),
    )
    return session.scalar(statement) or 0


def count_added_places(session: Session, rolled_id: int, section_ids: Collection[int]) -> int:
    """Places of students in these sections that the rollover did not write."""
    place = SectionEnrollment
    statement = select(func.count()).where(
        place.section_id.in_(section_ids),
        place.role == "student",
        place.status == "active",
        place.rollover_id.is_distinct_from(rolled_id),
    )
    return session.scalar(statement) or 0


def list_dependents(
    session: Session, made: Collection[int], others: Collection[int], since: date
) -> Iterator[tuple[str, int]]:
    """Tables with rows that refer to the sections made, or to others since a date, and how many.

    Every table that has a foreign key to a section counts, whoever it belongs to.
    """
    for table in Base.metadata.sorted_tables:
        for column in _references(table):
            belongs: list[ColumnElement[bool]] = [column.in_(made)]
            if _DATED in table.columns:
                belongs.append(and_(column.in_(others), table.columns[_DATED] >= since))
            if count := session.scalar(
                select(func.count()).select_from(table).where(or_(*belongs))
            ):
                yield table.name, count


def _references(table: Table) -> Iterator[Column[int]]:
    """The columns that refer to a section, but for those by which the rollover itself does."""
    for column in table.columns:
        own = table.name in _PARTS or column is RolloverSection.__table__.c.to_section_id
        if not own and any(key.target_fullname == _SECTION for key in column.foreign_keys):
            yield column
