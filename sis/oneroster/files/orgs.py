"""orgs.csv: organizations, and what a school has besides."""

from collections.abc import Callable, Iterable
from typing import TypeVar, cast
from zoneinfo import available_timezones

import polars as pl
from sqlalchemy import Table

from sis.calendars.rules import parse_bell_schedule, parse_day_changes
from sis.oneroster.keys import Kind
from sis.oneroster.loader import end_records
from sis.oneroster.parents import with_parents
from sis.oneroster.rows import Rows
from sis.oneroster.rules import LEVELS, ORGANIZATION_TYPES
from sis.oneroster.state import SCHOOL, ImportState, pick
from sis.organizations.models import Organization, OrganizationType

ORGANIZATION = cast(Table, Organization.__table__)
Found = TypeVar("Found")
_OWN = {
    "sourced_id": "sourcedId",
    "name": "name",
    "type": "type",
    "identifier": "identifier",
    "parent": "parentSourcedId",
}
_SCHOOL = {
    "level": "metadata.level",
    "time_zone": "metadata.timeZone",
    "latitude": "metadata.latitude",
    "longitude": "metadata.longitude",
    "phone": "metadata.phone",
    "address": "metadata.address",
    "cds_code": "metadata.cdsCode",
    "cost_center": "metadata.costCenter",
    "meal_eligible": "metadata.mealEligible",
}


class Orgs:
    tables: tuple[Table, ...] = (ORGANIZATION,)
    whole = True

    def check(self, rows: Rows, state: ImportState) -> None:
        rows.required("name", "type")
        rows.token("type", ORGANIZATION_TYPES, what="type of organization")
        if rows.has("metadata.level"):
            rows.known_or_blank("metadata.level", LEVELS, "level of schools")
        if rows.has("metadata.timeZone"):
            rows.known_or_blank("metadata.timeZone", sorted(available_timezones()), "time zone")
        if rows.has("metadata.latitude"):
            rows.number("metadata.latitude", -90, 90, whole=False)
        if rows.has("metadata.longitude"):
            rows.number("metadata.longitude", -180, 180, whole=False)
        if rows.has("metadata.mealEligible"):
            rows.number("metadata.mealEligible", 0, 100_000)

    def load(self, rows: Rows, state: ImportState) -> Iterable[pl.DataFrame]:
        frame = pick(rows.frame, _OWN, status="active", source=state.store.source)
        matched = state.store.match(ORGANIZATION, frame)
        frame = _with_esc(with_parents(rows, state, Kind.ORGANIZATION, matched.frame))
        written = state.store.write(matched.with_frame(frame))
        state.keys.add(Kind.ORGANIZATION, written)
        yield written.select("line", "outcome")
        schools = rows.frame.join(written.select("line", "id", our_type="type"), on="line").filter(
            pl.col("our_type") == OrganizationType.SCHOOL.value
        )
        if schools.height:
            yield _load_schools(schools, state)
            _note_days(rows, schools, state)

    def end(self, gone: pl.DataFrame, state: ImportState) -> Iterable[pl.DataFrame]:
        return end_records(self.tables, gone, state)


def _with_esc(frame: pl.DataFrame) -> pl.DataFrame:
    """OneRoster has no word for an education service center: a local one below a district is."""
    is_esc = (pl.col("type") == "local") & (
        pl.col("parent_type") == OrganizationType.DISTRICT.value
    )
    esc = pl.lit(OrganizationType.ESC.value)
    return frame.with_columns(type=pl.when(is_esc).then(esc).otherwise("type"))


def _load_schools(schools: pl.DataFrame, state: ImportState) -> pl.DataFrame:
    defaults = {"level": "other", "time_zone": state.settings.time_zone}
    frame = pick(schools, {"organization_id": "id", **_SCHOOL})
    frame = frame.with_columns(
        pl.col(name).fill_null(value) for name, value in defaults.items() if name in frame.columns
    )
    written = state.store.upsert(SCHOOL, frame, "organization_id", defaults)
    state.schools.update(written["organization_id"])
    return written.select("line", "outcome")


def _note_days(rows: Rows, schools: pl.DataFrame, state: ImportState) -> None:
    """Remember calendars and bells; they are made when the sessions are there."""
    if "metadata.calendars" in schools.columns:
        lists = schools.select("id", "metadata.calendars").drop_nulls()
        for school_id, text in lists.iter_rows():
            ids = (part.strip() for part in text.split(","))
            state.calendars[school_id] = tuple(filter(None, ids))
    state.bells |= _parsed(rows, schools, "metadata.bellSchedule", parse_bell_schedule)
    state.day_changes |= _parsed(rows, schools, "metadata.calendarChanges", parse_day_changes)


def _parsed(
    rows: Rows, schools: pl.DataFrame, column: str, parse: Callable[[str], Found]
) -> dict[int, Found]:
    """School id to what its text in the column means; one that means nothing is left out."""
    found: dict[int, Found] = {}
    if column in schools.columns:
        for line, school_id, text in schools.select("line", "id", column).drop_nulls().iter_rows():
            try:
                found[school_id] = parse(text)
            except ValueError as error:
                rows.summary.warn(f"{column} was left out: {error}", 1, iter([line]))
    return found
