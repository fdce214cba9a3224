"""Who may be the same child."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sis.enrollment.rules.duplicates import Alike, Likeness, near_dates, suspects

BORN = date(2004, 3, 12)


def _why(given_name: str, family_name: str, born: date | None) -> list[str]:
    known = [Likeness(7, given_name, family_name, born)]
    return [one.why for one in suspects("Ana", "Núñez", BORN, known, Alike())]


@pytest.mark.parametrize(
    ("given_name", "family_name", "born", "why"),
    [
        ("Ana", "Nunez", BORN, ["same birth date, names 100 % alike"]),
        ("ANNA", "NUÑEZ", BORN, ["same birth date, names 94 % alike"]),
        ("Nunez", "Ana", BORN, ["same birth date, names 100 % alike"]),
        (
            "Ana",
            "Nunes",
            date(2004, 12, 3),
            ["birth date with day and month swapped, names 88 % alike"],
        ),
        ("Ana", "Nunes", date(2005, 3, 12), []),
        (
            "Ana",
            "Nunez",
            date(2004, 12, 3),
            ["birth date with day and month swapped, names 100 % alike"],
        ),
        (
            "Ana",
            "Nunez",
            date(2004, 3, 21),
            ["birth date with two digits swapped, names 100 % alike"],
        ),
        ("Ana", "Nunez", date(2005, 3, 12), ["birth date in another year, names 100 % alike"]),
        ("Ana", "Nunez", date(2005, 4, 12), []),
        ("Ana", "Nunez", None, ["no birth date on record, names 100 % alike"]),
        ("Bob", "Tanaka", BORN, []),
    ],
)
def test_suspicion(given_name: str, family_name: str, born: date | None, why: list[str]) -> None:
    assert _why(given_name, family_name, born) == why


def test_the_most_alike_comes_first() -> None:
    known = [Likeness(1, "Anna", "Nunez", BORN), Likeness(2, "Ana", "Nunez", BORN)]
    assert [one.person_id for one in suspects("Ana", "Nunez", BORN, known, Alike())] == [2, 1]


@given(st.dates(date(1990, 1, 1), date(2020, 12, 31)))
def test_near_dates_are_few_and_mutual(born: date) -> None:
    near = near_dates(born)
    assert born not in near
    assert len(near) <= 8
    assert all(born in near_dates(other) for other in near)
