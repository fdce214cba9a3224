"""Inserting many rows at once."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Insert, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.db import Base

AT_ONCE = 1000

Rows = Sequence[Mapping[str, Any]]


def insert_many(
    session: Session, model: type[Base], rows: Rows, *, returning: Sequence[str] = ()
) -> list[tuple[Any, ...]]:
    """Insert the rows whose unique key nobody has; the columns ``returning`` of those inserted.

    Every row names the same columns. PostgreSQL is handed a thousand rows as one value: taking
    thousands of parameters apart would take several times as long.
    """
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        if session.get_bind().dialect.name == "postgresql":
            found += _as_one_value(session, model, part, returning)
        else:
            found += _row_by_row(session, model, part, returning)
    return found


def _columns(model: type[Base], names: Sequence[str]) -> list[ColumnElement[Any]]:
    return [model.__table__.c[name] for name in names]


def _as_one_value(
    session: Session, model: type[Base], rows: Rows, returning: Sequence[str]
) -> list[tuple[Any, ...]]:
    names = list(rows[0])
    typed = [column(each.name, each.type) for each in _columns(model, names)]
    value = cast(bindparam("rows", type_=Text), postgresql.JSON)
    data = func.json_to_recordset(value).table_valued(*typed)
    named = data.render_derived(name="data", with_types=True)
    statement = postgresql.insert(model).from_select(names, select(named)).on_conflict_do_nothing()
    return _run(session, statement, {"rows": json.dumps(rows, default=_plain)}, model, returning)


def _row_by_row(
    session: Session, model: type[Base], rows: Rows, returning: Sequence[str]
) -> list[tuple[Any, ...]]:
    statement = sqlite.insert(model).on_conflict_do_nothing()
    return _run(session, statement, rows, model, returning)


def _run(
    session: Session,
    statement: Insert,
    parameters: Rows | Mapping[str, Any],
    model: type[Base],
    returning: Sequence[str],
) -> list[tuple[Any, ...]]:
    """On the connection itself: the session has nothing to remember of these rows."""
    if not returning:
        session.connection().execute(statement, parameters)
        return []
    answer = statement.returning(*_columns(model, returning))
    return [tuple(row) for row in session.connection().execute(answer, parameters)]


def _plain(value: Any) -> str:
    """What JSON has no word for."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be inserted")
