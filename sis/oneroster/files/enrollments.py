"""enrollments.csv: who sits in which section, and who teaches it."""

from collections.abc import Iterable

import polars as pl
from sqlalchemy import Table

from sis.oneroster.keys import Kind
from sis.oneroster.loader import end_records
from sis.oneroster.places import PLACE
from sis.oneroster.rows import Rows
from sis.oneroster.rules import ENROLLMENT_ROLES
from sis.oneroster.state import ImportState, pick

_COLUMNS = {
    "sourced_id": "sourcedId",
    "section_id": "section_id",
    "person_id": "person_id",
    "role": "role",
    "is_primary": "primary",
    "begins_on": "beginDate",
    "ends_on": "endDate",
}


class Enrollments:
    tables: tuple[Table, ...] = (PLACE,)
    whole = False

    def check(self, rows: Rows, state: ImportState) -> None:
        rows.required("classSourcedId", "userSourcedId", "role")
        rows.token("role", ENROLLMENT_ROLES, extensible=False, what="role in a class")
        if rows.has("primary"):
            rows.boolean("primary")
        for column in ("beginDate", "endDate"):
            if rows.has(column):
                rows.date(column)
        if rows.has("beginDate") and rows.has("endDate"):
            rows.in_order("beginDate", "endDate")
        for column, kind, prefix, noun in (
            ("classSourcedId", Kind.SECTION, "section", "class"),
            ("userSourcedId", Kind.PERSON, "person", "user"),
        ):
            rows.frame = state.keys.resolve(kind, rows.frame, column, prefix)
            rows.reject(
                pl.col(f"{prefix}_id").is_null(),
                column,
                f"no {noun} has this sourcedId",
                f"Send the {noun} too, or correct the value; a {noun} that was itself rejected "
                "comes in with the next import after it is corrected.",
            )
        if rows.has("schoolSourcedId"):
            _compare_schools(rows, state)

    def load(self, rows: Rows, state: ImportState) -> Iterable[pl.DataFrame]:
        frame = pick(rows.frame, _COLUMNS, status="active", source=state.store.source)
        yield state.store.upsert(PLACE, frame).select("line", "outcome")
        _note_attendance(rows, state)

    def end(self, gone: pl.DataFrame, state: ImportState) -> Iterable[pl.DataFrame]:
        return end_records(self.tables, gone, state)


def _compare_schools(rows: Rows, state: ImportState) -> None:
    organizations = state.keys.known(Kind.ORGANIZATION).select(
        schoolSourcedId="sourced_id", named_id="id"
    )
    named = rows.frame.select("schoolSourcedId").join(
        organizations, on="schoolSourcedId", how="left", maintain_order="left"
    )["named_id"]
    differs = (rows.frame["section_school_id"] != named).fill_null(False)
    rows.warn(pl.lit(differs), "schoolSourcedId is not the class's school; the class decides")


def _note_attendance(rows: Rows, state: ImportState) -> None:
    """Remember students at schools where nothing else of this set enrols them."""
    begins = pl.col("beginDate") if rows.has("beginDate") else pl.lit(None, pl.String)
    ends = pl.col("endDate") if rows.has("endDate") else pl.lit(None, pl.String)
    students = rows.frame.filter(pl.col("role") == "student").select(
        "person_id",
        school_id="section_school_id",
        track="section_track",
        begins_on=begins,
        ends_on=ends,
    )
    state.note_attendance(students)
