"""The pages and the API of the probes."""

from pathlib import Path

import pytest

from core.db import Database
from core.settings.models import RoleSettings
from monitors.jobs import check_kept_answers
from monitors.surface import SURFACE
from tests.core.web_site import Site, make_site
from tests.monitors.stage import COMPLETENESS, NAME, Stage, sections_of

READER = frozenset({"probes.read"})
ROLES = {
    "agent": RoleSettings(title="Agent", permissions=READER),
    "school_staff": RoleSettings(title="School staff", permissions=READER, scoped=True),
    "guest": RoleSettings(title="Guest", permissions=frozenset()),
}
SILENT = {"name": "portal", "type": "http", "url": "http://127.0.0.1/", "enabled": False}


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


@pytest.fixture
def site(stage: Stage, tmp_path: Path) -> Site:
    sections = sections_of([COMPLETENESS, SILENT])
    return make_site(
        stage.database, tmp_path, stage.clock, [SURFACE], roles=ROLES, sections=sections
    )


def test_the_page_lists_probes_with_their_worst_state(stage: Stage, site: Site) -> None:
    browser = site.signed_in("ana", "agent")
    assert "never" in browser.get("/probes").text
    stage.add_school(11)
    stage.add_school(0)
    stage.sweep()
    check_kept_answers(stage.runtime, stage.clock.now())
    page = browser.get("/probes").text
    assert "1 firing, 1 ok" in page
    assert "switched off" in page
    assert "agrees with the records" in page


def test_a_probes_page_explains_it_and_shows_its_states(stage: Stage, site: Site) -> None:
    school = stage.add_school(11, name="Bell & Sons High")
    stage.sweep()
    page = site.signed_in("ana", "agent").get(f"/probes/{NAME}").text
    assert "Only tracks in session today" in page
    assert f'<a href="/schools/{school}">Bell &amp; Sons High</a>' in page
    assert "11 sample ids" in page


def test_a_probe_that_could_not_measure_says_why(stage: Stage, site: Site) -> None:
    browser = site.signed_in("ana", "agent")
    assert "The probe has not measured anything" in browser.get(f"/probes/{NAME}").text
    assert browser.get("/probes/nothing").status_code == 404


def test_the_api_gives_states_in_pages(stage: Stage, site: Site) -> None:
    for incomplete in (1, 11, 2):
        stage.add_school(incomplete)
    stage.sweep()
    client, headers = site.app.test_client(), site.bearer("agent", ["probes.read"])
    first = client.get(f"/api/v1/probes/{NAME}?limit=2", headers=headers).get_json()
    rest = client.get(
        f"/api/v1/probes/{NAME}?limit=2&after={first['next']}", headers=headers
    ).get_json()
    states = [*first["states"], *rest["states"]]
    assert [one["value"] for one in states] == [1, 11, 2]
    assert [one["state"] for one in states] == ["ok", "firing", "ok"]
    assert (rest["next"], first["last_run"]["subjects"], first["last_run"]["error"]) == (
        None,
        3,
        None,
    )
    assert all(one["school"] == one["subject"] for one in states)


def test_a_schools_staff_see_their_own_school_only(stage: Stage, site: Site) -> None:
    mine, other = stage.add_school(11, name="Mine High"), stage.add_school(12, name="Other High")
    stage.sweep()
    sourced_id = stage.states()[mine].subject
    headers = site.bearer("school_staff", ["probes.read"], [sourced_id])
    body = site.app.test_client().get(f"/api/v1/probes/{NAME}", headers=headers).get_json()
    assert [one["school"] for one in body["states"]] == [sourced_id]
    page = site.signed_in("sam", "school_staff", [sourced_id]).get(f"/probes/{NAME}").text
    assert "Mine High" in page
    assert "Other High" not in page
    assert other != mine


def test_nobody_sees_probes_without_the_permission(site: Site) -> None:
    assert site.signed_in("gus", "guest").get("/probes").status_code == 403
    assert site.app.test_client().get(f"/api/v1/probes/{NAME}").status_code == 401
