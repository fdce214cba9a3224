"""The pages of the tiers."""

from pathlib import Path

import pytest
from flask import Flask

from core.clock import FrozenClock
from core.db import Database
from tests.triage.cast import OPENING, Caller, add_school, add_students, caller, web_on


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(OPENING)


@pytest.fixture
def app(database: Database, clock: FrozenClock, tmp_path: Path) -> Flask:
    return web_on(database, clock, tmp_path)


@pytest.fixture
def agent(app: Flask, database: Database, clock: FrozenClock) -> Caller:
    return caller(app, database, clock)


def add_schools(database: Database) -> tuple[int, int]:
    with database.write() as session:
        first = add_school(session, "S-1", name="Bell High School")
        second = add_school(session, "S-2", name="Garfield High School")
        add_students(session, first, 40)
        return first, second


def test_without_tiers_the_page_says_why(agent: Caller) -> None:
    assert "No tiers yet" in agent.get("/tiers").text


def test_tiers_are_computed_listed_and_explained(agent: Caller, database: Database) -> None:
    first, _ = add_schools(database)
    assert agent.submit("/tiers/compute", {}).status == 303
    page = agent.get("/tiers").text
    assert page.index("Bell High School") < page.index("Garfield High School")
    assert "Garfield" not in agent.get("/tiers?tier=1").text
    assert "No school here" in agent.get("/tiers?tier=3").text
    why = agent.get(f"/tiers/{first}").text
    assert "Why Bell High School is in tier 1" in why
    assert "40 students have no complete schedule now" in why


def test_a_school_sees_its_own_tier_only(
    app: Flask, database: Database, clock: FrozenClock, agent: Caller
) -> None:
    first, second = add_schools(database)
    agent.submit("/tiers/compute", {})
    school = caller(app, database, clock, "school_staff", "S-1")
    assert "Garfield" not in school.get("/tiers").text
    assert (school.get(f"/tiers/{first}").status, school.get(f"/tiers/{second}").status) == (
        200,
        404,
    )
