"""Keeps what an office did, row by row, so that it can be undone."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.db import Base, JsonDict
from sis.enrollment.models import EnrollmentChange, SchoolEnrollment
from sis.people.models import Person
from sis.scheduling.models import SectionEnrollment

Row = SchoolEnrollment | SectionEnrollment | Person
KEPT: dict[type[Base], tuple[str, ...]] = {
    SchoolEnrollment: (
        "status",
        "begins_on",
        "ends_on",
        "is_primary",
        "leave_code",
        "leave_reason",
    ),
    SectionEnrollment: ("status", "begins_on", "ends_on"),
    Person: ("grade",),
}
"""The columns that offices' changes touch."""

_DATES = ("begins_on", "ends_on")


def values_of(row: Row) -> JsonDict:
    """The kept columns as JSON."""
    values = {name: getattr(row, name) for name in KEPT[type(row)]}
    return {name: v.isoformat() if isinstance(v, date) else v for name, v in values.items()}


def put_back(row: Row, values: JsonDict, now: datetime) -> None:
    """Set the kept columns to what ``values_of`` said."""
    for name, value in values.items():
        text = name in _DATES and value is not None
        setattr(row, name, date.fromisoformat(value) if text else value)
    row.modified_at = now


class Journal:
    """Rows before they change; ``close`` writes them down with what they became."""

    def __init__(self) -> None:
        self._rows: list[tuple[Row, JsonDict | None]] = []

    def will_change(self, rows: Iterable[Row]) -> None:
        """Call it before the change."""
        self._rows += [(row, values_of(row)) for row in rows]

    def made(self, row: Row) -> None:
        """The row is new, and flushed."""
        self._rows.append((row, None))

    def close(
        self,
        session: Session,
        kind: str,
        enrollment: SchoolEnrollment,
        *,
        effective_on: date,
        to_school_id: int | None = None,
        by: Actor,
        now: datetime,
    ) -> EnrollmentChange:
        """One row about the change of ``enrollment``."""
        rows: JsonDict = {
            f"{row.__tablename__}:{row.id}": {"before": before, "after": values_of(row)}
            for row, before in self._rows
        }
        change = EnrollmentChange(
            kind=kind,
            person_id=enrollment.person_id,
            school_id=enrollment.school_id,
            to_school_id=to_school_id,
            effective_on=effective_on,
            rows=rows,
            at=now,
            by=by.id,
        )
        session.add(change)
        session.flush()
        return change
