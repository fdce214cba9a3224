"""scoreScales.csv: how one way of scoring translates into another, for a class."""

import json
from collections.abc import Iterable

import polars as pl
from sqlalchemy import Table

from sis.oneroster.grading import SCORE_SCALE, refer, refer_if_known, take_turn
from sis.oneroster.keys import Kind
from sis.oneroster.loader import end_records
from sis.oneroster.rows import Rows
from sis.oneroster.rules import scale_pairs
from sis.oneroster.state import ImportState, pick

_COLUMNS = {
    "sourced_id": "sourcedId",
    "title": "title",
    "type": "type",
    "section_id": "section_id",
    "course_id": "course_id",
    "pairs": "pairs",
}


class ScoreScales:
    tables: tuple[Table, ...] = (SCORE_SCALE,)
    whole = False

    def check(self, rows: Rows, state: ImportState) -> None:
        take_turn(state)
        rows.required("title", "type", "classSourcedId", "scoreScaleValue")
        rows.frame = rows.frame.with_columns(
            pairs=pl.col("scoreScaleValue").map_elements(_pairs, pl.String)
        )
        rows.reject(
            pl.col("pairs").is_null(),
            "scoreScaleValue",
            "it is not a list such as {90-100:A},{80-89:B}",
        )
        refer(rows, state, "classSourcedId", Kind.SECTION, "section", "class")
        refer_if_known(rows, state, "courseSourcedId", Kind.COURSE, "course")

    def load(self, rows: Rows, state: ImportState) -> Iterable[pl.DataFrame]:
        frame = pick(rows.frame, _COLUMNS, status="active", source=state.store.source)
        written = state.store.upsert(SCORE_SCALE, frame)
        state.keys.add(Kind.SCORE_SCALE, written)
        yield written.select("line", "outcome")

    def end(self, gone: pl.DataFrame, state: ImportState) -> Iterable[pl.DataFrame]:
        take_turn(state)
        return end_records(self.tables, gone, state)


def _pairs(text: str) -> str | None:
    """As the column holds them."""
    found = scale_pairs(text)
    return json.dumps([{"left": left, "right": right} for left, right in found]) if found else None
