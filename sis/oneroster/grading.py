"""What the files of the gradebook have in common on their way in."""

from datetime import timedelta
from typing import cast

import polars as pl
from sqlalchemy import Table

from sis.gradebook.models import Category, LineItem, Result, ScoreScale
from sis.gradebook.queries import last_modified_at, wait_for_others
from sis.oneroster.keys import Kind
from sis.oneroster.rows import Rows
from sis.oneroster.state import ImportState

CATEGORY = cast(Table, Category.__table__)
SCORE_SCALE = cast(Table, ScoreScale.__table__)
LINE_ITEM = cast(Table, LineItem.__table__)
RESULT = cast(Table, Result.__table__)
_STEP = timedelta(milliseconds=1)


def take_turn(state: ImportState) -> None:
    """Nobody else writes the gradebook until the import ends, and what it writes is later than
    all that is there: else whoever reads what changed since the last time would miss it.
    """
    if state.grading:
        return
    state.grading = True
    store = state.store
    store.bulk.settle()
    wait_for_others(store.session)
    last = [last_modified_at(store.session, m) for m in (Category, ScoreScale, LineItem, Result)]
    store.now = max([store.now, *(at + _STEP for at in last if at is not None)])


def decimal(rows: Rows, *columns: str) -> None:
    """Numbers; anything else is refused."""
    for column in columns:
        if rows.has(column):
            number = pl.col(column).cast(pl.Float64, strict=False)
            bad = pl.col(column).is_not_null() & ~number.is_finite().fill_null(False)
            rows.reject(bad, column, "it is not a number")
            rows.frame = rows.frame.with_columns(number)


def refer(rows: Rows, state: ImportState, column: str, kind: Kind, prefix: str, noun: str) -> None:
    """Join what ``column`` must refer to; refuse the rows that refer to nothing."""
    rows.frame = state.keys.resolve(kind, rows.frame, column, prefix)
    rows.reject(
        pl.col(f"{prefix}_id").is_null(),
        column,
        f"no {noun} has this sourcedId",
        f"Send the {noun} too, or correct the value.",
    )


def refer_if_known(rows: Rows, state: ImportState, column: str, kind: Kind, prefix: str) -> None:
    """Join what ``column`` may refer to; what is unknown is left out."""
    if not rows.has(column):
        return
    rows.frame = state.keys.resolve(kind, rows.frame, column, prefix)
    lost = pl.col(column).is_not_null() & pl.col(f"{prefix}_id").is_null()
    rows.warn(lost, f"{column} is unknown; it was left out")
