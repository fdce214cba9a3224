"""users.csv: people; in 1.1 also the organizations they belong to."""

from collections.abc import Iterable
from typing import cast

import polars as pl
from sqlalchemy import Table

from sis.oneroster.keys import Kind
from sis.oneroster.loader import end_records
from sis.oneroster.places import end_everything_of, store_places
from sis.oneroster.rows import Rows
from sis.oneroster.rules import GRADES, ROLES, canonical_grades
from sis.oneroster.state import ImportState, pick
from sis.oneroster.store import Outcome
from sis.people.models import Person

PERSON = cast(Table, Person.__table__)
_COLUMNS = {
    "sourced_id": "sourcedId",
    "enabled": "enabledUser",
    "given_name": "givenName",
    "middle_name": "middleName",
    "family_name": "familyName",
    "preferred_given_name": "preferredGivenName",
    "preferred_family_name": "preferredFamilyName",
    "pronouns": "pronouns",
    "username": "username",
    "identifier": "identifier",
    "email": "email",
    "phone": "phone",
    "sms": "sms",
    "grade": "grade",
    "home_language": "metadata.homeLanguage",
    "agent_sourced_ids": "agentSourcedIds",
}


class Users:
    tables: tuple[Table, ...] = (PERSON,)
    whole = False

    def check(self, rows: Rows, state: ImportState) -> None:
        rows.required("givenName", "familyName")
        rows.boolean("enabledUser")
        rows.warn(pl.col("enabledUser").is_null(), "enabledUser is blank; taken as true")
        rows.frame = rows.frame.with_columns(pl.col("enabledUser").fill_null(1))
        if rows.has("role"):
            rows.token("role", ROLES, what="role")
        if rows.has("username"):
            rows.warn(pl.col("username").is_null(), "username is blank")
        if rows.has("grades"):
            _first_grade(rows)

    def load(self, rows: Rows, state: ImportState) -> Iterable[pl.DataFrame]:
        frame = pick(rows.frame, _COLUMNS, status="active", source=state.store.source)
        written = state.store.upsert(PERSON, frame, defaults={"enabled": 1})
        if "grade" not in written.columns:
            written = written.with_columns(grade=pl.lit(None, pl.String))
        state.keys.add(Kind.PERSON, written)
        changed = written.filter(pl.col("outcome") == int(Outcome.CHANGED))
        if changed.height:
            state.regraded.append(changed.select("grade", person_id="id"))
        yield written.select("line", "outcome")
        if rows.has("orgSourcedIds") and rows.has("role"):
            yield from store_places(rows, state, written)

    def end(self, gone: pl.DataFrame, state: ImportState) -> Iterable[pl.DataFrame]:
        end_everything_of(gone, state)
        return end_records(self.tables, gone, state)


def _first_grade(rows: Rows) -> None:
    """A person is in one grade: the first of the list, written as OneRoster writes it."""
    rows.warn(
        pl.col("grades").str.contains(",", literal=True), "several grades; the first was taken"
    )
    rows.frame = rows.frame.with_columns(
        grade=pl.col("grades").str.split(",").list.first().str.strip_chars()
    )
    before = rows.frame["grade"]
    rows.replace("grade", canonical_grades())
    mended = rows.frame["grade"] != before
    rows.warn(pl.lit(mended), "the grade is written in another way")
    rows.warn(
        pl.col("grade").is_not_null() & ~pl.col("grade").is_in(GRADES),
        "the grade is not one of OneRoster's; it was kept as it is",
    )
