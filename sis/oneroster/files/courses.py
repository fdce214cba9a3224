"""courses.csv."""

from collections.abc import Iterable
from typing import cast

import polars as pl
from sqlalchemy import Table

from sis.courses.models import Course
from sis.oneroster.keys import Kind
from sis.oneroster.loader import end_records
from sis.oneroster.rows import Rows
from sis.oneroster.state import ImportState, pick

COURSE = cast(Table, Course.__table__)
_COLUMNS = {
    "sourced_id": "sourcedId",
    "title": "title",
    "code": "courseCode",
    "grades": "grades",
    "subjects": "subjects",
    "subject_codes": "subjectCodes",
    "organization_id": "organization_id",
    "session_id": "session_id",
}


class Courses:
    tables: tuple[Table, ...] = (COURSE,)
    whole = False

    def check(self, rows: Rows, state: ImportState) -> None:
        rows.required("title")
        for column, kind, prefix in (
            ("orgSourcedId", Kind.ORGANIZATION, "organization"),
            ("schoolYearSourcedId", Kind.SESSION, "session"),
        ):
            if rows.has(column):
                rows.frame = state.keys.resolve(kind, rows.frame, column, prefix)
                lost = pl.col(column).is_not_null() & pl.col(f"{prefix}_id").is_null()
                rows.warn(lost, f"{column} is unknown; it was left out")

    def load(self, rows: Rows, state: ImportState) -> Iterable[pl.DataFrame]:
        frame = pick(rows.frame, _COLUMNS, status="active", source=state.store.source)
        written = state.store.upsert(COURSE, frame)
        state.keys.add(Kind.COURSE, written)
        yield written.select("line", "outcome")

    def end(self, gone: pl.DataFrame, state: ImportState) -> Iterable[pl.DataFrame]:
        return end_records(self.tables, gone, state)
