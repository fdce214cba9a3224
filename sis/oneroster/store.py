"""Writing sets of records so that only what differs is touched, and leaves an audit row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

import polars as pl
from sqlalchemy import Table
from sqlalchemy.orm import Session

from core.audit.actions import record_many
from core.auth.actor import Actor
from core.db import JsonDict
from sis.oneroster.bulk import Bulk, dtype

OLD = "__old"
BOOKKEEPING = frozenset({"id", "modified_at", "import_run_id"})
Change = tuple[object, JsonDict | None, JsonDict | None]


class Outcome(IntEnum):
    """What became of a row; of several records from one row, the highest counts."""

    UNCHANGED = 0
    CHANGED = 1
    NEW = 2


@dataclass(frozen=True)
class Matched:
    """Rows beside the records that they meet.

    ``frame`` has, besides what came in, ``id`` (kept or newly drawn) and ``is_new``; ``old`` holds
    the records that exist, with all their columns.
    """

    table: Table
    key: str
    frame: pl.DataFrame
    old: pl.DataFrame

    def with_frame(self, frame: pl.DataFrame) -> "Matched":
        return Matched(self.table, self.key, frame, self.old)


@dataclass
class Store:
    """The tables during one import."""

    session: Session
    bulk: Bulk
    source: str
    by: Actor
    now: datetime
    run_id: int
    matched: dict[str, int] = field(default_factory=dict)
    taken_over: int = 0
    _empty: dict[str, bool] = field(default_factory=dict)

    def was_empty(self, table: Table) -> bool:
        """Whether the table had no row when the import first came to it."""
        if table.name not in self._empty:
            self._empty[table.name] = self.bulk.is_empty(table)
        return self._empty[table.name]

    def match(self, table: Table, frame: pl.DataFrame, key: str = "sourced_id") -> Matched:
        """Find the records with these keys, each of which is there once, and number the new."""
        old = self._fetch(table, key, frame[key])
        if "id" not in table.c:
            known = pl.col(key).is_in(old[key].implode())
            return Matched(
                table, key, frame.with_columns(pl.col(key).alias("id"), is_new=~known), old
            )
        if old.is_empty():
            first = self.bulk.reserve(table, frame.height) if frame.height else 0
            ids = pl.int_range(first, first + frame.height, dtype=pl.Int64, eager=True)
            return Matched(table, key, frame.with_columns(ids.alias("id"), is_new=True), old)
        frame = frame.join(old.select(key, "id"), on=key, how="left", maintain_order="left")
        frame = frame.with_columns(is_new=pl.col("id").is_null())
        count = int(frame["is_new"].sum())
        if count:
            first = self.bulk.reserve(table, count)
            drawn = pl.col("is_new").cum_sum() + (first - 1)
            frame = frame.with_columns(id=pl.when("is_new").then(drawn).otherwise("id"))
        return Matched(table, key, frame, old)

    def _fetch(self, table: Table, key: str, values: pl.Series) -> pl.DataFrame:
        if self.was_empty(table) or values.is_empty():
            return pl.DataFrame(schema={column.name: dtype(column) for column in table.columns})
        return self.bulk.fetch(table, [column.name for column in table.columns], key, values)

    def write(self, rows: Matched, defaults: Mapping[str, object] | None = None) -> pl.DataFrame:
        """Insert what is new and update what differs; returns ``rows.frame`` with ``outcome``.

        Columns that the table does not have are carried along. ``defaults`` fill what a new
        record needs and the frame does not say.
        """
        columns = [
            name
            for name in rows.frame.columns
            if name in rows.table.c and name not in BOOKKEEPING and name != rows.key
        ]
        new = rows.frame.filter("is_new")
        if new.height:
            extra = {k: v for k, v in (defaults or {}).items() if k not in columns}
            self._insert(rows.table, new.select(*self._keys(rows), *columns), extra)
        self._count(rows)
        if new.height == rows.frame.height:
            return rows.frame.with_columns(outcome=pl.lit(int(Outcome.NEW), pl.Int8))
        changed = self._update(rows, columns)
        outcome = (
            pl.when("is_new")
            .then(int(Outcome.NEW))
            .when(pl.col("id").is_in(changed.implode()))
            .then(int(Outcome.CHANGED))
            .otherwise(int(Outcome.UNCHANGED))
        )
        return rows.frame.with_columns(outcome=outcome.cast(pl.Int8))

    def upsert(
        self,
        table: Table,
        frame: pl.DataFrame,
        key: str = "sourced_id",
        defaults: Mapping[str, object] | None = None,
    ) -> pl.DataFrame:
        """Match and write at once; see there."""
        return self.write(self.match(table, frame, key), defaults)

    def end(self, table: Table, frame: pl.DataFrame, key: str = "sourced_id") -> pl.DataFrame:
        """Mark the records with these keys as deleted; they stay.

        Returns ``frame`` with ``outcome`` and ``known`` (whether there was such a record).
        """
        old = self._fetch(table, key, frame[key])
        active = old.filter(pl.col("status") == "active")
        column = "id" if "id" in old.columns else key
        if active.height:
            ids = active.select(column)
            self.set_columns(table, ids.with_columns(status=pl.lit("tobedeleted")), column, active)
        return frame.with_columns(
            known=pl.col(key).is_in(old[key].implode()),
            outcome=pl.col(key).is_in(active[key].implode()).cast(pl.Int8),
        )

    def set_columns(self, table: Table, frame: pl.DataFrame, key: str, old: pl.DataFrame) -> None:
        """Update the records to the frame's columns, with audit rows; ``old`` is how they are."""
        columns = [name for name in frame.columns if name != key]
        pairs = frame.join(old.select(key, *columns), on=key, suffix=OLD)
        self._audit(table, key, columns, pairs)
        self.bulk.update(table, self._stamped(table, frame), key)

    def insert(self, table: Table, frame: pl.DataFrame) -> None:
        """Add rows that are known to be new, with an ``id`` where the table has one."""
        if "id" in table.c and "id" not in frame.columns and frame.height:
            first = self.bulk.reserve(table, frame.height)
            ids = pl.int_range(first, first + frame.height, dtype=pl.Int64, eager=True)
            frame = frame.with_columns(ids.alias("id"))
        self.bulk.insert(table, self._stamped(table, frame))

    def record(self, table: Table, changes: Iterator[Change]) -> None:
        """Audit rows for changes that were written by other means."""
        self.bulk.settle()
        record_many(
            self.session,
            by=self.by,
            action="import.change",
            subject_type=table.name,
            changes=changes,
            now=self.now,
        )

    def _keys(self, rows: Matched) -> list[str]:
        return [rows.key, "id"] if "id" in rows.table.c else [rows.key]

    def _insert(self, table: Table, frame: pl.DataFrame, extra: Mapping[str, object]) -> None:
        literals = {name: pl.lit(value) for name, value in extra.items()}
        self.bulk.insert(table, self._stamped(table, frame.with_columns(**literals)))

    def _stamped(self, table: Table, frame: pl.DataFrame) -> pl.DataFrame:
        stamps: dict[str, pl.Expr] = {}
        if "modified_at" in table.c:
            stamps["modified_at"] = pl.lit(self.bulk.stamp(self.now))
        if "import_run_id" in table.c:
            stamps["import_run_id"] = pl.lit(self.run_id)
        return frame.with_columns(**stamps)

    def _update(self, rows: Matched, columns: Sequence[str]) -> pl.Series:
        """Update what differs; the ids of it."""
        if not columns:
            return pl.Series(dtype=pl.Int64)
        keys = self._keys(rows)
        pairs = rows.frame.select(*keys, *columns).join(
            rows.old.select(rows.key, *columns), on=rows.key, suffix=OLD
        )
        pairs = pairs.filter(
            pl.any_horizontal(pl.col(name).ne_missing(pl.col(name + OLD)) for name in columns)
        )
        if pairs.is_empty():
            return pl.Series(dtype=pl.Int64)
        if "source" in columns:
            self.taken_over += int((pairs["source"] != pairs["source" + OLD]).sum())
        self._audit(rows.table, keys[-1], columns, pairs)
        self.bulk.update(
            rows.table, self._stamped(rows.table, pairs.select(keys[-1], *columns)), keys[-1]
        )
        return pairs[keys[-1]]

    def _count(self, rows: Matched) -> None:
        if "source" not in rows.old.columns or rows.old.is_empty():
            return
        mine = (pl.col("source") == self.source) & (pl.col("status") == "active")
        own = ~pl.col(rows.key).cast(pl.String).str.contains("|", literal=True)
        count = rows.old.filter(mine & own).height
        self.matched[rows.table.name] = self.matched.get(rows.table.name, 0) + count

    def _audit(self, table: Table, key: str, columns: Sequence[str], pairs: pl.DataFrame) -> None:
        def changes() -> Iterator[Change]:
            for row in pairs.iter_rows(named=True):
                names = [name for name in columns if row[name] != row[name + OLD]]
                before = {name: row[name + OLD] for name in names}
                yield row[key], before, {name: row[name] for name in names}

        self.record(table, changes())
