"""The pages of the master schedule, as an office, a counselor and the district use them."""

import re
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from core.auth.actor import SYSTEM
from core.db import Database
from sis.courses.queries import get_section_for
from tests.core.web_site import Browser
from tests.sis.courses.office import READ, WRITE, Office, open_office
from tests.sis.school import MONDAY


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return open_office(database, tmp_path)


@pytest.fixture
def browser(office: Office) -> Browser:
    return office.site.signed_in("olga", "office", ["S-1"])


_INPUT = re.compile(r'<input[^>]* name="(title|code|room|seats|on)"[^>]* value="([^"]*)"')


def _form(browser: Browser, url: str, **changes: str) -> dict[str, str]:
    """The fields of a section's form as the page shows them, with changes."""
    page = browser.get(url).text
    fields = dict(_INPUT.findall(page))
    hidden = re.findall(r'name="(version)" value="([^"]*)"', page)
    return {**fields, **dict(hidden), **changes}


def test_every_view_of_the_schedule_shows_its_sections(office: Office, browser: Browser) -> None:
    base = f"/master-schedule/{office.school}"
    assert browser.get("/master-schedule").headers["Location"] == base
    for query in ("", "?by=course", "?by=room", "?by=list"):
        page = browser.get(base + query)
        assert page.status_code == 200
        assert all(word in page.text for word in ("Algebra", "Biology", "MWF"))
    assert "between terms" in browser.get(f"{base}?on=2014-01-01").text
    assert browser.get(f"{base}?on=soon").status_code == 422


def test_conflicts_balance_and_catalog_say_what_there_is(office: Office, browser: Browser) -> None:
    base = f"/master-schedule/{office.school}"
    assert "Biology has no teacher" in browser.get(f"{base}/conflicts").text
    assert "Course ALG1" in browser.get(f"{base}/balance").text
    assert "ALG1" in browser.get(f"{base}/catalog").text
    assert "No course found" in browser.get(f"{base}/catalog?q=zzz").text


def test_a_section_is_moved_after_its_clashes_were_seen(
    office: Office, browser: Browser, database: Database
) -> None:
    url = f"/master-schedule/sections/{office.algebra}"
    form = _form(browser, url, on="2015-01-20", period="3", days="", teacher=str(office.teacher))
    refused = browser.post(url, form, page=url)
    assert refused.status_code == 409
    assert "Kim Field: Biology is in period 3 too" in refused.text
    found = re.search(r'name="accept" value="([^"]+)"', refused.text)
    assert found is not None
    saved = browser.post(url, form | {"accept": found[1]}, page=url)
    assert saved.status_code == 303
    with database.read() as session:
        moved = get_section_for(session, SYSTEM, office.algebra, MONDAY)
    assert [(m.period, str(m.begins_on)) for m in moved.meetings] == [
        ("1", "None"),
        ("3", "2015-01-20"),
    ]


def test_two_at_once_are_told_and_wrong_input_is_kept(office: Office, browser: Browser) -> None:
    url = f"/master-schedule/sections/{office.algebra}"
    form = _form(browser, url, period="1", teacher=str(office.teacher))
    assert browser.post(url, form | {"seats": "31"}, page=url).status_code == 303
    late = browser.post(url, form | {"seats": "32"}, page=url)
    assert (late.status_code, "changed meanwhile by user:" in late.text) == (409, True)
    wrong = browser.post(url, form | {"days": "XY", "seats": "many", "room": "20"}, page=url)
    assert wrong.status_code == 422
    assert all(
        word in wrong.text for word in ("is no day", "whole number", 'value="many"', 'value="XY"')
    )


def test_a_section_is_made_from_the_form_and_cancelled(office: Office, browser: Browser) -> None:
    url = f"/master-schedule/{office.school}/sections/new"
    empty = browser.post(url, {"title": ""}, page=url)
    assert (empty.status_code, "Choose the course." in empty.text) == (422, True)
    form = {
        "course": str(office.course),
        "term": str(office.term),
        "title": "Algebra 2",
        "period": "5",
    }
    made = browser.post(url, form, page=url)
    assert made.status_code == 303
    where = made.headers["Location"]
    assert "Algebra 2" in browser.get(where).text
    browser.post(f"{where}/cancel", page=where)
    assert browser.get(where).status_code == 404
    kept = f"/master-schedule/sections/{office.algebra}"
    browser.post(f"{kept}/cancel", page=kept)
    assert "has 1 students: move them first" in browser.get(kept).text


def test_a_course_is_made_and_planned(office: Office, browser: Browser) -> None:
    base = f"/master-schedule/{office.school}"
    wrong = browser.post(
        f"{base}/courses/new", {"title": "Art", "credits": "x"}, page=f"{base}/courses/new"
    )
    assert (wrong.status_code, 'value="Art"' in wrong.text) == (422, True)
    form = {"title": "Art", "code": "ART1", "credits": "5", "a_g_area": "F"}
    assert browser.post(f"{base}/courses/new", form, page=f"{base}/courses/new").status_code == 303
    plan = {
        "course": str(office.course),
        "term": str(office.term),
        "planned_sections": "3",
        "planned_seats": "90",
    }
    browser.post(f"{base}/catalog/plan", plan, page=f"{base}/catalog")
    assert 'value="90"' in browser.get(f"{base}/catalog?term={office.term}").text
    district = f"{base}/courses/{office.course}"
    assert browser.post(district, form, page=district).status_code == 403


def test_a_counselor_reads_and_another_school_is_not_found(office: Office) -> None:
    counselor = office.site.signed_in("carl", "counselor", ["S-1"])
    page = counselor.get(f"/master-schedule/sections/{office.algebra}")
    assert (page.status_code, "Save the change" in page.text) == (200, False)
    assert counselor.get(f"/master-schedule/{office.school}/sections/new").status_code == 403
    stranger = office.site.signed_in("sam", "office", ["S-2"])
    for url in (f"/master-schedule/{office.school}", f"/master-schedule/sections/{office.algebra}"):
        assert stranger.get(url).status_code == 404


def test_programs_list_read_make_and_change_sections(office: Office) -> None:
    client = office.site.app.test_client()
    headers = office.site.bearer("district", [READ, WRITE])
    base = f"/api/v1/schools/{office.school}/sections"
    listed = _json(client.get(base, headers=headers))
    assert [one["title"] for one in listed["sections"]] == ["Algebra", "Biology"]
    new = {
        "title": "New",
        "course_id": office.course,
        "session_id": office.term,
        "meetings": [{"period": "5"}],
    }
    made = client.post(base, json=new, headers=headers)
    assert (made.status_code, _json(made)["meetings"][0]["period"]) == (201, "5")
    one = f"/api/v1/sections/{office.algebra}"
    seen = {**headers, "If-Match": client.get(one, headers=headers).headers["ETag"]}
    change = {
        "title": "Algebra",
        "room": "12",
        "seats": 30,
        "meetings": [{"period": "3", "days": "MW"}],
        "teacher_ids": [office.teacher],
        "on": "2015-01-20",
    }
    refused = client.put(one, json=change, headers=seen)
    assert refused.status_code == 409
    accepted = change | {"accept": _json(refused)["fields"]["accept"]}
    done = client.put(one, json=accepted, headers=seen)
    assert (done.status_code, _json(done)["meetings"][-1]["days"]) == (200, "MW")
    assert client.put(one, json=accepted, headers=seen).status_code == 409
    strange = change | {"meetings": [{"period": "1", "days": "Q"}]}
    assert client.put(one, json=strange, headers=headers).status_code == 422


def _json(response: TestResponse) -> Any:
    return response.json
