import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from icalendar import Calendar

from alerts.oncall.queries import find_on_call
from alerts.settings import AlertSettings
from alerts.surface import SURFACE
from core.clock import FrozenClock
from core.db import Database
from core.settings.models import RoleSettings
from tests.alerts.oncall.roster import NOW, Roster, at, make_roster, user
from tests.alerts.support import REAL, settings_of
from tests.core.web_site import Browser, Site, make_site

PERSON = frozenset({"oncall.read", "oncall.cover", "alerts.read", "alerts.acknowledge"})
ROLES = {
    "agent": RoleSettings(title="Agent", permissions=PERSON),
    "lead": RoleSettings(title="Lead", permissions=PERSON | {"oncall.write"}),
    "reader": RoleSettings(title="Reader", permissions=frozenset({"oncall.read"})),
}
SETTINGS = settings_of({"type": "console"})


@dataclass(frozen=True)
class Place:
    """The application at a Tuesday of Ana's week, and somebody who leads."""

    site: Site
    roster: Roster
    lead: Browser
    home: str


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Place:
    roster = make_roster(database)
    site = make_site(
        database,
        tmp_path,
        FrozenClock(NOW, REAL),
        [SURFACE],
        roles=ROLES,
        sections={AlertSettings: SETTINGS},
    )
    return Place(site, roster, site.signed_in("lea", "lead"), f"/on-call/{roster.schedule}")


def send(browser: Browser, url: str, data: Mapping[str, str], page: str) -> str:
    """Send the form of ``page``; the page that it leads to, or the form with its refusal."""
    answer = browser.post(url, data, page=page)
    return browser.get(answer.location).text if answer.status_code == 303 else answer.text


def test_the_board_says_who_is_on_call_and_who_is_next(place: Place) -> None:
    board = place.lead.get("/on-call").text
    assert "<strong>Ana</strong>" in board
    assert "Mon 12 Jan 08:00" in board
    week = place.lead.get(f"{place.home}?week=2015-01-15").text
    assert week.count("<title>Ben</title>") == 7
    assert week.count("<title>Ana</title>") == 1
    assert place.lead.get(f"{place.home}?week=tomorrow").status_code == 422
    assert place.lead.get("/on-call/99").status_code == 404


def test_a_shift_is_taken_with_a_link_and_a_button(place: Place) -> None:
    week = place.lead.get(place.home).text
    link = re.search(r'href="([^"]+/cover\?[^"]+)">Take it', week)
    assert link is not None
    form = place.lead.get(unescape(link[1])).text
    fields = dict(
        re.findall(r'name="((?:begins|ends)_at)" type="datetime-local" value="([^"]+)"', form)
    )
    assert fields == {"begins_at": "2015-01-06T10:00", "ends_at": "2015-01-12T08:00"}
    chosen = re.search(r'<option value="(\d+)" selected>Lea', form)
    assert chosen is not None
    typed = {**fields, "user": chosen[1], "note": "doctor"}
    refused = send(place.lead, f"{place.home}/cover", typed | {"ends_at": "noon"}, place.home)
    assert "Give a date and a time." in refused
    assert 'value="doctor"' in refused
    done = send(place.lead, f"{place.home}/cover", typed, place.home)
    assert "<strong>Lea</strong> until Mon 12 Jan 08:00" in done
    back = re.search(r'action="([^"]+/covers/\d+/remove)"', done)
    assert back is not None
    assert "<strong>Ana</strong>" in send(place.lead, back[1], {}, place.home)


def test_a_swap_is_asked_and_answered(place: Place) -> None:
    lea = re.search(r'<option value="(\d+)" selected', place.lead.get(f"{place.home}/cover").text)
    assert lea is not None
    stretch = {"begins_at": "2015-01-07T08:00", "ends_at": "2015-01-08T08:00"}
    send(place.lead, f"{place.home}/cover", {**stretch, "user": lea[1]}, place.home)
    url = f"{place.home}/swap"
    refused = send(place.lead, url, {**stretch, "ends_at": "2015-01-09T08:00"}, place.home)
    assert "You are not on call in the whole of that stretch." in refused
    assert "Your request is there" in send(place.lead, url, stretch, place.home)
    max_ = place.site.signed_in("max", "agent")
    board = max_.get("/on-call").text
    accept = re.search(r'action="([^"]+/accept)"', board)
    assert accept is not None
    assert "whoever can" in board
    assert "The stretch is yours." in send(max_, accept[1], {}, "/on-call")
    late = place.site.signed_in("nan", "agent")
    assert "accepted already by Max" in send(late, accept[1], {}, "/on-call")


