import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.settings import AlertSettings
from alerts.surface import SURFACE
from core.clock import FrozenClock
from core.db import Database
from core.settings.models import RoleSettings
from tests.alerts.support import REAL, TEN, change, report, settings_of
from tests.core.web_site import Browser, Site, make_site

ROLES = {
    "agent": RoleSettings(title="Agent", permissions=frozenset({"alerts.read", "alerts.silence"})),
    "reader": RoleSettings(title="Reader", permissions=frozenset({"alerts.read"})),
}
CONSOLE = settings_of({"type": "console"})
FORM = {"matchers": "alertname=TooManyWithoutSchedule", "comment": "cabling", "length": "2h"}
NEW = "/alerts/silences/new"
UUID = re.compile(r"/alerts/silences/([0-9a-f-]{36})")


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(TEN, REAL)


@pytest.fixture
def site(database: Database, tmp_path: Path, clock: FrozenClock) -> Site:
    report(database, CONSOLE, *(change(number) for number in range(1, 31)))
    return make_site(
        database, tmp_path, clock, [SURFACE], roles=ROLES, sections={AlertSettings: CONSOLE}
    )


def silence(browser: Browser, **values: str) -> str:
    """Silence by the form; the address of the silence's page."""
    answer = browser.post("/alerts/silences", {**FORM, **values}, page=NEW)
    assert answer.status_code == 303, answer.text
    return answer.location


def test_an_alert_is_silenced_from_its_labels_with_a_preview(
    site: Site, clock: FrozenClock
) -> None:
    browser = site.signed_in("ana", "agent")
    linked = re.search(r'href="(/alerts/[0-9a-f]{16})"', browser.get("/alerts").text)
    assert linked is not None
    page = browser.get(linked[1]).text
    found = re.search(r'href="(/alerts/silences/new\?fingerprint=[0-9a-f]{16})"', page)
    assert found is not None
    form = browser.get(found[1]).text
    assert "alertname=&#34;TooManyWithoutSchedule&#34;" in form
    assert "1 alert that fires now fits" in form
    shown = browser.get(silence(browser)).text
    assert "30 alerts that fire now fit" in shown
    assert "and 10 more" in shown
    listed = browser.get("/alerts/silences").text
    assert "cabling" in listed
    assert "active" in listed
    clock.at += timedelta(hours=2)
    assert "Nothing is silenced" in browser.get("/alerts/silences").text
    assert "cabling" in browser.get("/alerts/silences?state=expired").text


def test_the_preview_counts_and_says_where_a_matcher_is_wrong(site: Site) -> None:
    browser = site.signed_in("ana", "agent")

    def preview(matchers: str) -> str:
        return browser.get(f"/alerts/silences/preview?matchers={matchers}").text

    assert "11 alerts that fire now fit" in preview(
        'school%3D~"S-00[01]."%0Aschool!="S-0005"%0A' + 'school!~"S-000[1-8]"'
    )
    assert "No alert that fires now fits" in preview("school=nowhere")
    assert "Line 2, at character 1" in preview("school=a%0Anonsense")


def test_a_refused_form_is_shown_again_with_everything_typed(site: Site) -> None:
    browser = site.signed_in("ana", "agent")
    typed = {
        "matchers": 'school="S-1',
        "comment": "",
        "length": "",
        "weekdays": "mon",
        "begins": "late",
    }
    answer = browser.post("/alerts/silences", typed, page=NEW)
    assert answer.status_code == 422
    for part in ("S-1", "late", 'value="mon" checked', "Nothing is silenced yet"):
        assert part in answer.text
    for field in ("matchers", "comment", "ends_at", "begins"):
        assert f'id="{field}-error"' in answer.text
    everything = browser.post("/alerts/silences", {**FORM, "matchers": "a=~.*"}, page=NEW)
    assert everything.status_code == 422
    assert "at least one matcher must not match the empty string" in everything.text


