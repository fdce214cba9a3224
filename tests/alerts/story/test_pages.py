import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from alerts.rules import AlertChange, fingerprint
from alerts.settings import AlertSettings
from alerts.surface import SURFACE
from core.audit.queries import list_entries
from core.clock import FrozenClock
from core.db import Database
from core.outbox.worker import deliver_due
from core.settings.models import RoleSettings
from tests.alerts.support import REAL, TEN, change, report, settings_of
from tests.alerts.test_pages import add_schools
from tests.core.web_site import Browser, Site, make_site

READ = frozenset({"alerts.read"})
WORK = READ | {"alerts.acknowledge", "alerts.silence", "deliveries.read"}
ROLES = {
    "agent": RoleSettings(title="Agent", permissions=WORK),
    "reader": RoleSettings(title="Reader", permissions=READ),
    "school_staff": RoleSettings(title="School staff", permissions=WORK, scoped=True),
}
SETTINGS = settings_of(
    {"type": "console"},
    {
        "type": "mail",
        "host": "localhost",
        "sender": "a@d.example",
        "to": ["it@d.example", "cio@d.example"],
    },
    inhibit_rules=[
        {"source_matchers": ["alertname=SISDown"], "target_matchers": ["school=S-0003"]}
    ],
)
ONE = fingerprint(change(1).labels)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(TEN, REAL)


@pytest.fixture
def site(database: Database, tmp_path: Path, clock: FrozenClock) -> Site:
    add_schools(database, [1, 2])
    report(database, SETTINGS, change(1), change(2))
    return make_site(
        database, tmp_path, clock, [SURFACE], roles=ROLES, sections={AlertSettings: SETTINGS}
    )


def titles(page: str) -> Sequence[str]:
    """The lines of the story, newest first."""
    return re.findall(r"<li class=\"\w+\"><p><strong>([^<]+)", page)


def send(browser: Browser, deed: str, **form: str) -> TestResponse:
    """Send a form of the story's page."""
    return browser.post(f"/alerts/{ONE}/{deed}", form, page="/alerts")


def do(browser: Browser, deed: str, **form: str) -> str:
    """Send a form that is taken; the story after it."""
    answer = send(browser, deed, **form)
    assert answer.status_code == 303, answer.text
    return browser.get(f"/alerts/{ONE}").text


def test_the_story_tells_what_happened_to_whom_it_was_told_and_how_that_went(
    site: Site, database: Database, clock: FrozenClock
) -> None:
    browser = site.signed_in("ana", "agent")
    first = browser.get(f"/alerts/{ONE}").text
    assert titles(first) == [
        "default told through mail", "default told through console", "Began to fire"
    ]  # fmt: skip
    assert "First message about this group" in first
    assert '<a href="/schools/1">School 1</a>' in first
    assert first.count("waiting") == 2
    deliver_due(site.runtime, {"alert.console": lambda _: "printed"}, "test")
    clock.at = TEN + timedelta(minutes=5)
    report(database, SETTINGS, change(1, "resolved", value=3, at=clock.at))
    later = browser.get(f"/alerts/{ONE}").text
    assert titles(later)[-4] == "Resolved"
    assert "printed" in later
    assert "Acknowledge</button>" not in later
    assert "/alerts/routes?labels=alertname%3D" in later
    part = browser.get(f"/alerts/{ONE}", X_Live="1").text
    assert "Began to fire" in part
    assert "<html" not in part


