"""Students and staff as people: names, dates of birth, accounts."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from drills.district import names
from drills.district.columns import dates, frame, numbered, pick
from drills.district.randomness import Stream, stream
from drills.district.school import School
from drills.district.shapes import GRADES, Ints
from drills.district.students import Roster

MAIL = "bellwether.example"
_ASIAN = (3, 5, 6, 7)
_WHITE = (1, 4, 8, 9, 10)
_BLACK = 2
_LATINO = 0
_BIRTH_COUNTRIES = ("MX", "US", "US", "KR", "AM", "PH", "CN", "VN", "IR", "UA", "EG")
_STATES = ("CA", "CA", "CA", "CA", "CA", "CA", "CA", "TX", "AZ", "NV", "NY")


@dataclass(frozen=True)
class Persons:
    """What is drawn once per person and used in several files."""

    heritage: Ints
    sex: Ints


def student_ids(first: int, count: int) -> pl.Series:
    return numbered("U-", np.arange(first, first + count), 7)


def staff_ids(first: int, count: int) -> pl.Series:
    return numbered("T-", np.arange(first, first + count), 6)


def draw(count: int, rng: np.random.Generator) -> Persons:
    """Heritage and sex of ``count`` people of one school."""
    heritage = names.heritages(count, rng)
    sex = rng.choice(3, count, p=(0.487, 0.510, 0.003)).astype(np.int64)
    return Persons(heritage, sex)


def _middle_names(persons: Persons, rng: np.random.Generator) -> pl.Series:
    drawn = names.given_names(persons.heritage, persons.sex, rng)
    has = pl.Series(rng.random(len(persons.sex)) < 0.3)
    return pl.select(pl.when(has).then(drawn)).to_series()


def student_users(roster: Roster, persons: Persons, first: int, seed: int) -> pl.DataFrame:
    """Rows of users.csv for a school's students, numbered from ``first``."""
    rng = stream(seed, Stream.PEOPLE, roster.school.number)
    count = roster.students
    number = np.arange(first, first + count)
    account = numbered("u", number, 7)
    return frame(
        "users",
        count,
        {
            "sourcedId": student_ids(first, count),
            "enabledUser": True,
            "username": account,
            "userIds": numbered("{SSID:9", number, 9, "}"),
            "givenName": names.given_names(persons.heritage, persons.sex, rng),
            "familyName": names.family_names(persons.heritage, rng),
            "middleName": _middle_names(persons, rng),
            "identifier": numbered("7", number, 9),
            "email": account + f"@students.{MAIL}",
            "grades": pick(GRADES, roster.grades),
            "primaryOrgSourcedId": roster.school.sourced_id,
            "metadata.homeLanguage": names.home_languages(persons.heritage, rng),
        },
    )


def staff_users(school: School, count: int, first: int, seed: int) -> pl.DataFrame:
    """Rows of users.csv for a school's adults, numbered from ``first``."""
    rng = stream(seed, Stream.STAFF, school.number)
    persons = draw(count, rng)
    account = numbered("t", np.arange(first, first + count), 6)
    return frame(
        "users",
        count,
        {
            "sourcedId": staff_ids(first, count),
            "enabledUser": True,
            "username": account,
            "givenName": names.given_names(persons.heritage, persons.sex, rng),
            "familyName": names.family_names(persons.heritage, rng),
            "identifier": numbered("3", np.arange(first, first + count), 7),
            "email": account + f"@{MAIL}",
            "phone": school.phone,
            "primaryOrgSourcedId": school.sourced_id,
        },
    )


def _birth_days(grades: Ints, rng: np.random.Generator) -> Ints:
    """Ordinals: five by 1 September in kindergarten; one student in 25 is a year older."""
    fifth = np.array([date(2009 - grade, 9, 1).toordinal() for grade in range(len(GRADES))])
    held_back = (rng.random(len(grades)) < 0.04) & (grades > 0)
    return fifth[grades] - rng.integers(0, 365, len(grades)) - 365 * held_back


def demographics(roster: Roster, persons: Persons, first: int, seed: int) -> pl.DataFrame:
    """Rows of demographics.csv for a school's students."""
    rng = stream(seed, Stream.DEMOGRAPHICS, roster.school.number)
    count, heritage = roster.students, persons.heritage
    chance = rng.random((4, count))
    races = {
        "americanIndianOrAlaskaNative": chance[0] < 0.006,
        "asian": np.isin(heritage, _ASIAN),
        "blackOrAfricanAmerican": (heritage == _BLACK) | (chance[1] < 0.01),
        "nativeHawaiianOrOtherPacificIslander": chance[2] < 0.004,
        "white": np.isin(heritage, _WHITE) | ((heritage == _LATINO) & (chance[3] < 0.7)),
    }
    abroad = rng.random(count) < 0.11
    state = pick(_STATES, rng.integers(0, len(_STATES), count))
    country = pl.select(
        pl.when(pl.Series(abroad)).then(pick(_BIRTH_COUNTRIES, heritage)).otherwise(pl.lit("US"))
    ).to_series()
    return frame(
        "demographics",
        count,
        {
            "sourcedId": student_ids(first, count),
            "birthDate": dates(_birth_days(roster.grades, rng)),
            "sex": pick((*names.SEXES, "unspecified"), persons.sex),
            **{race: pl.Series(is_so) for race, is_so in races.items()},
            "demographicRaceTwoOrMoreRaces": pl.Series(
                sum(r.astype(int) for r in races.values()) > 1
            ),
            "hispanicOrLatinoEthnicity": pl.Series(heritage == _LATINO),
            "countryOfBirthCode": country,
            "stateOfBirthAbbreviation": pl.select(pl.when(country == "US").then(state)).to_series(),
        },
    )
