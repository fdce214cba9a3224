"""Which tables are counted while they are written, and counting a bulk load of one at once.

Triggers count (see ``rest.models.ListTally``). On SQLite they do so row by row, which would be a
fifth of the time of an import.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import polars as pl
from sqlalchemy.engine.interfaces import DBAPICursor

BLOCK = 5_000
"""Keys to a block; the triggers divide by the same number."""


@dataclass(frozen=True)
class Tallied:
    """A table is counted by status, by ``key`` in blocks, and by ``kind`` if it has one."""

    key: str = "id"
    kind: str | None = None


TALLIED: Mapping[str, Tallied] = {
    "section_enrollment": Tallied(kind="role"),
    "person": Tallied(),
    "demographics": Tallied(key="person_id"),
    "section": Tallied(),
    "line_item": Tallied(),
    "result": Tallied(),
    "assessment_result": Tallied(),
}
_ADD = """
INSERT INTO list_tally (table_name, status, kind, block, part, amount) VALUES (?, ?, ?, ?, 0, ?)
ON CONFLICT (table_name, status, kind, block, part)
DO UPDATE SET amount = amount + excluded.amount
"""


@contextmanager
def counted_at_once(cursor: DBAPICursor, table: str, frame: pl.DataFrame) -> Iterator[None]:
    """SQLite: the block inserts the frame into the table, without its trigger for inserted rows.

    Whatever fails inside must roll the transaction back, which brings the trigger back too.
    """
    tallied = TALLIED.get(table)
    if tallied is None or frame.is_empty():
        yield
        return
    name = f"tally_{table}_insert"
    cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?", [name])
    found = cursor.fetchone()
    assert found is not None, f"{table} has lost its trigger {name}"
    cursor.execute(f"DROP TRIGGER {name}")
    yield
    cursor.execute(found[0])
    cursor.executemany(_ADD, _amounts(table, tallied, frame).rows())


def _amounts(table: str, tallied: Tallied, frame: pl.DataFrame) -> pl.DataFrame:
    kind = pl.lit("") if tallied.kind is None else pl.col(tallied.kind)
    groups = frame.group_by("status", kind.alias("kind"), pl.col(tallied.key) // BLOCK).len()
    return groups.select(pl.lit(table), "status", "kind", tallied.key, "len")
