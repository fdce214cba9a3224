"""Scheduling runs as a program meets them: start, watch, read by pages, apply, undo."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import BaseModel
from werkzeug.test import TestResponse

from core.clock import FrozenClock
from core.db import Database
from core.settings.models import RoleSettings
from sis.settings import SisSettings
from sis.surface import SURFACE
from tests.core.web_site import Site, make_site
from tests.sis.scheduling.runs.school import RULES, Campus, campus
from tests.sis.school import NOW

RUN = "scheduling.run"
ROLES = {"district": RoleSettings(title="District", permissions=frozenset({RUN}), scoped=True)}


@dataclass(frozen=True)
class Answer:
    """What the service said."""

    status_code: int
    headers: Mapping[str, str]
    json: Any


def read(response: TestResponse) -> Answer:
    return Answer(response.status_code, dict(response.headers), json.loads(response.text))


@dataclass
class Program:
    """A client with a token for the school S-1."""

    site: Site
    client: FlaskClient
    campus: Campus
    token: dict[str, str]

    @property
    def runs(self) -> str:
        return f"/api/v1/schools/{self.campus.school}/scheduling-runs"

    def get(self, path: str) -> Answer:
        return read(self.client.get(path, headers=self.token))

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return read(self.client.post(path, json=body, headers={**self.token, **named}))

    def start(self, **wanted: object) -> Answer:
        body = {"session_id": self.campus.term, "scope": "all", **wanted}
        return self.post(self.runs, body, Idempotency_Key="opening")


@pytest.fixture
def program(database: Database, tmp_path: Path) -> Program:
    here = campus(database, tmp_path)
    sections: dict[type[BaseModel], BaseModel] = {SisSettings: RULES}
    site = make_site(
        database, tmp_path, FrozenClock(NOW), [SURFACE], roles=ROLES, sections=sections
    )
    return Program(site, site.app.test_client(), here, site.bearer("district", [RUN], ["S-1"]))


def test_a_run_is_asked_for_once_read_page_by_page_applied_and_undone(program: Program) -> None:
    first, second = program.campus.students("A", "B")
    asked, again = program.start(), program.start()
    assert (asked.status_code, asked.json["status"], asked.json["figures"]) == (202, "queued", None)
    assert again.json["id"] == asked.json["id"]
    one = asked.headers["Location"]
    program.campus.compute(asked.json["id"])
    shown = program.get(one)
    assert (shown.json["status"], shown.headers["ETag"]) == ("previewed", '"previewed"')
    assert (shown.json["figures"]["placed"], shown.json["figures"]["requests"]) == (3, 4)
    assert [run["id"] for run in program.get(program.runs).json["runs"]] == [shown.json["id"]]
    page = program.get(f"{one}/placements?limit=2").json
    rest = program.get(f"{one}/placements?limit=2&after={page['next']}").json
    placed = [*page["placements"], *rest["placements"]]
    assert (len(placed), rest["next"]) == (3, None)
    assert {row["student"] for row in placed} == {first, second}
    (refused,) = program.get(f"{one}/refusals").json["refusals"]
    assert refused["reason"]
    applied = program.post(f"{one}/apply", If_Match=shown.headers["ETag"])
    assert (applied.status_code, applied.json["figures"]["applied"]) == (200, 3)
    assert sum(map(len, program.campus.rosters().values())) == 3
    undone = program.post(f"{one}/undo", If_Match='"applied"')
    assert (undone.json["status"], undone.json["figures"]["undone"]) == ("undone", 3)
    assert sum(map(len, program.campus.rosters().values())) == 0


def test_who_saw_another_state_changes_nothing(program: Program) -> None:
    program.campus.students("A")
    one = program.start().headers["Location"]
    program.campus.compute(program.get(one).json["id"])
    stale = program.post(f"{one}/apply", If_Match='"queued"')
    assert (stale.status_code, stale.json["code"]) == (409, "changed")
    program.post(f"{one}/apply")
    late = program.post(f"{one}/apply", If_Match='"previewed"')
    assert late.status_code == 409
    assert "applied by" in late.json["detail"]


def test_another_schools_runs_are_not_there(program: Program) -> None:
    one = program.start().headers["Location"]
    program.token = program.site.bearer("district", [RUN], ["S-9"])
    for path in (program.runs, one, f"{one}/placements", f"{one}/refusals"):
        assert program.get(path).status_code == 404
    assert program.post(f"{one}/apply").status_code == 404
    assert program.post(f"{one}/undo").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"), [({"scope": "some"}, "scope"), ({"max_moves": -1}, "max_moves")]
)
def test_what_is_wrong_with_a_run_is_told_by_its_field(
    program: Program, wrong: dict[str, object], field: str
) -> None:
    refused = program.start(**wrong)
    assert (refused.status_code, list(refused.json["fields"])) == (422, [field])
