"""lineItemScoreScales.csv and resultScoreScales.csv: which scale a score is to be read with.

A line item or result has one scale at most, and the link is no record of its own.
"""

from collections.abc import Iterable

import polars as pl
from sqlalchemy import Table

from sis.oneroster.grading import LINE_ITEM, RESULT, refer, take_turn
from sis.oneroster.keys import Kind
from sis.oneroster.rows import Rows
from sis.oneroster.state import ImportState
from sis.oneroster.store import Outcome


class ScaleLinks:
    """The links of one table's records; ``column`` names the record."""

    tables: tuple[Table, ...] = ()
    whole = False

    def __init__(self, table: Table, column: str, noun: str) -> None:
        self._table = table
        self._column = column
        self._noun = noun

    def check(self, rows: Rows, state: ImportState) -> None:
        take_turn(state)
        rows.required(self._column, "scoreScaleSourcedId")
        old = self._known(state, rows.frame[self._column]).rename({"sourced_id": self._column})
        rows.frame = rows.frame.join(old, on=self._column, how="left", maintain_order="left")
        rows.reject(
            pl.col("id").is_null(),
            self._column,
            f"no {self._noun} has this sourcedId",
            f"Send the {self._noun} too, or correct the value.",
        )
        refer(rows, state, "scoreScaleSourcedId", Kind.SCORE_SCALE, "scale", "score scale")
        again = ~pl.col(self._column).is_first_distinct()
        rows.reject(again, self._column, f"the {self._noun} has a score scale already")

    def load(self, rows: Rows, state: ImportState) -> Iterable[pl.DataFrame]:
        yield self._set(state, rows.frame, pl.col("scale_id"))

    def end(self, gone: pl.DataFrame, state: ImportState) -> Iterable[pl.DataFrame]:
        """A link has the id of its record in our sets; by another id, none is known."""
        take_turn(state)
        found = gone.join(
            self._known(state, gone["sourcedId"]).rename({"sourced_id": "sourcedId"}),
            on="sourcedId",
        )
        ended = self._set(state, found, pl.lit(None, pl.Int64))
        yield ended.with_columns(known=pl.lit(value=True))

    def _known(self, state: ImportState, values: pl.Series) -> pl.DataFrame:
        columns = ["id", "sourced_id", "score_scale_id"]
        return state.store.bulk.fetch(self._table, columns, "sourced_id", values)

    def _set(self, state: ImportState, frame: pl.DataFrame, scale: pl.Expr) -> pl.DataFrame:
        """Give the records their scales where they have others: (line, outcome)."""
        new = frame.select("line", "id", was="score_scale_id", score_scale_id=scale)
        differs = pl.col("score_scale_id").ne_missing(pl.col("was"))
        changed = new.filter(differs)
        if changed.height:
            old = changed.select("id", score_scale_id="was")
            state.store.set_columns(self._table, changed.select("id", "score_scale_id"), "id", old)
        return new.select("line", outcome=differs.cast(pl.Int8) * int(Outcome.CHANGED))


LINE_ITEM_SCALES = ScaleLinks(LINE_ITEM, "lineItemSourcedId", "line item")
RESULT_SCALES = ScaleLinks(RESULT, "resultSourcedId", "result")