def test_the_story_is_paged_and_nothing_falls_between_two_pages(site: Site) -> None:
    browser = site.signed_in("ana", "agent")
    seen: list[str] = []
    url = f"/alerts/{ONE}?limit=2"
    while url:
        page = browser.get(url).text
        seen += titles(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following[1].replace("&amp;", "&") + "&limit=2" if following else ""
    assert len(seen) == 3
    assert seen[-1] == "Began to fire"


def test_people_say_that_they_are_on_it_and_take_that_back(site: Site) -> None:
    browser = site.signed_in("ana", "agent")
    page = do(browser, "acknowledge", until="4", note="Switch is rebooting")
    assert "by Ana" in page
    assert "Switch is rebooting" in page
    assert "at most" in page
    ben = site.signed_in("ben", "agent")
    refused = send(ben, "acknowledge", until="change", note="typed")
    assert refused.status_code == 409
    assert "Ana has acknowledged this already." in refused.text
    assert 'value="typed"' in refused.text
    assert titles(do(ben, "unacknowledge"))[:2] == [
        "Ben took the acknowledgement back",
        "Acknowledged by Ana",
    ]
    assert send(ben, "unacknowledge").status_code == 409
    assert send(ben, "acknowledge", until="ever").status_code == 422


def test_a_note_is_part_of_the_story_once(site: Site) -> None:
    browser = site.signed_in("ana", "agent")
    form = {"text": "Vendor called\nback at 11", "idempotency_key": "one"}
    page = do(browser, "comments", **form)
    assert titles(page)[0] == "Ana wrote"
    assert "Vendor called<br>back at 11" in page
    assert titles(do(browser, "comments", **form)).count("Ana wrote") == 1
    refused = send(browser, "comments", text=" ")
    assert (refused.status_code, "Write 1 to 2,000" in refused.text) == (422, True)
    with site.runtime.database.read() as session:
        (entry,) = list_entries(session, subject_type="alert")
        assert (entry.action, entry.subject_id, entry.after) == ("alert.comment", "1", None)


def test_the_story_says_what_holds_the_alert_back(site: Site, database: Database) -> None:
    down = AlertChange({"alertname": "SISDown", "severity": "critical"}, {}, "firing", TEN)
    report(database, SETTINGS, down, change(3), now=TEN + timedelta(minutes=1))
    browser = site.signed_in("ana", "agent")
    page = browser.get(f"/alerts/{fingerprint(change(3).labels)}").text
    assert "suppressed" in page
    assert f'explained by <a href="/alerts/{fingerprint(down.labels)}">SISDown</a>' in page
    assert titles(page)[0] == "Inhibited: another alert explains it"
    assert "SISDown" in browser.get(f"/alerts/{fingerprint(down.labels)}").text


def test_a_schools_staff_reach_the_stories_of_their_school_only(site: Site) -> None:
    browser = site.signed_in("sam", "school_staff", ["S-0002"])
    two = fingerprint(change(2).labels)
    assert browser.get(f"/alerts/{two}").status_code == 200
    assert browser.get(f"/alerts/{ONE}").status_code == 404
    assert send(browser, "acknowledge").status_code == 404
    reader = site.signed_in("rita", "reader")
    assert "Acknowledge</button>" not in reader.get(f"/alerts/{ONE}").text
    assert send(reader, "comments", text="x").status_code == 403
    assert reader.get("/alerts/0123456789abcdef").status_code == 404


def test_programs_read_the_story_and_write_notes(site: Site) -> None:
    client = site.app.test_client()
    headers = site.bearer("agent", ["alerts.read", "alerts.acknowledge"])
    url = f"/api/v1/alerts/{ONE}"
    body = {"text": "Vendor ticket 4711"}
    for _ in range(2):
        answer = client.post(
            f"{url}/comments", json=body, headers={**headers, "Idempotency-Key": "k"}
        )
        assert answer.status_code == 201
    found = client.get(f"{url}?limit=1", headers=headers).get_json()
    assert (found["state"], found["receivers"], found["acknowledged"]) == (
        "firing",
        ["default"],
        None,
    )
    (event,) = found["events"]
    assert (event["kind"], event["detail"]["text"]) == ("commented", "Vendor ticket 4711")
    rest = client.get(url, query_string={"after": found["next"]}, headers=headers).get_json()
    assert [each["kind"] for each in rest["events"]] == ["notified", "notified", "firing"]
    assert client.post(f"{url}/comments", json={"text": ""}, headers=headers).status_code == 422
    assert client.get("/api/v1/alerts/0123456789abcdef", headers=headers).status_code == 404
