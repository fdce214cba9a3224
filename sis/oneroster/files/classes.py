"""classes.csv: sections, the terms they run in and the periods they meet in."""

from collections.abc import Iterable
from typing import cast

import polars as pl
from sqlalchemy import Table

from sis.courses.models import Section
from sis.oneroster.keys import Kind
from sis.oneroster.loader import end_records
from sis.oneroster.meetings import sync_meetings, sync_terms
from sis.oneroster.rows import Rows
from sis.oneroster.rules import CLASS_TYPES
from sis.oneroster.state import ImportState, pick

SECTION = cast(Table, Section.__table__)
_COLUMNS = {
    "sourced_id": "sourcedId",
    "title": "title",
    "code": "classCode",
    "class_type": "classType",
    "location": "location",
    "course_id": "course_id",
    "course_sourced_id": "courseSourcedId",
    "school_id": "school_id",
    "track": "metadata.track",
    "seats": "metadata.seats",
    "grades": "grades",
    "subjects": "subjects",
    "subject_codes": "subjectCodes",
    "starts_on": "starts_on",
    "ends_on": "ends_on",
}


class Classes:
    tables: tuple[Table, ...] = (SECTION,)
    whole = False

    def check(self, rows: Rows, state: ImportState) -> None:
        rows.required("title", "schoolSourcedId")
        _check_type(rows)
        if rows.has("metadata.seats"):
            rows.number("metadata.seats", 0, 100_000)
        if rows.has("metadata.track"):
            rows.frame = rows.frame.with_columns(pl.col("metadata.track").fill_null(""))
        rows.frame = state.keys.resolve(Kind.ORGANIZATION, rows.frame, "schoolSourcedId", "school")
        rows.reject(
            pl.col("school_id").is_null(),
            "schoolSourcedId",
            "no organization has this sourcedId",
            "Send the organization in orgs.csv, or correct the value.",
        )
        if rows.has("courseSourcedId"):
            rows.frame = state.keys.resolve(Kind.COURSE, rows.frame, "courseSourcedId", "course")
            rows.warn(pl.col("courseSourcedId").is_null(), "the class names no course")
            rows.warn(
                pl.col("courseSourcedId").is_not_null() & pl.col("course_id").is_null(),
                "the course is unknown; only its sourcedId was kept",
            )

    def load(self, rows: Rows, state: ImportState) -> Iterable[pl.DataFrame]:
        new = state.make_schools(rows.frame["school_id"])
        rows.warn(
            pl.col("school_id").is_in(new.implode()),
            "its school is an organization of another type; that was made a school too",
        )
        terms = _terms(rows, state)
        if terms is not None:
            spans = terms.group_by("line").agg(
                pl.col("term_starts_on").min().alias("starts_on"),
                pl.col("term_ends_on").max().alias("ends_on"),
            )
            rows.frame = rows.frame.join(spans, on="line", how="left", maintain_order="left")
        frame = pick(rows.frame, _COLUMNS, status="active", source=state.store.source)
        written = state.store.upsert(SECTION, frame, defaults={"track": ""})
        if "track" not in written.columns:
            written = written.with_columns(track=pl.lit(""))
        state.keys.add(Kind.SECTION, written)
        yield written.select("line", "outcome")
        if terms is not None:
            yield sync_terms(state, written, terms)
        if rows.has("periods"):
            yield sync_meetings(state, written, rows.frame.select("line", "periods"))

    def end(self, gone: pl.DataFrame, state: ImportState) -> Iterable[pl.DataFrame]:
        return end_records(self.tables, gone, state)


def _check_type(rows: Rows) -> None:
    """What is not a homeroom is scheduled: the only difference that we make."""
    if not rows.has("classType"):
        rows.frame = rows.frame.with_columns(classType=pl.lit("scheduled"))
        return
    kind = pl.col("classType")
    extension = kind.str.starts_with("ext:")
    rows.warn(kind.is_null(), "classType is blank; taken as scheduled")
    rows.warn(extension, "classType is an extension; taken as scheduled")
    rows.frame = rows.frame.with_columns(
        pl.when(kind.is_null() | extension)
        .then(pl.lit("scheduled"))
        .otherwise(kind)
        .alias("classType")
    )
    rows.token("classType", CLASS_TYPES, extensible=False, what="type of class")


def _terms(rows: Rows, state: ImportState) -> pl.DataFrame | None:
    """(line, term_id, term_starts_on, term_ends_on) of known terms; None without the column."""
    if not rows.has("termSourcedIds"):
        return None
    rows.warn(pl.col("termSourcedIds").is_null(), "the class names no term; its dates are open")
    listed = (
        rows.frame.select("line", term=pl.col("termSourcedIds").str.split(","))
        .drop_nulls()
        .explode("term")
        .with_columns(pl.col("term").str.strip_chars())
        .filter(pl.col("term") != "")
        .unique(maintain_order=True)
    )
    found = state.keys.resolve(Kind.SESSION, listed, "term", "term")
    lost = found.filter(pl.col("term_id").is_null())
    if lost.height:
        rows.summary.warn("a term is unknown; it was left out", lost.height, iter(lost["line"]))
    return found.filter(pl.col("term_id").is_not_null())
