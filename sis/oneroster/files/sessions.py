"""academicSessions.csv: school years, semesters, terms and grading periods."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import TypeVar, cast

import polars as pl
from sqlalchemy import Table

from sis.calendars.models import AcademicSession
from sis.calendars.rules import SessionDays
from sis.oneroster.keys import Kind
from sis.oneroster.loader import end_records
from sis.oneroster.parents import with_parents
from sis.oneroster.rows import Rows
from sis.oneroster.rules import SESSION_TYPES
from sis.oneroster.state import ImportState, pick
from sis.oneroster.store import Outcome

SESSION = cast(Table, AcademicSession.__table__)
_COLUMNS = {
    "sourced_id": "sourcedId",
    "title": "title",
    "type": "type",
    "starts_on": "startDate",
    "ends_on": "endDate",
    "school_year": "schoolYear",
    "parent": "parentSourcedId",
}
_DAYS = ("track", "holidays", "minimumDays", "vacations")
Found = TypeVar("Found")


class AcademicSessions:
    tables: tuple[Table, ...] = (SESSION,)
    whole = True

    def check(self, rows: Rows, state: ImportState) -> None:
        rows.required("title", "type", "startDate", "endDate")
        rows.token("type", SESSION_TYPES, what="type of session")
        rows.date("startDate", "endDate")
        rows.in_order("startDate", "endDate", strictly=True)
        if rows.has("schoolYear"):
            rows.number("schoolYear", 1900, 2200)

    def load(self, rows: Rows, state: ImportState) -> Iterable[pl.DataFrame]:
        frame = pick(rows.frame, _COLUMNS, status="active", source=state.store.source)
        matched = state.store.match(SESSION, frame)
        frame = with_parents(rows, state, Kind.SESSION, matched.frame)
        written = state.store.write(matched.with_frame(frame))
        state.keys.add(Kind.SESSION, written)
        touched = written.filter(pl.col("outcome") == int(Outcome.CHANGED))
        state.moved_sessions.extend(touched["id"])
        _note_days(rows, state)
        yield written.select("line", "outcome")

    def end(self, gone: pl.DataFrame, state: ImportState) -> Iterable[pl.DataFrame]:
        return end_records(self.tables, gone, state)


def _note_days(rows: Rows, state: ImportState) -> None:
    """Remember the days that a session's metadata names; bad parts are left out with a warning."""
    columns = [f"metadata.{name}" for name in _DAYS if rows.has(f"metadata.{name}")]
    if not columns:
        return
    for row in rows.frame.select("line", "sourcedId", *columns).iter_rows(named=True):
        texts = {name: row.get(f"metadata.{name}") or "" for name in _DAYS}
        read = partial(_parts, rows, row["line"], texts)
        state.days[row["sourcedId"]] = SessionDays(
            track=texts["track"],
            holidays=read("holidays", date.fromisoformat),
            minimum_days=read("minimumDays", date.fromisoformat),
            vacations=read("vacations", _range),
        )


def _parts(
    rows: Rows, line: int, texts: Mapping[str, str], name: str, parse: Callable[[str], Found]
) -> tuple[Found, ...]:
    found: list[Found] = []
    for part in filter(None, re.split(r"[,\s]+", texts[name])):
        try:
            found.append(parse(part))
        except ValueError:
            rows.summary.warn(
                f"a part of metadata.{name} is not understood; it was left out", 1, iter([line])
            )
    return tuple(found)


def _range(text: str) -> tuple[date, date]:
    begins, _, ends = text.partition("/")
    found = date.fromisoformat(begins), date.fromisoformat(ends)
    if found[0] > found[1]:
        raise ValueError(text)
    return found
