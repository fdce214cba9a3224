"""Parents within a file that refers to itself."""

import polars as pl

from sis.oneroster.keys import Kind
from sis.oneroster.rows import Rows
from sis.oneroster.rules import ids_in_a_circle
from sis.oneroster.state import ImportState


def with_parents(rows: Rows, state: ImportState, kind: Kind, frame: pl.DataFrame) -> pl.DataFrame:
    """Add ``parent_id`` and ``parent_type`` for the sourcedId in ``parent``.

    A parent may stand anywhere in the file, or be in the tables. One that is unknown, or that
    makes the record its own ancestor, is left out with a warning.
    """
    if "parent" not in frame.columns:
        return frame.with_columns(parent_type=pl.lit(None, pl.String))
    here = frame.select(parent="sourced_id", parent_id="id", parent_type="type")
    found = frame.join(here, on="parent", how="left", maintain_order="left")
    absent = found.filter(pl.col("parent").is_not_null() & pl.col("parent_id").is_null())
    stored = state.keys.resolve(kind, absent.select("line", "parent"), "parent", "stored")
    found = found.join(
        stored.select("line", "stored_id", "stored_type"),
        on="line",
        how="left",
        maintain_order="left",
    ).with_columns(
        parent_id=pl.coalesce("parent_id", "stored_id"),
        parent_type=pl.coalesce("parent_type", "stored_type"),
    )
    lost = found.filter(pl.col("parent").is_not_null() & pl.col("parent_id").is_null())
    if lost.height:
        rows.summary.warn("the parent is unknown; it was left out", lost.height, iter(lost["line"]))
    return _without_circles(rows, found)


def _without_circles(rows: Rows, frame: pl.DataFrame) -> pl.DataFrame:
    pairs = frame.select("sourced_id", "parent").drop_nulls()
    circular = ids_in_a_circle(dict(pairs.iter_rows()))
    if not circular:
        return frame
    hit = pl.col("sourced_id").is_in(list(circular))
    lines = frame.filter(hit)["line"]
    rows.summary.warn(
        "its parents lead back to itself; the parent was left out", lines.len(), iter(lines)
    )
    return frame.with_columns(parent_id=pl.when(~hit).then("parent_id"))
