"""The contract of what takes in one file of a set."""

from collections.abc import Iterable
from typing import Protocol

import polars as pl
from sqlalchemy import Table

from sis.oneroster.rows import Rows
from sis.oneroster.state import ImportState


class FileLoader(Protocol):
    """``tables`` are those whose records have the file's own sourcedIds.

    ``whole`` files are small and refer to themselves: they come as one chunk.
    """

    tables: tuple[Table, ...]
    whole: bool

    def check(self, rows: Rows, state: ImportState) -> None:
        """Refuse the rows that cannot be kept, with reasons; mend and warn about others."""

    def load(self, rows: Rows, state: ImportState) -> Iterable[pl.DataFrame]:
        """Store all rows that are left. Yields frames of (line, outcome), several per row if
        it makes several records.
        """

    def end(self, gone: pl.DataFrame, state: ImportState) -> Iterable[pl.DataFrame]:
        """Mark the records of a frame (line, sourcedId) as deleted: (line, outcome, known)."""


def end_records(
    tables: Iterable[Table], gone: pl.DataFrame, state: ImportState
) -> Iterable[pl.DataFrame]:
    """The ordinary ``end``: in whichever of the tables the record is."""
    frame = gone.rename({"sourcedId": "sourced_id"})
    for table in tables:
        yield state.store.end(table, frame).select("line", "outcome", "known")
