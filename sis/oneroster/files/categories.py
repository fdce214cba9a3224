"""categories.csv: kinds of work."""

from collections.abc import Iterable

import polars as pl
from sqlalchemy import Table

from sis.oneroster.grading import CATEGORY, decimal, take_turn
from sis.oneroster.keys import Kind
from sis.oneroster.loader import end_records
from sis.oneroster.rows import Rows
from sis.oneroster.state import ImportState, pick

_COLUMNS = {"sourced_id": "sourcedId", "title": "title", "weight": "weight"}


class Categories:
    tables: tuple[Table, ...] = (CATEGORY,)
    whole = False

    def check(self, rows: Rows, state: ImportState) -> None:
        take_turn(state)
        rows.required("title")
        decimal(rows, "weight")

    def load(self, rows: Rows, state: ImportState) -> Iterable[pl.DataFrame]:
        frame = pick(rows.frame, _COLUMNS, status="active", source=state.store.source)
        written = state.store.upsert(CATEGORY, frame)
        state.keys.add(Kind.CATEGORY, written)
        yield written.select("line", "outcome")

    def end(self, gone: pl.DataFrame, state: ImportState) -> Iterable[pl.DataFrame]:
        take_turn(state)
        return end_records(self.tables, gone, state)
