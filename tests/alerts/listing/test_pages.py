import re
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from alerts.acknowledgement.actions import acknowledge
from alerts.queries_matching import get_alert_for
from alerts.rules import AlertChange, fingerprint
from alerts.settings import AlertSettings
from alerts.surface import SURFACE
from core.auth.actor import Actor
from core.clock import FrozenClock
from core.db import Database
from core.settings.models import RoleSettings
from core.web.paging import write_cursor
from tests.alerts.support import REAL, TEN, report, settings_of
from tests.alerts.test_pages import add_schools
from tests.core.web_site import TESTS, Browser, Site, make_site

READ = frozenset({"alerts.read"})
WORK = READ | {"alerts.acknowledge", "alerts.silence"}
ROLES = {
    "agent": RoleSettings(title="Agent", permissions=WORK),
    "reader": RoleSettings(title="Reader", permissions=READ),
    "school_staff": RoleSettings(title="School staff", permissions=WORK, scoped=True),
}
SETTINGS = settings_of(
    {"type": "console"},
    route={"group_by": ["service"]},
    inhibit_rules=[{"source_matchers": ["alertname=CoreDown"], "target_matchers": ["service=net"]}],
)


def alert(name: str, service: str, school: int = 0, severity: str = "warning") -> AlertChange:
    labels = {"alertname": name, "service": service, "severity": severity}
    if school:
        labels["school"] = f"S-{school:04}"
    return AlertChange(labels, {"summary": f"{name} at {school}"}, "firing", TEN)


CHANGES = [
    alert("CoreDown", "core", severity="critical"),
    *(alert("SwitchDown", "net", school) for school in (1, 2)),
    *(alert("LoginSlow", "sis", school) for school in (1, 2, 3)),
    alert("DiskFull", ""),
]


@pytest.fixture(scope="module")
def site(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Site:
    add_schools(module_database, [1, 2, 3])
    report(module_database, SETTINGS, *CHANGES)
    var, clock = Path(tmp_path_factory.mktemp("var")), FrozenClock(TEN, REAL)
    return make_site(
        module_database, var, clock, [SURFACE], roles=ROLES, sections={AlertSettings: SETTINGS}
    )


@pytest.fixture(scope="module")
def ana(site: Site) -> Browser:
    return site.signed_in("ana", "agent")


def listed(page: str) -> list[str]:
    return sorted(re.findall(r'<th scope="row"><a href="/alerts/\w+">([^<]+)', page))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("service=sis", ["LoginSlow at 1", "LoginSlow at 2", "LoginSlow at 3"]),
        ("school=S-0003", ["LoginSlow at 3"]),
        ("service=-", ["DiskFull at 0"]),
        ("q=diskf", ["DiskFull at 0"]),
        ("q=s-0003", ["LoginSlow at 3"]),
        ("q=100%25", []),
        ("state=suppressed", ["SwitchDown at 1", "SwitchDown at 2"]),
        ("state=active&school=S-0001", ["LoginSlow at 1"]),
        ("state=resolved", []),
        ("severity=critical&acknowledged=no", ["CoreDown at 0"]),
        ("severity=critical&acknowledged=yes", []),
        ("group=999", []),
    ],
)
def test_the_list_is_narrowed(ana: Browser, asked: str, found: list[str]) -> None:
    page = ana.get(f"/alerts?{asked}").text
    assert listed(page) == found
    assert ("No alert fits this choice" in page) == (not found)


def test_held_back_alerts_say_why_and_are_found_across_pages(ana: Browser) -> None:
    page = ana.get("/alerts?state=suppressed&limit=1").text
    assert "explained by" in page
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following is not None
    rest = ana.get(following[1].replace("&amp;", "&") + "&limit=1").text
    assert sorted(listed(page) + listed(rest)) == ["SwitchDown at 1", "SwitchDown at 2"]
    assert 'rel="next"' not in rest


@pytest.mark.parametrize("asked", ["by=colour", "state=odd", "by=receiver&open=x", "group=x"])
def test_a_choice_that_does_not_exist_is_refused(ana: Browser, asked: str) -> None:
    assert ana.get(f"/alerts?{asked}").status_code == 422


def test_a_page_of_other_groups_is_refused(ana: Browser) -> None:
    cursor = write_cursor(3, "sis")
    assert ana.get(f"/alerts?by=service&after={cursor}").status_code == 200
    assert ana.get(f"/alerts?by=receiver&after={cursor}").status_code == 400


def groups(page: str) -> list[tuple[str, str]]:
    found = re.findall(r"data-group>([^<]+)</a>.*?<small>([^,]+), ", page, re.DOTALL)
    return [(name, count) for name, count in found]


