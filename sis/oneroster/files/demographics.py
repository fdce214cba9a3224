"""demographics.csv: one row per person, under the person's sourcedId."""

from collections.abc import Iterable

import polars as pl
from sqlalchemy import Table

from sis.oneroster.keys import Kind
from sis.oneroster.places import DEMOGRAPHICS
from sis.oneroster.rows import Rows
from sis.oneroster.rules import SEXES
from sis.oneroster.state import ImportState, pick

_BOOLEANS = {
    "american_indian_or_alaska_native": "americanIndianOrAlaskaNative",
    "asian": "asian",
    "black_or_african_american": "blackOrAfricanAmerican",
    "native_hawaiian_or_other_pacific_islander": "nativeHawaiianOrOtherPacificIslander",
    "white": "white",
    "two_or_more_races": "demographicRaceTwoOrMoreRaces",
    "hispanic_or_latino": "hispanicOrLatinoEthnicity",
}
_COLUMNS = {
    "person_id": "person_id",
    "birth_date": "birthDate",
    "sex": "sex",
    **_BOOLEANS,
    "country_of_birth": "countryOfBirthCode",
    "state_of_birth": "stateOfBirthAbbreviation",
    "city_of_birth": "cityOfBirth",
    "public_school_residence_status": "publicSchoolResidenceStatus",
}


class DemographicsFile:
    tables: tuple[Table, ...] = ()
    whole = False

    def check(self, rows: Rows, state: ImportState) -> None:
        if rows.has("birthDate"):
            rows.date("birthDate")
        if rows.has("sex"):
            rows.token("sex", SEXES, what="sex in OneRoster")
        for column in _BOOLEANS.values():
            if rows.has(column):
                rows.boolean(column)
        rows.frame = state.keys.resolve(Kind.PERSON, rows.frame, "sourcedId", "person")
        rows.reject(
            pl.col("person_id").is_null(),
            "sourcedId",
            "no user has this sourcedId",
            "Send the user in users.csv, or correct the value.",
        )

    def load(self, rows: Rows, state: ImportState) -> Iterable[pl.DataFrame]:
        frame = pick(rows.frame, _COLUMNS, status="active")
        yield state.store.upsert(DEMOGRAPHICS, frame, "person_id").select("line", "outcome")

    def end(self, gone: pl.DataFrame, state: ImportState) -> Iterable[pl.DataFrame]:
        found = state.keys.resolve(Kind.PERSON, gone, "sourcedId", "person")
        ended = state.store.end(DEMOGRAPHICS, found, "person_id")
        yield ended.select("line", "outcome", known=pl.col("known").fill_null(False)).with_columns(
            pl.col("outcome").fill_null(0)
        )
