"""The pages of course requests, and what happens to what was typed."""

import re
from html import unescape
from pathlib import Path

import pytest

from core.db import Database
from sis.scheduling.requests.queries import list_requests
from tests.core.web_site import Browser
from tests.sis.scheduling.walkin.desk_school import DeskSchool, fill_school, open_site

_HIDDEN = re.compile(r'name="(csrf_token|idempotency_key|version|term)" value="([^"]*)"')


@pytest.fixture
def school(database: Database) -> DeskSchool:
    return fill_school(database)


@pytest.fixture
def carla(database: Database, school: DeskSchool, tmp_path: Path) -> Browser:
    return open_site(database, tmp_path).signed_in("carla", "counselor", ("S-1",))


def _hidden(browser: Browser, path: str) -> dict[str, str]:
    page = browser.get(path).text
    form = page[page.rindex('<form method="post"') :]
    return {name: unescape(value) for name, value in _HIDDEN.findall(form)}


def _saved(database: Database, school: DeskSchool) -> list[tuple[int, str | None, int]]:
    with database.read() as session:
        found = list_requests(session, school.school, school.term)
    return [(one.person_id, one.course_code, one.priority) for one in found]


def test_a_list_is_saved_and_a_wrong_line_keeps_all_that_was_typed(
    database: Database, carla: Browser, school: DeskSchool
) -> None:
    path = f"/scheduling/{school.school}/students/{school.student}/requests"
    lines = {
        "course-0": "ALG Title of ALG",
        "priority-0": "1",
        "course-2": "dra",
        "alternate-2": "alg",
    }
    wrong = carla.client.post(
        path, data=_hidden(carla, path) | lines | {"course-1": "Basket weaving", "priority-1": "7"}
    )
    page = unescape(wrong.text)
    assert wrong.status_code == 422
    assert "The catalog of this school has no course “Basket weaving”." in page
    assert 'value="ALG Title of ALG"' in page
    assert 'value="Basket weaving"' in page
    assert carla.client.post(path, data=_hidden(carla, path) | lines).status_code == 303
    student = school.student
    assert _saved(database, school) == [(student, "ALG", 1), (student, "DRA", 1)]


def test_an_older_list_is_not_written_over_a_newer_one(
    database: Database, carla: Browser, school: DeskSchool
) -> None:
    path = f"/scheduling/{school.school}/students/{school.student}/requests"
    seen = [_hidden(carla, path) for _ in range(2)]
    carla.client.post(path, data=seen[0] | {"course-0": "BIO"})
    late = carla.client.post(path, data=seen[1] | {"course-0": "FRE"})
    page = unescape(late.text)
    assert late.status_code == 409
    assert "BIO Title of BIO, priority 1" in page
    assert 'value="FRE"' in page
    assert _saved(database, school) == [(school.student, "BIO", 1)]


def test_a_course_for_a_grade_is_counted_beside_its_seats(
    database: Database, carla: Browser, school: DeskSchool
) -> None:
    path = f"/scheduling/{school.school}/requests"
    assert "STU-2 Field" in carla.get(f"{path}/without").text
    hidden = _hidden(carla, path)
    refused = carla.client.post(
        f"{path}/grade", data=hidden | {"course": "Nothing", "grade": "10", "priority": "0"}
    )
    assert refused.status_code == 422
    assert "A priority is a whole number" in refused.text
    done = carla.client.post(
        f"{path}/grade", data=hidden | {"course": "CHE", "grade": "10", "priority": "2"}
    )
    assert done.status_code == 303
    assert "1 more ask for it now; 1 did already." in carla.get(path).text
    assert _saved(database, school)[1] == (school.complete, "CHE", 2)
    assert "Everybody asks for something" in carla.get(f"{path}/without").text
