"""Where the people of a 1.1 set belong: users.orgSourcedIds instead of roles.csv.

The source does not number these places, so their ids are derived from the two ends.
"""

from collections.abc import Iterable, Iterator
from typing import cast

import polars as pl
from sqlalchemy import Table

from sis.enrollment.models import SchoolEnrollment
from sis.oneroster.keys import Kind
from sis.oneroster.rows import Rows
from sis.oneroster.rules import derived_id
from sis.oneroster.state import ImportState, pick
from sis.oneroster.store import Outcome
from sis.people.models import Demographics, Person, PersonRole
from sis.scheduling.models import SectionEnrollment

PERSON = cast(Table, Person.__table__)
ENROLLMENT = cast(Table, SchoolEnrollment.__table__)
ROLE = cast(Table, PersonRole.__table__)
PLACE = cast(Table, SectionEnrollment.__table__)
DEMOGRAPHICS = cast(Table, Demographics.__table__)

ENROLLMENT_METADATA = {
    "track": "metadata.track",
    "required_periods": "metadata.requiredPeriods",
    "entry_code": "metadata.entryCode",
    "leave_code": "metadata.leaveCode",
}
ENROLLMENT_DEFAULTS: dict[str, object] = {"track": "", "is_primary": 1}
_COMMON = {"sourced_id": "place", "person_id": "person_id", "ends_on": "ends_on"}
_ENROLLMENT = {
    **_COMMON,
    "school_id": "organization_id",
    "grade": "grade",
    "is_primary": "is_primary",
    **ENROLLMENT_METADATA,
}
_ROLE = {**_COMMON, "organization_id": "organization_id", "role": "role"}
_DERIVED_ONCE = r"^[^|]+\|[^|]+$"


def check_enrollment_metadata(rows: Rows) -> None:
    """Periods are a number; no track is the one track."""
    if rows.has("metadata.requiredPeriods"):
        rows.number("metadata.requiredPeriods", 0, 20)
    if rows.has("metadata.track"):
        rows.frame = rows.frame.with_columns(pl.col("metadata.track").fill_null(""))


def store_places(rows: Rows, state: ImportState, people: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """School enrolments of students and roles of others, one for each organization: (line,
    outcome). Places that a person no longer has end today.
    """
    check_enrollment_metadata(rows)
    places = _places(rows, state, people)
    at_school = pl.col("organization_id").is_in(list(state.schools))
    is_enrollment = (pl.col("role") == "student") & at_school
    source = {"status": "active", "source": state.store.source}
    enrollments = pick(places.filter(is_enrollment), _ENROLLMENT, **source)
    roles = pick(places.filter(~is_enrollment & pl.col("role").is_not_null()), _ROLE, **source)
    state.enrolled.append(enrollments.select("person_id", "school_id"))
    for table, wanted, defaults in (
        (ENROLLMENT, enrollments, ENROLLMENT_DEFAULTS),
        (ROLE, roles, {"role_type": "primary"}),
    ):
        yield state.store.upsert(table, wanted, defaults=defaults).select("line", "outcome")
        known = people.filter(pl.col("outcome") != int(Outcome.NEW))
        yield from _end_others(
            state, table, known.select("line", person_id="id"), wanted["sourced_id"]
        )


def _places(rows: Rows, state: ImportState, people: pl.DataFrame) -> pl.DataFrame:
    """One row for each person and known organization."""
    rows.warn(pl.col("orgSourcedIds").is_null(), "the user belongs to no organization")
    rows.warn(pl.col("role").is_null(), "role is blank; the user has none")
    listed = (
        rows.frame.with_columns(organization=pl.col("orgSourcedIds").str.split(","))
        .filter(pl.col("organization").is_not_null())
        .with_columns(number=pl.int_ranges(pl.col("organization").list.len()))
        .explode("organization", "number")
        .with_columns(pl.col("organization").str.strip_chars())
        .filter(pl.col("organization") != "")
        .unique(["line", "organization"], keep="first", maintain_order=True)
        .join(people.select("line", person_id="id"), on="line")
    )
    if "grade" not in listed.columns:
        listed = listed.with_columns(grade=pl.lit(None, pl.String))
    found = state.keys.resolve(Kind.ORGANIZATION, listed, "organization", "organization")
    lost = found.filter(pl.col("organization_id").is_null())
    if lost.height:
        rows.summary.warn(
            "an organization is unknown; it was left out", lost.height, iter(lost["line"])
        )
    return found.filter(pl.col("organization_id").is_not_null()).with_columns(
        place=pl.format(derived_id("{}", "{}"), "sourcedId", "organization"),
        is_primary=(pl.col("number") == 0).cast(pl.Int8),
        ends_on=pl.lit(None, pl.String),
    )


def _end_others(
    state: ImportState, table: Table, known: pl.DataFrame, wanted: pl.Series
) -> Iterator[pl.DataFrame]:
    """End today the derived places of these people that their rows no longer name."""
    store = state.store
    if known.is_empty() or store.was_empty(table):
        return
    columns = ["id", "sourced_id", "source", "status", "person_id", "ends_on"]
    gone = store.bulk.fetch(table, columns, "person_id", known["person_id"]).filter(
        pl.col("ends_on").is_null(),
        pl.col("status") == "active",
        pl.col("source") == store.source,
        pl.col("sourced_id").str.contains(_DERIVED_ONCE),
        ~pl.col("sourced_id").is_in(wanted.implode()),
    )
    if gone.is_empty():
        return
    today = pl.lit(state.today.isoformat())
    store.set_columns(table, gone.select("id", ends_on=today), "id", gone)
    yield known.join(gone, on="person_id", how="semi").select(
        "line", outcome=pl.lit(int(Outcome.CHANGED), pl.Int8)
    )


def end_everything_of(gone: pl.DataFrame, state: ImportState) -> None:
    """Mark all that hangs on people who are deleted; else they would still count as students."""
    frame = gone.rename({"sourcedId": "sourced_id"}).select("sourced_id")
    people = state.store.match(PERSON, frame).old.filter(pl.col("status") == "active")
    if people.is_empty():
        return
    for table in (ENROLLMENT, ROLE, PLACE, DEMOGRAPHICS):
        key = "person_id" if table is DEMOGRAPHICS else "id"
        names = list(dict.fromkeys((key, "person_id", "status")))
        old = state.store.bulk.fetch(table, names, "person_id", people["id"])
        old = old.filter(pl.col("status") == "active")
        if old.height:
            ended = old.select(key, status=pl.lit("tobedeleted"))
            state.store.set_columns(table, ended, key, old)
