"""lineItems.csv: the pieces of work that classes are graded on."""

from collections.abc import Iterable
from datetime import datetime

import polars as pl
from sqlalchemy import Table

from sis.oneroster.grading import LINE_ITEM, RESULT, decimal, refer, refer_if_known, take_turn
from sis.oneroster.keys import Kind
from sis.oneroster.rows import Rows
from sis.oneroster.state import ImportState, pick

_DATES = {"assignDate": "metadata.assignedAt", "dueDate": "metadata.dueAt"}
_COLUMNS = {
    "sourced_id": "sourcedId",
    "title": "title",
    "description": "description",
    "assigned_at": "assignDate",
    "due_at": "dueDate",
    "section_id": "section_id",
    "category_id": "category_id",
    "grading_period_id": "period_id",
    "session_id": "session_id",
    "minimum": "resultValueMin",
    "maximum": "resultValueMax",
}
_PERIOD = {"1.1": "gradingPeriodSourcedId", "1.2": "metadata.gradingPeriodSourcedId"}


class LineItems:
    tables: tuple[Table, ...] = (LINE_ITEM,)
    whole = False

    def check(self, rows: Rows, state: ImportState) -> None:
        take_turn(state)
        rows.required("title", "assignDate", "dueDate", "classSourcedId", "categorySourcedId")
        rows.date(*_DATES)
        decimal(rows, "resultValueMin", "resultValueMax")
        if rows.has("resultValueMin") and rows.has("resultValueMax"):
            above = pl.col("resultValueMin") > pl.col("resultValueMax")
            rows.reject(above, "resultValueMax", "it is below resultValueMin")
        refer(rows, state, "classSourcedId", Kind.SECTION, "section", "class")
        refer(rows, state, "categorySourcedId", Kind.CATEGORY, "category", "category")
        refer_if_known(rows, state, "academicSessionSourcedId", Kind.SESSION, "session")
        refer_if_known(rows, state, _PERIOD[state.version], Kind.SESSION, "period")
        _name_once(rows)

    def load(self, rows: Rows, state: ImportState) -> Iterable[pl.DataFrame]:
        moments = rows.frame.with_columns(_moment(rows, state, column) for column in _DATES)
        frame = pick(moments, _COLUMNS, status="active", source=state.store.source)
        written = state.store.upsert(LINE_ITEM, frame)
        state.keys.add(Kind.LINE_ITEM, written)
        yield written.select("line", "outcome")

    def end(self, gone: pl.DataFrame, state: ImportState) -> Iterable[pl.DataFrame]:
        """With a line item go its results, as everywhere."""
        take_turn(state)
        store = state.store
        frame = gone.rename({"sourcedId": "sourced_id"})
        items = store.match(LINE_ITEM, frame.select("sourced_id")).old
        yield store.end(LINE_ITEM, frame).select("line", "outcome", "known")
        if items.is_empty() or store.was_empty(RESULT):
            return
        old = store.bulk.fetch(
            RESULT, ["id", "line_item_id", "status"], "line_item_id", items["id"]
        )
        old = old.filter(pl.col("status") == "active")
        if old.height:
            ended = old.select("id", status=pl.lit("tobedeleted"))
            store.set_columns(RESULT, ended, "id", old)


def _name_once(rows: Rows) -> None:
    """A set of ours names a grading period as the session too if there is no other."""
    if rows.has("session_id") and rows.has("period_id"):
        same = pl.col("session_id") == pl.col("period_id")
        rows.frame = rows.frame.with_columns(
            session_id=pl.when(same.fill_null(False)).then(None).otherwise("session_id")
        )


def _moment(rows: Rows, state: ImportState, column: str) -> pl.Expr:
    """The date's beginning in UTC, or the moment on it that a set of ours knows."""
    day = pl.col(column)
    exact = pl.lit(None, pl.String)
    if rows.has(_DATES[column]):
        exact = pl.when(pl.col(_DATES[column]).str.slice(0, 10) == day).then(_DATES[column])
    return (
        pl.coalesce(exact, day + "T00:00:00Z")
        .map_elements(lambda text: state.store.bulk.stamp(datetime.fromisoformat(text)), pl.String)
        .alias(column)
    )
