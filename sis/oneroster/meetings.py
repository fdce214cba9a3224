"""The terms and periods of sections: sets that belong to a section, kept in step with the source.

A period that a section no longer meets in ends today and is not deleted: what happened in it
stays explained.
"""

from collections.abc import Iterator
from typing import cast

import polars as pl
from sqlalchemy import Table

from sis.courses.models import SectionMeeting, SectionTerm
from sis.oneroster.state import ImportState
from sis.oneroster.store import Change, Outcome, Store

TERM = cast(Table, SectionTerm.__table__)
MEETING = cast(Table, SectionMeeting.__table__)


def sync_terms(state: ImportState, sections: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Make the sections' terms those of ``terms`` (line, term_id): (line, outcome)."""
    store = state.store
    wanted = sections.join(terms, on="line").select(section_id="id", session_id="term_id")
    old = _of_known_sections(store, TERM, sections, ["section_id", "session_id"])
    added = wanted.join(old, on=["section_id", "session_id"], how="anti")
    removed = old.join(wanted, on=["section_id", "session_id"], how="anti")
    store.bulk.insert(TERM, added)
    if removed.height:
        store.bulk.delete(TERM, removed)
    return _outcome(store, TERM, "session_id", sections, old, added, removed)


def sync_meetings(
    state: ImportState, sections: pl.DataFrame, periods: pl.DataFrame
) -> pl.DataFrame:
    """Make the sections meet in ``periods`` (line, comma list) from today: (line, outcome)."""
    store, today = state.store, state.today.isoformat()
    wanted = (
        sections.select("line", section_id="id")
        .join(periods.drop_nulls(), on="line")
        .select("section_id", period=pl.col("periods").str.split(","))
        .explode("period")
        .with_columns(pl.col("period").str.strip_chars())
        .filter(pl.col("period") != "")
        .unique(maintain_order=True)
    )
    rows = _of_known_sections(
        store, MEETING, sections, ["id", "section_id", "period", "begins_on", "ends_on"]
    )
    old = rows.filter(pl.col("ends_on").is_null() | (pl.col("ends_on") > today))
    added = wanted.join(old, on=["section_id", "period"], how="anti")
    removed = old.join(wanted, on=["section_id", "period"], how="anti")
    met_before = pl.col("section_id").is_in(rows["section_id"].implode())
    store.insert(MEETING, added.with_columns(begins_on=pl.when(met_before).then(pl.lit(today))))
    _end(store, removed, today)
    return _outcome(store, MEETING, "period", sections, old, added, removed)


def _end(store: Store, meetings: pl.DataFrame, today: str) -> None:
    if meetings.is_empty():
        return
    begun = pl.col("begins_on").is_null() | (pl.col("begins_on") < today)
    ended = meetings.filter(begun).select("id", ends_on=pl.lit(today))
    store.bulk.update(MEETING, ended, "id")
    store.bulk.delete(MEETING, meetings.filter(~begun).select("id"))


def _of_known_sections(
    store: Store, table: Table, sections: pl.DataFrame, columns: list[str]
) -> pl.DataFrame:
    known = sections.filter(pl.col("outcome") != int(Outcome.NEW))
    return store.bulk.fetch(table, columns, "section_id", known["id"])


def _outcome(
    store: Store,
    table: Table,
    value: str,
    sections: pl.DataFrame,
    old: pl.DataFrame,
    added: pl.DataFrame,
    removed: pl.DataFrame,
) -> pl.DataFrame:
    """Which sections differ, with an audit row for each that was known before."""
    touched = pl.concat([added.select("section_id"), removed.select("section_id")]).unique()
    known = sections.filter(pl.col("outcome") != int(Outcome.NEW)).join(
        touched, left_on="id", right_on="section_id", how="semi"
    )

    def changes() -> Iterator[Change]:
        before = _sets(old, value)
        plus, minus = _sets(added, value), _sets(removed, value)
        for section in known["id"]:
            was = before.get(section, set())
            now = (was | plus.get(section, set())) - minus.get(section, set())
            yield section, {table.name: sorted(was)}, {table.name: sorted(now)}

    if known.height:
        store.record(table, changes())
    return known.select("line", outcome=pl.lit(int(Outcome.CHANGED), pl.Int8))


def _sets(frame: pl.DataFrame, value: str) -> dict[int, set[str | int]]:
    found: dict[int, set[str | int]] = {}
    for section, item in frame.select("section_id", value).iter_rows():
        found.setdefault(section, set()).add(item)
    return found
