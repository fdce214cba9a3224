"""Lengths of lists and places in them, while the lists change."""

import pytest
from sqlalchemy import delete, insert, update

from core.db import Database
from sis.oneroster.rest.queries.positions import STRIDE
from sis.people.models import Person
from tests.sis.oneroster.rest.town import NOW, ROSTERING, Program, Service

USERS = f"{ROSTERING}/users"
MANY = 3 * STRIDE
WAYS: tuple[dict[str, str], ...] = ({}, {"filter": "sourcedId!='nobody'"})
"""All users: as the database counts them anyway, and by a filter that it does not count."""


@pytest.fixture
def crowd(service: Service) -> Program:
    """Five people, and thousands with gaps between their keys."""
    people = [
        {
            "id": 1_000_000 + 3 * number,
            "sourced_id": f"Q{number}",
            "source": "test",
            "given_name": "Q",
            "family_name": f"{number:05}",
            "modified_at": NOW,
        }
        for number in range(MANY)
    ]
    with service.site.runtime.database.write() as session:
        session.execute(insert(Person), people)
    return service.program("roster.readonly")


def _page(program: Program, offset: int) -> tuple[list[str], int]:
    """The same page by both ways."""
    counted, walked = (_page_of(program, offset, query) for query in WAYS)
    assert counted == walked
    return counted


def _page_of(program: Program, offset: int, query: dict[str, str]) -> tuple[list[str], int]:
    answer = program.get(USERS, offset=str(offset), limit="2", fields="sourcedId", **query)
    total = int(answer.headers["X-Total-Count"])
    return [user["sourcedId"] for user in answer.get_json()["users"]], total


def test_every_offset_leads_to_its_place_in_any_order(crowd: Program) -> None:
    for number in (STRIDE * 2 + 7, 0, MANY - 2, STRIDE, STRIDE - 1, STRIDE * 2, 1):
        assert _page(crowd, 5 + number) == ([f"Q{number}", f"Q{number + 1}"], 5 + MANY)
    assert _page(crowd, 5 + MANY - 1) == ([f"Q{MANY - 1}"], 5 + MANY)
    assert _page(crowd, 5 + MANY) == ([], 5 + MANY)


def test_a_write_is_seen_by_the_next_request(crowd: Program, database: Database) -> None:
    middle = 5 + STRIDE + 10
    assert _page(crowd, middle)[0] == [f"Q{STRIDE + 10}", f"Q{STRIDE + 11}"]
    with database.write() as session:
        session.execute(delete(Person).where(Person.sourced_id == "Q3"))
    assert _page(crowd, middle) == ([f"Q{STRIDE + 11}", f"Q{STRIDE + 12}"], 4 + MANY)
    with database.write() as session:
        gone = Person.sourced_id == "Q4"
        session.execute(update(Person).where(gone).values(status="tobedeleted"))
    assert _page(crowd, middle) == ([f"Q{STRIDE + 12}", f"Q{STRIDE + 13}"], 3 + MANY)


def test_what_is_committed_late_is_seen_when_it_is_committed(
    crowd: Program, database: Database
) -> None:
    if database.dialect == "sqlite":
        return  # one writer: nothing is written early and committed late
    early = {"source": "t", "given_name": "A", "family_name": "B", "modified_at": NOW}
    with database.write() as session:
        session.execute(insert(Person), [{**early, "id": 900_000, "sourced_id": "slow"}])
        session.flush()
        with database.write() as other:
            other.execute(insert(Person), [{**early, "id": 900_001, "sourced_id": "quick"}])
        assert _page(crowd, 5) == (["quick", "Q0"], 6 + MANY)
    assert _page(crowd, 5) == (["slow", "quick"], 7 + MANY)
