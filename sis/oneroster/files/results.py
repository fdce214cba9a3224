"""results.csv: what students achieved."""

from collections.abc import Iterable

import polars as pl
from sqlalchemy import Table

from sis.oneroster.grading import RESULT, decimal, refer, take_turn
from sis.oneroster.keys import Kind
from sis.oneroster.loader import end_records
from sis.oneroster.rows import Rows
from sis.oneroster.rules import SCORE_STATUSES
from sis.oneroster.state import ImportState, pick

_FLAGS = {
    "in_progress": "inProgress",
    "incomplete": "incomplete",
    "late": "late",
    "missing": "missing",
}
_COLUMNS = {
    "sourced_id": "sourcedId",
    "line_item_id": "item_id",
    "person_id": "person_id",
    "score_status": "scoreStatus",
    "score": "score",
    "scored_on": "scoreDate",
    "comment": "comment",
    "text_score": "textScore",
    **_FLAGS,
}


class Results:
    tables: tuple[Table, ...] = (RESULT,)
    whole = False

    def check(self, rows: Rows, state: ImportState) -> None:
        take_turn(state)
        rows.required("lineItemSourcedId", "studentSourcedId", "scoreStatus", "scoreDate")
        rows.token("scoreStatus", SCORE_STATUSES, what="status of a score")
        rows.date("scoreDate")
        decimal(rows, "score")
        for column in _FLAGS.values():
            if rows.has(column):
                rows.boolean(column)
        refer(rows, state, "lineItemSourcedId", Kind.LINE_ITEM, "item", "line item")
        refer(rows, state, "studentSourcedId", Kind.PERSON, "person", "user")
        if rows.has("classSourcedId"):
            rows.frame = state.keys.resolve(Kind.SECTION, rows.frame, "classSourcedId", "named")
            differs = pl.col("named_id") != pl.col("item_section_id")
            rows.warn(differs, "classSourcedId is not the line item's class; the line item decides")

    def load(self, rows: Rows, state: ImportState) -> Iterable[pl.DataFrame]:
        frame = pick(rows.frame, _COLUMNS, status="active", source=state.store.source)
        yield state.store.upsert(RESULT, frame).select("line", "outcome")

    def end(self, gone: pl.DataFrame, state: ImportState) -> Iterable[pl.DataFrame]:
        take_turn(state)
        return end_records(self.tables, gone, state)