def test_groups_are_counted_and_open(ana: Browser) -> None:
    page = ana.get("/alerts?by=service&open=sis").text
    assert groups(page) == [
        ("sis", "3 firing"),
        ("net", "2 firing"),
        ("None", "1 firing"),
        ("core", "1 firing"),
    ]
    assert listed(page) == ["LoginSlow at 1", "LoginSlow at 2", "LoginSlow at 3"]
    assert 'href="/alerts?service=sis"' in page
    assert "1 critical" in page
    assert ("School 1", "2 firing") in groups(ana.get("/alerts?by=school").text)
    assert ("No school", "2 firing") in groups(ana.get("/alerts?by=school").text)
    assert groups(ana.get("/alerts?by=service&state=resolved").text) == []


def test_groups_come_in_pages(ana: Browser) -> None:
    seen: list[tuple[str, str]] = []
    url = "/alerts?by=alertname&limit=1"
    while url:
        page = ana.get(url).text
        seen += groups(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following[1].replace("&amp;", "&") + "&limit=1" if following else ""
    assert [name for name, _ in seen] == ["LoginSlow", "SwitchDown", "CoreDown", "DiskFull"]


def test_a_receivers_groups_hold_what_is_told_together(ana: Browser) -> None:
    page = ana.get("/alerts?by=receiver").text
    assert len(groups(page)) == 4
    assert "<code>service=sis</code>" in page
    first = ana.get("/alerts?by=receiver&limit=1").text
    address = re.search(r'<a href="([^"]+)" aria-expanded="false"', first)
    assert address is not None
    opened = ana.get(address[1].replace("&amp;", "&")).text
    assert listed(opened) == ["LoginSlow at 1", "LoginSlow at 2", "LoginSlow at 3"]


def test_a_schools_staff_see_and_count_the_alerts_of_their_school_only(site: Site) -> None:
    browser = site.signed_in("sam", "school_staff", ["S-0002"])
    assert listed(browser.get("/alerts").text) == ["LoginSlow at 2", "SwitchDown at 2"]
    counted = groups(browser.get("/alerts?by=service").text)
    assert sorted(counted) == [("net", "1 firing"), ("sis", "1 firing")]
    told = groups(browser.get("/alerts?by=receiver").text)
    assert [count for _, count in told] == ["1 firing", "1 firing"]
    refused = send(browser, "acknowledge", CHANGES[0])
    assert "None of these alerts is one that you may see." in refused.text


def send(browser: Browser, deed: str, *changes: AlertChange, where: str = "") -> TestResponse:
    """Send the form with these alerts ticked."""
    form = [("alert", fingerprint(change.labels)) for change in changes]
    token = ("csrf_token", browser.form_token("/alerts"))
    return browser.client.post(f"/alerts/{deed}{where}", data=MultiDict([token, *form]))


def test_what_is_chosen_is_silenced_by_the_labels_that_it_shares(ana: Browser) -> None:
    answer = send(ana, "silence", *CHANGES[3:6])
    assert answer.status_code == 303
    form = ana.get(answer.location).text
    assert "alertname=&#34;LoginSlow&#34;\nservice=&#34;sis&#34;\nseverity=" in form
    assert "school=" not in form.split("<textarea")[1].split("</textarea")[0]
    assert "3 alerts that fire now fit" in form
    nothing = send(ana, "silence")
    assert (nothing.status_code, "Choose at least one alert" in nothing.text) == (422, True)
    other = send(ana, "silence", CHANGES[0], CHANGES[3])
    assert "These alerts share no label" in other.text
    assert len(re.findall(r'form="chosen" checked', other.text)) == 2


def test_what_is_chosen_is_acknowledged_but_for_what_somebody_else_is_on(
    site: Site, ana: Browser
) -> None:
    ben = Actor(kind="user", id="user:99", name="Ben", role="agent", permissions=WORK)
    with site.runtime.database.write() as session:
        taken = get_alert_for(session, TESTS, fingerprint(CHANGES[1].labels))
        acknowledge(session, [taken.id], by=ben, now=TEN, real_now=REAL)
    answer = send(ana, "acknowledge", *CHANGES[:2], where="?severity=critical")
    assert (answer.status_code, answer.location) == (303, "/alerts?severity=critical")
    page = ana.get("/alerts").text
    assert "1 alert acknowledged. The other one is with somebody else" in page
    assert "Ana is on it" in page
    assert listed(ana.get("/alerts?acknowledged=yes").text) == ["CoreDown at 0", "SwitchDown at 1"]
    refused = send(ana, "acknowledge", CHANGES[1])
    assert (refused.status_code, "Ben has acknowledged this already." in refused.text) == (
        409,
        True,
    )


def test_who_may_only_read_chooses_nothing(site: Site) -> None:
    reader = site.signed_in("rita", "reader")
    assert 'type="checkbox"' not in reader.get("/alerts").text
    assert reader.post("/alerts/acknowledge", page="/alerts").status_code == 403
