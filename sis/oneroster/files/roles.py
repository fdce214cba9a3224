"""roles.csv (1.2): a student's role at a school is an enrolment there; all others are roles."""

from collections.abc import Iterable

import polars as pl
from sqlalchemy import Table

from sis.oneroster.keys import Kind
from sis.oneroster.loader import end_records
from sis.oneroster.places import (
    ENROLLMENT,
    ENROLLMENT_DEFAULTS,
    ENROLLMENT_METADATA,
    ROLE,
    check_enrollment_metadata,
)
from sis.oneroster.rows import Rows
from sis.oneroster.rules import ATTENDING, ROLE_TYPES, ROLES, derived_id
from sis.oneroster.state import ImportState, pick

_DATES = {"begins_on": "beginDate", "ends_on": "endDate"}


class Roles:
    tables: tuple[Table, ...] = (ROLE, ENROLLMENT)
    whole = False

    def check(self, rows: Rows, state: ImportState) -> None:
        rows.required("userSourcedId", "role", "orgSourcedId")
        rows.token("role", ROLES, what="role")
        if not rows.has("roleType"):
            rows.frame = rows.frame.with_columns(roleType=pl.lit(None, pl.String))
        rows.warn(pl.col("roleType").is_null(), "roleType is blank; taken as primary")
        rows.frame = rows.frame.with_columns(pl.col("roleType").fill_null("primary"))
        rows.token("roleType", ROLE_TYPES, extensible=False, what="type of role")
        for column in ("beginDate", "endDate"):
            if rows.has(column):
                rows.date(column)
        if rows.has("beginDate") and rows.has("endDate"):
            rows.in_order("beginDate", "endDate")
        check_enrollment_metadata(rows)
        _resolve(rows, state)
        _name_derived(rows)

    def load(self, rows: Rows, state: ImportState) -> Iterable[pl.DataFrame]:
        at_school = pl.col("organization_id").is_in(list(state.schools))
        is_enrollment = (pl.col("role") == "student") & at_school
        enrollments, roles = rows.frame.filter(is_enrollment), rows.frame.filter(~is_enrollment)
        if enrollments.height:
            yield _store_enrollments(enrollments, state)
            yield _retire(ROLE, enrollments, state)
        if roles.height:
            yield _store_roles(roles, state)
            yield _retire(ENROLLMENT, roles, state)

    def end(self, gone: pl.DataFrame, state: ImportState) -> Iterable[pl.DataFrame]:
        return end_records(self.tables, gone, state)


def _resolve(rows: Rows, state: ImportState) -> None:
    rows.frame = state.keys.resolve(Kind.PERSON, rows.frame, "userSourcedId", "person")
    rows.reject(
        pl.col("person_id").is_null(),
        "userSourcedId",
        "no user has this sourcedId",
        "Send the user in users.csv, or correct the value.",
    )
    rows.frame = state.keys.resolve(Kind.ORGANIZATION, rows.frame, "orgSourcedId", "organization")
    rows.reject(
        pl.col("organization_id").is_null(),
        "orgSourcedId",
        "no organization has this sourcedId",
        "Send the organization in orgs.csv, or correct the value.",
    )
    primary = rows.frame.filter(pl.col("roleType") == "primary")
    if primary.select("userSourcedId", "orgSourcedId").is_duplicated().any():
        again = primary.select("userSourcedId", "orgSourcedId").is_duplicated()
        lines = primary["line"].filter(again)
        rows.summary.warn("a user has two primary roles at one place", lines.len(), iter(lines))


def _name_derived(rows: Rows) -> None:
    """An enrolment that our export says was derived gets the id that it has with us."""
    if not rows.has("metadata.derived"):
        return
    derived = derived_id("{}", "{}")
    ends = ("userSourcedId", "orgSourcedId")
    origin = pl.col("metadata.derived")
    rows.frame = rows.frame.with_columns(
        sourcedId=pl.when(origin == "org")
        .then(pl.format(derived, *ends))
        .when(origin == "class")
        .then(pl.format(derived + ATTENDING, *ends))
        .otherwise("sourcedId")
    )


def _store_enrollments(rows: pl.DataFrame, state: ImportState) -> pl.DataFrame:
    frame = pick(
        rows.with_columns(is_primary=(pl.col("roleType") == "primary").cast(pl.Int8)),
        {
            "sourced_id": "sourcedId",
            "person_id": "person_id",
            "school_id": "organization_id",
            "grade": "person_grade",
            "is_primary": "is_primary",
            **_DATES,
            **ENROLLMENT_METADATA,
        },
        status="active",
        source=state.store.source,
    )
    state.enrolled.append(frame.select("person_id", "school_id"))
    written = state.store.upsert(ENROLLMENT, frame, defaults=ENROLLMENT_DEFAULTS)
    return written.select("line", "outcome")


def _store_roles(rows: pl.DataFrame, state: ImportState) -> pl.DataFrame:
    frame = pick(
        rows,
        {
            "sourced_id": "sourcedId",
            "person_id": "person_id",
            "organization_id": "organization_id",
            "role": "role",
            "role_type": "roleType",
            **_DATES,
        },
        status="active",
        source=state.store.source,
    )
    return state.store.upsert(ROLE, frame).select("line", "outcome")


def _retire(table: Table, rows: pl.DataFrame, state: ImportState) -> pl.DataFrame:
    """A row that turned from a role into an enrolment, or back, leaves no record of the other."""
    frame = rows.select("line", sourced_id="sourcedId")
    return state.store.end(table, frame).select("line", "outcome")