def test_a_form_sent_twice_silences_once(site: Site) -> None:
    browser = site.signed_in("ana", "agent")
    keyed = {"idempotency_key": "one-showing"}
    assert silence(browser, **keyed) == silence(browser, **keyed)
    assert len(set(UUID.findall(browser.get("/alerts/silences").text))) == 1


def test_a_recurring_silence_says_when_it_holds_next(site: Site) -> None:
    browser = site.signed_in("ana", "agent")
    weekly = {"length": "168h", "weekdays": "tue", "begins": "22:00", "ends": "06:00"}
    shown = browser.get(silence(browser, **weekly)).text
    assert "Tue 22:00–06:00" in shown
    assert "Holds again from" in shown
    assert "between two times" in shown


def test_the_end_is_moved_and_two_people_do_not_overwrite_each_other(
    site: Site, clock: FrozenClock
) -> None:
    browser = site.signed_in("ana", "agent")
    address = silence(browser)
    (seen,) = set(re.findall(r'name="seen_at" value="([^"]+)"', browser.get(address).text))
    clock.advance(timedelta(minutes=1))
    moved = {"ends_at": "2015-01-12T18:00", "seen_at": seen}
    assert browser.post(f"{address}/end", moved, page=address).status_code == 303
    assert "18:00" in browser.get(address).text
    late = browser.post(f"{address}/expire", {"seen_at": seen}, page=address)
    assert late.status_code == 409
    assert "was changed meanwhile" in late.text
    wrong = browser.post(f"{address}/end", {"ends_at": "soon"}, page=address)
    assert wrong.status_code == 422
    assert 'value="soon"' in wrong.text
    assert browser.post(f"{address}/expire", page=address).status_code == 303
    assert "End it now" not in browser.get(address).text


def test_readers_see_silences_and_cannot_make_them(site: Site) -> None:
    address = silence(site.signed_in("ana", "agent"))
    reader = site.signed_in("rita", "reader")
    assert "End it now" not in reader.get(address).text
    assert "New silence" not in reader.get("/alerts/silences").text
    assert reader.get(NEW).status_code == 403
    refused = reader.post("/alerts/silences", FORM, page="/alerts/silences")
    assert refused.status_code == 403


def test_silences_as_json(site: Site, clock: FrozenClock) -> None:
    headers = site.bearer(role="agent", scopes=("alerts.read", "alerts.silence"))
    client = site.browser().client

    def get(path: str) -> Any:
        return client.get(f"/api/v1/silences{path}", headers=headers).json

    def post(path: str, body: Any = None) -> tuple[int, Any]:
        answer = client.post(f"/api/v1/silences{path}", json=body, headers=headers)
        return answer.status_code, answer.json

    weekly = {"weekdays": ["mon"], "begins": "09:00", "ends": "12:00", "zone": "America/Chicago"}
    body = {
        "matchers": ['alertname="X"', "school!=S-1"],
        "ends_at": "2015-02-01T00:00:00Z",
        "comment": "rehearsal",
        "recurrence": weekly,
    }
    status, made = post("", body)
    assert status == 201
    assert made["recurrence"] == {**weekly, "begins": "09:00:00", "ends": "12:00:00"}
    assert (made["state"], made["holds"]) == ("active", False)  # it is 12:00 in Chicago
    assert made["matchers"] == ['alertname="X"', 'school!="S-1"']
    assert get(f"/{made['id']}") == made
    clock.advance(timedelta(seconds=1))
    end = {"ends_at": "2015-03-01T00:00:00Z", "seen_at": made["updated_at"]}
    assert post(f"/{made['id']}/end", end)[0] == 200
    assert post(f"/{made['id']}/end", end)[0] == 409
    assert [each["id"] for each in get("")["silences"]] == [made["id"]]
    assert post(f"/{made['id']}/expire")[1]["state"] == "expired"
    assert get("?state=expired")["next"] is None
    status, wrong = post("", {**body, "matchers": ["?"]})
    assert (status, list(wrong["fields"])) == (422, ["matchers[0]"])
