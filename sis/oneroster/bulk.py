"""Moving frames in and out of tables, set by set, in the session's own transaction.

A frame holds strings, Int64, Float64, and Int8 for booleans; dates and times are ISO strings. That
is what both databases take and give without a detour through Python objects: PostgreSQL by COPY,
SQLite by executemany.
"""

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

import polars as pl
from psycopg import Connection, sql
from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, Table
from sqlalchemy.orm import Session

from core.db import UtcDateTime
from sis.oneroster.tallied import counted_at_once

_LEFT_FREE = 1000
_ONE_IMPORT = 2015_01_12  # the number of the lock is ours to choose


class Bulk(Protocol):
    """What an import needs of a database."""

    def settle(self) -> None:
        """Wait until the rows are in the table and the session may be used."""

    def wait_for_others(self) -> None:
        """Until the end of the transaction no other import runs."""

    def stamp(self, moment: datetime) -> str:
        """The moment as the tables hold it."""

    def is_empty(self, table: Table) -> bool:
        """Whether the table has no row at all."""

    def reserve(self, table: Table, count: int) -> int:
        """The first of ``count`` successive new ids."""

    def insert(self, table: Table, frame: pl.DataFrame) -> None:
        """Add the rows; the frame's columns are the table's."""

    def update(self, table: Table, frame: pl.DataFrame, key: str) -> None:
        """Set the frame's columns in the rows with its ``key``."""

    def delete(self, table: Table, frame: pl.DataFrame) -> None:
        """Remove the rows that equal the frame's in all of its columns (no nulls)."""

    def fetch(
        self, table: Table, columns: Sequence[str], key: str, values: pl.Series
    ) -> pl.DataFrame:
        """The columns of the rows whose ``key`` is among ``values``."""


def bulk(session: Session) -> Bulk:
    """The one for the session's database."""
    raw = session.connection().connection.driver_connection
    if isinstance(raw, Connection):
        return PostgresBulk(raw)
    return SqliteBulk(session)


def dtype(column: Column[object]) -> pl.DataType:
    """How a frame holds the column."""
    kind = column.type
    if isinstance(kind, Boolean):
        return pl.Int8()
    if isinstance(kind, Integer | BigInteger):
        return pl.Int64()
    if isinstance(kind, Float):
        return pl.Float64()
    return pl.String()


def _schema(table: Table, columns: Sequence[str]) -> dict[str, pl.DataType]:
    return {name: dtype(table.c[name]) for name in columns}


class PostgresBulk:
    def __init__(self, connection: Connection[tuple[object, ...]]) -> None:
        self._connection = connection

    def settle(self) -> None:
        """They always are."""

    def wait_for_others(self) -> None:
        self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (_ONE_IMPORT,))

    def stamp(self, moment: datetime) -> str:
        return moment.astimezone(UTC).isoformat(" ", "microseconds")

    def is_empty(self, table: Table) -> bool:
        query = sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table.name))
        return self._connection.execute(query).fetchone() is None

    def reserve(self, table: Table, count: int) -> int:
        # One call for all: nextval for each of millions takes a fifth of the time of an import.
        # Whoever draws between nextval and setval gets one of the numbers left free below ours.
        query = "SELECT setval(name, nextval(name) + %s) FROM pg_get_serial_sequence(%s, 'id') name"
        row = self._connection.execute(query, (_LEFT_FREE + count, table.name)).fetchone()
        assert row is not None
        return int(str(row[0])) - count + 1

    def insert(self, table: Table, frame: pl.DataFrame) -> None:
        self._copy(table.name, frame)

    def update(self, table: Table, frame: pl.DataFrame, key: str) -> None:
        name = self._stage(table, frame)
        assignments = sql.SQL(", ").join(
            sql.SQL("{0} = s.{0}").format(sql.Identifier(column))
            for column in frame.columns
            if column != key
        )
        self._connection.execute(
            sql.SQL("UPDATE {} AS t SET {} FROM {} AS s WHERE t.{key} = s.{key}").format(
                sql.Identifier(table.name), assignments, name, key=sql.Identifier(key)
            )
        )
        self._connection.execute(sql.SQL("DROP TABLE {}").format(name))

    def delete(self, table: Table, frame: pl.DataFrame) -> None:
        name = self._stage(table, frame)
        same = sql.SQL(" AND ").join(
            sql.SQL("t.{0} = s.{0}").format(sql.Identifier(column)) for column in frame.columns
        )
        self._connection.execute(
            sql.SQL("DELETE FROM {} AS t USING {} AS s WHERE {}").format(
                sql.Identifier(table.name), name, same
            )
        )
        self._connection.execute(sql.SQL("DROP TABLE {}").format(name))

    def fetch(
        self, table: Table, columns: Sequence[str], key: str, values: pl.Series
    ) -> pl.DataFrame:
        keys = values.unique().drop_nulls().to_frame(key)
        name = self._stage(table, keys)
        query = sql.SQL(
            "COPY (SELECT {} FROM {} AS t JOIN {} AS s ON t.{key} = s.{key}) TO STDOUT (FORMAT csv)"
        ).format(
            sql.SQL(", ").join(self._output(table, column) for column in columns),
            sql.Identifier(table.name),
            name,
            key=sql.Identifier(key),
        )
        content = io.BytesIO()
        with self._connection.cursor() as cursor, cursor.copy(query) as copy:
            for part in copy:
                content.write(part)
        self._connection.execute(sql.SQL("DROP TABLE {}").format(name))
        schema = _schema(table, columns)
        if not content.tell():
            return pl.DataFrame(schema=schema)
        return pl.read_csv(content.getvalue(), has_header=False, schema=schema)

    @staticmethod
    def _output(table: Table, column: str) -> sql.Composed:
        kind = table.c[column].type
        form = "t.{}::int" if isinstance(kind, Boolean) else "t.{}"
        if isinstance(kind, UtcDateTime):
            form = "to_char(t.{} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US\"+00:00\"')"
        return sql.SQL(form).format(sql.Identifier(column))

    def _stage(self, table: Table, frame: pl.DataFrame) -> sql.Identifier:
        """A temporary table with the frame in it, for one statement."""
        name = sql.Identifier("import_stage")
        columns = sql.SQL(", ").join(sql.Identifier(column) for column in frame.columns)
        self._connection.execute(
            sql.SQL(
                "CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA"
            ).format(name, columns, sql.Identifier(table.name))
        )
        self._copy("import_stage", frame)
        self._connection.execute(sql.SQL("ANALYZE {}").format(name))
        return name

    def _copy(self, table: str, frame: pl.DataFrame) -> None:
        if frame.is_empty():
            return
        # An unquoted blank is null, a quoted one is an empty string: polars and COPY agree.
        query = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
            sql.Identifier(table),
            sql.SQL(", ").join(sql.Identifier(column) for column in frame.columns),
        )
        with self._connection.cursor() as cursor, cursor.copy(query) as copy:
            for part in frame.iter_slices(100_000):
                copy.write(part.write_csv(include_header=False, line_terminator="\n"))


