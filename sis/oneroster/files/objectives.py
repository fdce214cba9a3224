"""lineItemLearningObjectiveIds.csv and resultLearningObjectiveIds.csv.

Our line items and results hold their learning objectives themselves, as the REST binding writes
them; a row of these files is one of a record's. A bulk file says all objectives of the records that
it names, a delta adds to them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import Table

from sis.oneroster.grading import LINE_ITEM, RESULT, decimal, take_turn
from sis.oneroster.rows import Rows
from sis.oneroster.rules import OBJECTIVE_SOURCE, group_objectives, list_objectives
from sis.oneroster.state import ImportState
from sis.oneroster.store import Outcome

_KEY = ("source", "learningObjectiveId")
_SCORES = ("score", "textScore")


class Objectives:
    """Those of one table's records; ``column`` names the record."""

    tables: tuple[Table, ...] = ()
    whole = True

    def __init__(self, table: Table, column: str, noun: str) -> None:
        self._table = table
        self._column = column
        self._noun = noun

    def check(self, rows: Rows, state: ImportState) -> None:
        take_turn(state)
        rows.required(self._column, *_KEY)
        rows.reject(
            ~pl.col("source").str.contains(OBJECTIVE_SOURCE),
            "source",
            "it is not case, unknown or a path such as /source",
        )
        decimal(rows, "score")
        columns = ["id", "sourced_id", "objectives"]
        old = state.store.bulk.fetch(
            self._table, columns, "sourced_id", rows.frame[self._column]
        ).rename({"sourced_id": self._column})
        rows.frame = rows.frame.join(old, on=self._column, how="left", maintain_order="left")
        rows.reject(
            pl.col("id").is_null(),
            self._column,
            f"no {self._noun} has this sourcedId",
            f"Send the {self._noun} too, or correct the value.",
        )
        again = ~pl.struct(self._column, *_KEY).is_first_distinct()
        rows.reject(again, _KEY[1], f"the {self._noun} has this objective before")

    def load(self, rows: Rows, state: ImportState) -> Iterable[pl.DataFrame]:
        found = list(self._records(rows))
        changed = [(key, old, new) for key, old, new in found if _read(old) != _read(new)]
        if changed:
            schema = {"id": pl.Int64, "was": pl.String, "objectives": pl.String}
            frame = pl.DataFrame(changed, schema=schema, orient="row")
            new = frame.select("id", "objectives")
            state.store.set_columns(self._table, new, "id", frame.select("id", objectives="was"))
        differs = pl.col("id").is_in([key for key, _old, _new in changed])
        yield rows.frame.select("line", outcome=differs.cast(pl.Int8) * int(Outcome.CHANGED))

    def end(self, gone: pl.DataFrame, state: ImportState) -> Iterable[pl.DataFrame]:
        """The rows' own ids are not kept, so that none can be told by its id."""
        yield gone.select("line", outcome=pl.lit(0, pl.Int8), known=pl.lit(value=False))

    def _records(self, rows: Rows) -> Iterator[tuple[int, str | None, str]]:
        """Of each record its key, and its objectives as they are and as they are to be."""
        names = [name for name in (*_KEY, *_SCORES) if rows.has(name)]
        for _id, part in rows.frame.group_by("id", maintain_order=True):
            old: str | None = part["objectives"][0]
            before = list_objectives(_read(old)) if rows.summary.mode == "delta" else []
            sent: Sequence[Mapping[str, Any]] = part.select(names).to_dicts()
            scored = self._table is RESULT
            yield part["id"][0], old, json.dumps(group_objectives([*before, *sent], scored=scored))


def _read(text: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text or "null") or []
    return found


LINE_ITEM_OBJECTIVES = Objectives(LINE_ITEM, "lineItemSourcedId", "line item")
RESULT_OBJECTIVES = Objectives(RESULT, "resultSourcedId", "result")
