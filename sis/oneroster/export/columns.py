"""What the columns of an exported file hold, as expressions that the database turns into text.

The rows go from the cursor into the file as they are: at millions of rows, a Python object for
each date would cost more than the query.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, String, case, cast, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from core.db import UtcDateTime

Expression = ColumnElement[Any] | InstrumentedAttribute[Any]
BLANK = literal("")


@dataclass(frozen=True)
class Record:
    """The three columns that every row begins with."""

    sourced_id: Expression
    status: Expression
    modified_at: Expression


def head(record: Record, since: datetime | None) -> tuple[Expression, ...]:
    """In a bulk file status and dateLastModified are blank, in a delta they are required."""
    if since is None:
        return record.sourced_id, BLANK.label("status"), BLANK.label("modified_at")
    return record.sourced_id, record.status, record.modified_at


def rows_of(
    record: Record, columns: Mapping[str, Expression], since: datetime | None
) -> Select[Any]:
    """A select of the file's columns, in their order, of records that belong in the file."""
    statement = select(*head(record, since), *(text_of(column) for column in columns.values()))
    if since is None:
        return statement.where(record.status == "active")
    return statement.where(record.modified_at >= since)


def text_of(column: Expression) -> Expression:
    """OneRoster's text: dates as ISO 8601, booleans in lower case, nothing for null.

    Moments stay what they are: each database would write them in its own way.
    """
    if isinstance(column.type, UtcDateTime):
        return column
    if isinstance(column.type, Boolean):
        return case((column.is_(True), "true"), (column.is_(False), "false"))
    return column if isinstance(column.type, String) else cast(column, String)
