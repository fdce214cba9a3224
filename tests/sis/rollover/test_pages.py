"""The pages of the rollover: preview, start, watch, undo, rules."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import BaseModel
from sqlalchemy import select

from core.clock import FrozenClock
from core.db import Database
from sis.rollover.jobs import go_on
from sis.rollover.models import RolloverSchool
from sis.settings import SisSettings
from sis.surface import SURFACE
from tests.core.web_site import Browser, Site, make_site
from tests.sis.courses.office import ROLES
from tests.sis.rollover.semesters import NOW, Semesters


@dataclass(frozen=True)
class Turn:
    """The application at the turn of the semester, and the ids of its terms, school and course."""

    site: Site
    fall: int
    spring: int
    school: int
    course: int


@pytest.fixture
def turn(database: Database, tmp_path: Path) -> Turn:
    with database.write() as session:
        semesters = Semesters(session)
        schools = [semesters.building.town.school(name) for name in ("S-1", "S-2")]
        for school in schools:
            section = semesters.section(school, f"Algebra {school}", "1")
            for number in range(3):
                semesters.student(f"P-{school}-{number}", school, section)
        course = semesters.building.course("ART")
        fall, spring = semesters.fall, semesters.spring
    sections: dict[type[BaseModel], BaseModel] = {SisSettings: SisSettings()}
    site = make_site(
        database, tmp_path, FrozenClock(NOW), [SURFACE], roles=ROLES, sections=sections
    )
    return Turn(site, fall, spring, schools[0], course)


def _start(turn: Turn, browser: Browser, school: int = 0) -> str:
    form = {"from": str(turn.fall), "to": str(turn.spring), "school": str(school), "what": "all"}
    asked = browser.post("/rollover", form, page="/rollover")
    assert asked.status_code == 303
    return asked.headers["Location"]


def test_a_rollover_is_previewed_started_watched_and_undone(turn: Turn, database: Database) -> None:
    browser = turn.site.signed_in("dora", "district")
    preview = browser.get(f"/rollover?from={turn.fall}&to={turn.spring}")
    assert "Roll over 2 schools" in preview.text
    run = _start(turn, browser)
    waiting = browser.get(run).text
    assert "0 of 2 secondary schools (0 %)" in waiting
    assert "hx-trigger" in waiting
    go_on(turn.site.runtime, NOW)
    done = browser.get(f"{run}/progress").text
    assert "2 of 2 secondary schools (100 %)" in done
    assert "hx-trigger" not in done
    assert run in browser.get("/rollover").text
    with database.read() as session:
        rolled = session.scalars(select(RolloverSchool.id)).first()
    browser.post(f"{run}/schools/{rolled}/undo", page=run)
    assert "1 of 2 secondary schools (50 %)" in browser.get(run).text
    browser.post(f"{run}/schools/{rolled}/undo", page=run)
    assert "not rolled over" in browser.get(run).text


def test_an_office_sees_and_rolls_its_own_school_alone(turn: Turn) -> None:
    office = turn.site.signed_in("olga", "office", ["S-1"])
    run = _start(turn, office)
    go_on(turn.site.runtime, NOW)
    assert "1 of 1 secondary schools (100 %)" in office.get(run).text
    stranger = turn.site.signed_in("sam", "office", ["S-2"])
    assert "No rollover yet" in stranger.get("/rollover").text
    form = {"from": str(turn.fall), "to": str(turn.spring), "school": str(turn.school)}
    assert stranger.post("/rollover", form, page="/rollover").status_code == 404


@pytest.mark.parametrize(("old", "new"), [("", ""), ("x", "1"), ("spring", "fall")])
def test_wrong_terms_are_refused_with_the_reason(turn: Turn, old: str, new: str) -> None:
    browser = turn.site.signed_in("dora", "district")
    ids = {"spring": str(turn.spring), "fall": str(turn.fall)}
    form = {"from": ids.get(old, old), "to": ids.get(new, new)}
    refused = browser.post("/rollover", form, page="/rollover")
    assert refused.status_code == 422
    assert "flash error" in refused.text


def test_a_rule_is_saved_shown_and_forgotten(turn: Turn) -> None:
    browser = turn.site.signed_in("dora", "district")
    url, form = "/rollover/rules", {"course": str(turn.course), "action": "end"}
    browser.post(url, form, page=url)
    assert "ends with the term</td>" in browser.get(url).text
    browser.post(url, form | {"action": "map"}, page=url)
    assert "Choose the course that it goes on with." in browser.get(url).text
    browser.post(url, form | {"action": ""}, page=url)
    assert "No rules" in browser.get(url).text
    office = turn.site.signed_in("olga", "office", ["S-1"])
    office.post(url, form, page="/rollover/rules?school=" + str(turn.school))
    assert "made by the district office" in office.get(url).text
