"""The JSON API of schedules and requests: versions, keys, refusals as problems."""

from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import TestResponse

from core.db import Database
from sis.scheduling.requests.catalog import list_catalog
from tests.core.web_site import Site
from tests.sis.scheduling.walkin.desk_school import DeskSchool, fill_school, open_site


@dataclass
class Program:
    """A program with a counselor's token."""

    site: Site
    school: DeskSchool
    headers: dict[str, str]

    def path(self, rest: str = "schedule") -> str:
        return f"/api/v1/schools/{self.school.school}/students/{self.school.student}/{rest}"

    def get(self, rest: str = "schedule", **headers: str) -> TestResponse:
        return self.send("get", rest, None, **headers)

    def send(self, method: str, rest: str, body: Any, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.site.app.test_client().open(
            self.path(rest), method=method.upper(), json=body, headers={**self.headers, **named}
        )


@pytest.fixture
def program(database: Database, tmp_path: Any) -> Program:
    school = fill_school(database)
    site = open_site(database, tmp_path)
    words = ("students.read", "students.schedule")
    return Program(site, school, site.bearer("counselor", words, ("S-1",)))


def test_a_section_is_added_once_whatever_the_network_does(program: Program) -> None:
    tag = program.get().headers["ETag"]
    body = {"section": program.school.sections["Algebra 1, period 1"]}
    first = program.send("post", "schedule/add", body, If_Match=tag, Idempotency_Key="k")
    again = program.send("post", "schedule/add", body, If_Match=tag, Idempotency_Key="k")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Idempotency-Replayed"] == "true"
    schedule = program.get().get_json()
    assert [place["title"] for place in schedule["places"]] == ["Algebra 1, period 1"]
    assert (schedule["filled_periods"], schedule["free_periods"][0]) == (1, "2")
    assert first.headers["ETag"] == program.get().headers["ETag"] != tag
    assert program.get(If_None_Match=first.headers["ETag"]).status_code == 304


def test_an_old_version_and_a_full_section_are_conflicts(program: Program) -> None:
    tag = program.get().headers["ETag"]
    sections = program.school.sections
    program.send("post", "schedule/add", {"section": sections["Algebra 1, period 1"]})
    late = program.send(
        "post", "schedule/add", {"section": sections["French 2, period 6"]}, If_Match=tag
    )
    assert (late.status_code, late.get_json()["code"]) == (409, "schedule_changed")
    full = program.send("post", "schedule/add", {"section": sections["Biology, period 2"]})
    assert (full.status_code, full.get_json()["code"]) == (409, "section_full")


def test_swap_lock_drop_and_undo(program: Program) -> None:
    sections = program.school.sections
    added = program.send("post", "schedule/add", {"section": sections["Algebra 1, period 1"]})
    place = added.get_json()["schedule"]["places"][0]["place"]
    assert program.send("post", "schedule/lock", {"place": place}).status_code == 200
    locked = program.send("post", "schedule/drop", {"place": place})
    assert locked.get_json()["code"] == "locked"
    program.send("post", "schedule/unlock", {"place": place})
    swapped = program.send(
        "post", "schedule/swap", {"place": place, "section": sections["French 2, period 1"]}
    ).get_json()
    assert [one["title"] for one in swapped["schedule"]["places"]] == ["French 2, period 1"]
    undone = program.send("post", "schedule/undo", {"edit": swapped["edit"]}).get_json()
    assert [one["title"] for one in undone["schedule"]["places"]] == ["Algebra 1, period 1"]
    dropped = program.send("post", "schedule/drop", {"place": place}).get_json()
    assert dropped["schedule"]["places"] == []


def test_requests_are_read_and_replaced_as_a_whole(program: Program) -> None:
    with program.site.runtime.database.read() as session:
        courses = {c.code: c.id for c in list_catalog(session, program.school.school)}
    rest = f"requests?term={program.school.term}"
    before = program.get(rest)
    assert [one["code"] for one in before.get_json()["requests"]] == ["CHE"]
    wishes = [
        {"course": courses["ALG"], "priority": 1},
        {"course": courses["DRA"], "alternate_of": courses["ALG"]},
    ]
    tag = before.headers["ETag"]
    saved = program.send("put", rest, {"requests": wishes}, If_Match=tag)
    found = [(one["code"], one["alternate_of"]) for one in saved.get_json()["requests"]]
    assert found == [("ALG", None), ("DRA", courses["ALG"])]
    late = program.send("put", rest, {"requests": []}, If_Match=tag)
    assert (late.status_code, late.get_json()["code"]) == (409, "requests_changed")
    wrong = program.send("put", rest, {"requests": [{"course": 999}]})
    assert "requests[0]" in wrong.get_json()["fields"]
    assert program.get("requests?term=999").status_code == 404