def test_a_schedule_is_made_with_a_layer_and_two_editors_see_each_other(place: Place) -> None:
    draft = {"name": "night", "zone": "Mars", "expected": "noon", "description": ""}
    refused = place.lead.post("/on-call/new", draft, page="/on-call/new").text
    assert "Give an IANA zone" in refused
    assert "write days and hours" in refused
    made = place.lead.post(
        "/on-call/new", {**draft, "zone": "UTC", "expected": ""}, page="/on-call/new"
    )
    layer_url = made.location
    layer = {
        "name": "all",
        "people": "ben, cy",
        "unit": "days",
        "length": "1",
        "zone": "UTC",
        "first_on": "2015-01-01",
        "handoff_at": "00:00",
        "windows": "",
        "position": "0",
    }
    version = re.search(r'name="version" value="(\d+)"', place.lead.get(layer_url).text)
    assert version is not None
    wrong = send(place.lead, layer_url, {**layer, "people": "dora", "first_on": "x"}, layer_url)
    assert "Give a date." in wrong
    assert "No open account: dora." in send(
        place.lead, layer_url, {**layer, "people": "dora"}, layer_url
    )
    done = send(place.lead, layer_url, {**layer, "version": version[1]}, layer_url)
    assert "Ben, Cy" in done
    meanwhile = place.lead.post(layer_url, {**layer, "version": version[1]}, page=layer_url)
    assert meanwhile.status_code == 409
    assert "Lea changed night while you were at it" in meanwhile.text
    assert place.site.signed_in("ron", "reader").get("/on-call/new").status_code == 403


def test_a_note_is_shown_to_the_next(place: Place) -> None:
    url = f"{place.home}/notes"
    assert "Write 1 to 4,000 characters." in send(place.lead, url, {"body": " "}, place.home)
    assert "Watch the <b>import</b>" not in send(
        place.lead, url, {"body": "Watch the <b>import</b>"}, place.home
    )
    assert "Watch the &lt;b&gt;import&lt;/b&gt;" in place.lead.get(place.home).text


def test_a_calendar_address_is_secret_and_replaced_by_the_next(place: Place) -> None:
    def make(schedule: str) -> str:
        answer = place.lead.post("/on-call/feeds", {"schedule": schedule}, page="/on-call")
        found = re.search(r"(/on-call/feeds/[\w-]+\.ics)", answer.text)
        assert found is not None
        return found[1]

    visitor = place.site.browser()
    first = make(str(place.roster.schedule))
    answer = visitor.get(first)
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(events[0]["SUMMARY"]) == "Ana on call: sis"
    assert visitor.get(first, If_None_Match=answer.headers["ETag"]).status_code == 304
    second = make(str(place.roster.schedule))
    assert (visitor.get(first).status_code, visitor.get(second).status_code) == (404, 200)
    assert Calendar.from_ical(visitor.get(make("")).data).walk("VEVENT") == []


def test_the_api_tells_who_is_on_call_and_takes_overrides(place: Place) -> None:
    client = place.site.app.test_client()
    headers = place.site.bearer("lead", ["oncall.read", "oncall.cover"])
    on = client.get("/api/v1/on-call", headers=headers).get_json()["schedules"][0]
    assert (on["schedule"], on["on_call"]["username"]) == ("sis", "ana")
    assert on["on_call"]["ends_at"] == "2015-01-12T16:00:00Z"
    made = client.post(
        "/api/v1/on-call/sis/covers",
        json={
            "username": "cy",
            "begins_at": "2015-01-07T08:00:00-08:00",
            "ends_at": "2015-01-07T20:00:00-08:00",
        },
        headers=headers,
    )
    assert made.status_code == 201
    with place.site.runtime.database.read() as session:
        shift = find_on_call(session, "sis", at("2015-01-07T12:00"))
    assert shift is not None
    assert shift.user_id == user(place.roster.cy)
    query = "?from=2015-01-04T08:00:00Z&until=2015-01-08T08:00:00Z"
    listed = client.get(f"/api/v1/on-call/sis/shifts{query}", headers=headers).get_json()
    assert [each["username"] for each in listed["shifts"]] == ["ana", "cy", "ana"]
    assert listed["gaps"] == [
        {"begins_at": "2015-01-04T08:00:00Z", "ends_at": "2015-01-05T16:00:00Z"}
    ]
    gone = f"/api/v1/on-call/sis/covers/{made.get_json()['id']}"
    assert client.delete(gone, headers=headers).status_code == 204
    assert client.delete(gone, headers=headers).status_code == 404
    for refused in ("none/shifts", "sis/shifts?from=monday", "sis/shifts?until=2014-01-01T00:00Z"):
        assert client.get(f"/api/v1/on-call/{refused}", headers=headers).status_code in (404, 422)
