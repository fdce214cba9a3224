"""Figures of school months: certified where they are, else as they were last counted."""

from collections.abc import Collection
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from sis.attendance.models import AttendanceSubmission
from sis.statistical.models import MonthFigures, StatisticalTally
from sis.statistical.queries.certified import MonthKey, list_latest
from sis.statistical.rules.figures import Figures, Source

NUMBERS = tuple(field.name for field in fields(Figures) if field.name not in ("complete", "source"))
"""What the two tables store of a school month."""


def list_tallies(
    session: Session,
    school_year: int,
    *,
    month: int | None = None,
    school_ids: Collection[int] | None = None,
) -> dict[MonthKey, StatisticalTally]:
    """The newest count of every month of the year."""
    statement = select(StatisticalTally).where(StatisticalTally.school_year == school_year)
    if month is not None:
        statement = statement.where(StatisticalTally.month == month)
    if school_ids is not None:
        statement = statement.where(StatisticalTally.school_id.in_(school_ids))
    return {(row.school_id, row.track, row.month): row for row in session.scalars(statement)}


def list_figures(
    session: Session,
    school_year: int,
    *,
    month: int | None = None,
    school_ids: Collection[int] | None = None,
) -> dict[MonthKey, Figures]:
    """The figures of every month that was certified or counted; certified ones win."""
    counted = list_tallies(session, school_year, month=month, school_ids=school_ids)
    found = {key: _figures(row, Source.KEPT, row.complete) for key, row in counted.items()}
    certified = list_latest(session, school_year, month=month, school_ids=school_ids)
    found |= {key: _figures(row, Source.CERTIFIED, True) for key, row in certified.items()}
    return found


def _figures(row: MonthFigures, source: Source, complete: bool) -> Figures:
    numbers: dict[str, Any] = {name: getattr(row, name) for name in NUMBERS}
    return Figures(**numbers, complete=complete, source=source)


def schools_with_attendance(
    session: Session, school_ids: Collection[int], starts_on: date, ends_on: date
) -> set[int]:
    """Those of the schools that submitted any attendance in ``[starts_on, ends_on)``."""
    table = AttendanceSubmission
    statement = (
        select(table.school_id)
        .where(
            table.school_id.in_(school_ids),
            table.on_date >= starts_on,
            table.on_date < ends_on,
        )
        .distinct()
    )
    return set(session.scalars(statement))


def find_last_count(session: Session, school_year: int) -> datetime | None:
    """When a month of the year was last counted; None when none was."""
    statement = (
        select(StatisticalTally.computed_at)
        .where(StatisticalTally.school_year == school_year)
        .order_by(StatisticalTally.computed_at.desc())
        .limit(1)
    )
    return session.scalar(statement)
