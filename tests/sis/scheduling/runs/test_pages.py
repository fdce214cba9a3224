"""The pages of a run, as a counselor meets them."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import BaseModel

from core.clock import FrozenClock
from core.db import Database
from core.settings.models import RoleSettings
from sis.scheduling.runs.views import chart
from sis.settings import SisSettings
from sis.surface import SURFACE
from tests.core.web_site import Browser, Site, make_site
from tests.sis.scheduling.runs.school import RULES, Campus, campus
from tests.sis.school import NOW

ROLES = {
    "counselor": RoleSettings(
        title="Counselor", permissions=frozenset({"scheduling.run"}), scoped=True
    )
}


@dataclass
class Office:
    """A counselor's browser, and the school."""

    site: Site
    browser: Browser
    campus: Campus

    @property
    def start(self) -> str:
        return f"/scheduling-runs/schools/{self.campus.school}"

    def asked(self) -> dict[str, str]:
        return {
            "session_id": str(self.campus.term),
            "scope": "all",
            "max_moves": "0",
            "idempotency_key": "k",
        }


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    here = campus(database, tmp_path)
    sections: dict[type[BaseModel], BaseModel] = {SisSettings: RULES}
    site = make_site(
        database, tmp_path, FrozenClock(NOW), [SURFACE], roles=ROLES, sections=sections
    )
    return Office(site, site.signed_in("carla", "counselor", ["S-1"]), here)


def test_a_run_is_started_once_watched_applied_and_undone(office: Office) -> None:
    office.campus.students("A", "B")
    index = office.browser.get("/scheduling-runs")
    assert index.headers["Location"] == office.start
    first = office.browser.post(office.start, office.asked(), page=office.start)
    again = office.browser.post(office.start, office.asked(), page=office.start)
    page = first.headers["Location"]
    assert (first.status_code, again.headers["Location"]) == (303, page)
    waiting = office.browser.get(page).text
    assert "waits for the scheduler" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    office.campus.run(key="k")
    shown = office.browser.get(page).text
    assert "3 of 4" in shown
    assert "Requests that are not filled as asked" in shown
    assert "Nothing is found" in office.browser.get(f"{page}?q=zzz").text
    assert office.browser.post(f"{page}/apply", page=page).status_code == 303
    assert sum(map(len, office.campus.rosters().values())) == 3
    assert office.browser.post(f"{page}/apply", page=page).status_code == 409
    assert office.browser.post(f"{page}/undo", page=page).status_code == 303
    assert sum(map(len, office.campus.rosters().values())) == 0
    assert "Run 1" in office.browser.get(office.start).text


def test_what_is_wrong_with_a_run_is_told_beside_its_field(office: Office) -> None:
    refused = office.browser.post(
        office.start, office.asked() | {"max_moves": "many"}, page=office.start
    )
    assert refused.status_code == 422
    assert "Give a whole number." in refused.text
    assert "many" in refused.text


def test_another_school_is_not_there(office: Office) -> None:
    page = office.browser.post(office.start, office.asked(), page=office.start).headers["Location"]
    other = office.site.signed_in("olga", "counselor", ["S-9"])
    for address in (office.start, page, f"{page}/part"):
        assert other.get(address).status_code == 404


def test_the_longest_bar_is_the_course_that_is_most_short() -> None:
    bars = chart({"Art": 3, "Bio": 12})
    assert [(bar.title, bar.length) for bar in bars] == [("Bio", 120), ("Art", 30)]
