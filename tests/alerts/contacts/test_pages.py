import re
from pathlib import Path

from alerts.settings import AlertSettings
from alerts.surface import SURFACE
from core.clock import FrozenClock
from core.db import Database
from core.settings.models import RoleSettings
from tests.alerts.contacts.test_actions import code_sent
from tests.alerts.support import REAL, TEN, change, report, settings_of
from tests.core.web_site import Site, make_site

ROLES = {
    "agent": RoleSettings(
        title="Agent", permissions=frozenset({"alerts.read", "alerts.acknowledge"})
    )
}
MAIL = {"type": "mail", "host": "localhost", "sender": "b@district.example"}
PAGE = "/account/notifications"


def open_site(database: Database, var: Path, **more: object) -> Site:
    settings = settings_of({"type": "console"}, **more)
    clock = FrozenClock(TEN, REAL)
    return make_site(
        database, var, clock, [SURFACE], roles=ROLES, sections={AlertSettings: settings}
    )


def test_an_address_is_added_verified_and_told_by_a_rule(
    database: Database, tmp_path: Path
) -> None:
    browser = open_site(database, tmp_path, personal={"mail": MAIL}).signed_in("ana", "agent")
    assert "Nobody can reach you" in browser.get(PAGE).text
    form = {"method": "mail", "address": "ana at home"}
    refused = browser.post(f"{PAGE}/contacts", form, page=PAGE)
    assert refused.status_code == 422
    assert 'value="ana at home"' in refused.text
    form["address"] = "ana@district.example"
    assert browser.post(f"{PAGE}/contacts", form, page=PAGE).status_code == 303
    page = browser.get(PAGE).text
    check = re.search(r'action="([^"]+/verify)"', page)
    code = code_sent(database)
    assert check is not None
    assert "not the code" in browser.post(check[1], {"code": "1"}, page=PAGE).text
    assert browser.post(check[1], {"code": code}, page=PAGE).status_code == 303
    contact = re.search(r'<option value="(\d+)">Mail: ana', browser.get(PAGE).text)
    assert contact is not None
    rule = {"contact": contact[1], "severity": "critical", "after_minutes": "5"}
    assert browser.post(f"{PAGE}/rules", rule, page=PAGE).status_code == 303
    page = browser.get(PAGE).text
    assert "after 5 min, unless somebody acknowledges before" in page
    again = browser.post(f"{PAGE}/rules", rule, page=PAGE)
    assert (again.status_code, "You have this rule already." in again.text) == (409, True)
    for kind in ("rules", "contacts"):
        remove = re.search(rf'action="({PAGE}/{kind}/\d+/remove)"', page)
        assert remove is not None
        assert browser.post(remove[1], {}, page=PAGE).status_code == 303
    assert "Nobody can reach you" in browser.get(PAGE).text


def test_an_installation_without_channels_says_so(database: Database, tmp_path: Path) -> None:
    browser = open_site(database, tmp_path).signed_in("ana", "agent")
    assert "No way to reach people is set up" in browser.get(PAGE).text
    form = {"method": "sms", "address": "+12135550100"}
    assert browser.post(f"{PAGE}/contacts", form, page="/alerts").status_code == 422


def test_alerts_are_acknowledged_through_the_api(database: Database, tmp_path: Path) -> None:
    site = open_site(database, tmp_path)
    report(database, settings_of({"type": "console"}), change(1))
    client, headers = site.app.test_client(), site.bearer("agent", ["alerts.read"])
    found = client.get("/api/v1/alerts", headers=headers).get_json()["alerts"]
    body = {"fingerprints": [found[0]["fingerprint"]], "note": "on it"}
    assert client.post("/api/v1/alerts/acknowledge", json=body, headers=headers).status_code == 403
    first, second = (site.bearer("agent", ["alerts.acknowledge"]) for _ in range(2))
    given = client.post("/api/v1/alerts/acknowledge", json=body, headers=first)
    assert given.get_json() == {"fingerprints": body["fingerprints"]}
    taken = client.post("/api/v1/alerts/acknowledge", json=body, headers=second)
    assert (taken.status_code, "has acknowledged this already" in taken.text) == (409, True)
    back = {"fingerprints": body["fingerprints"]}
    url = "/api/v1/alerts/unacknowledge"
    assert client.post(url, json=back, headers=second).status_code == 200
    assert client.post(url, json=back, headers=second).status_code == 409
    unknown = {"fingerprints": ["0" * 16]}
    assert client.post(url, json=unknown, headers=second).status_code == 404