class SqliteBulk:
    def __init__(self, session: Session) -> None:
        self._cursor = session.connection().connection.cursor()
        # A child may come before its parent within one load; the commit checks them all.
        self._cursor.execute("PRAGMA defer_foreign_keys = ON")
        self._next: dict[str, int] = {}

    def settle(self) -> None:
        """They always are."""

    def wait_for_others(self) -> None:
        """The write lock does that."""

    def stamp(self, moment: datetime) -> str:
        return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")

    def is_empty(self, table: Table) -> bool:
        self._cursor.execute(f'SELECT 1 FROM "{table.name}" LIMIT 1')
        return self._cursor.fetchone() is None

    def reserve(self, table: Table, count: int) -> int:
        # The write lock is ours, so nobody else can draw these.
        if table.name not in self._next:
            self._cursor.execute(f'SELECT coalesce(max(id), 0) + 1 FROM "{table.name}"')
            self._next[table.name] = int(self._cursor.fetchall()[0][0])
        first = self._next[table.name]
        self._next[table.name] += count
        return first

    def insert(self, table: Table, frame: pl.DataFrame) -> None:
        columns = ", ".join(f'"{column}"' for column in frame.columns)
        marks = ", ".join("?" * frame.width)
        with counted_at_once(self._cursor, table.name, frame):
            self._many(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', frame)

    def update(self, table: Table, frame: pl.DataFrame, key: str) -> None:
        columns = [column for column in frame.columns if column != key]
        assignments = ", ".join(f'"{column}" = ?' for column in columns)
        self._many(
            f'UPDATE "{table.name}" SET {assignments} WHERE "{key}" = ?',
            frame.select(*columns, key),
        )

    def delete(self, table: Table, frame: pl.DataFrame) -> None:
        same = " AND ".join(f'"{column}" = ?' for column in frame.columns)
        self._many(f'DELETE FROM "{table.name}" WHERE {same}', frame)

    def fetch(
        self, table: Table, columns: Sequence[str], key: str, values: pl.Series
    ) -> pl.DataFrame:
        selected = ", ".join(f't."{column}"' for column in columns)
        self._cursor.execute(
            f"SELECT {selected} FROM json_each(?) AS k"
            f' CROSS JOIN "{table.name}" AS t ON t."{key}" = k.value',
            [json.dumps(values.unique().drop_nulls().to_list())],
        )
        return pl.DataFrame(self._cursor.fetchall(), schema=_schema(table, columns), orient="row")

    def _many(self, statement: str, frame: pl.DataFrame) -> None:
        for part in frame.iter_slices(50_000):
            self._cursor.executemany(statement, part.rows())
