import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.metrics import AlertCollector
from alerts.rules import AlertChange, fingerprint
from alerts.settings import AlertSettings
from alerts.surface import SURFACE
from core.clock import FrozenClock
from core.db import Database
from core.errors import ProviderError
from core.outbox.handler import Delivery
from core.outbox.metrics import OutboxCollector
from core.outbox.worker import deliver_due
from core.settings.models import RoleSettings
from sis.organizations.models import Organization, School
from tests.alerts.support import REAL, TEN, change, report, settings_of
from tests.core.web_site import Site, make_site

READER = frozenset({"alerts.read", "deliveries.read", "channels.test"})
ROLES = {
    "agent": RoleSettings(title="Agent", permissions=READER),
    "school_staff": RoleSettings(
        title="School staff", permissions=frozenset({"alerts.read"}), scoped=True
    ),
}
CONSOLE = settings_of({"type": "console"})


def open_site(database: Database, var: Path, alerts: AlertSettings = CONSOLE) -> Site:
    clock = FrozenClock(TEN, REAL)
    return make_site(database, var, clock, [SURFACE], roles=ROLES, sections={AlertSettings: alerts})


def add_schools(database: Database, numbers: Sequence[int]) -> None:
    with database.write() as session:
        for number in numbers:
            session.add(
                Organization(
                    id=number,
                    sourced_id=f"S-{number:04}",
                    source="test",
                    name=f"School {number}",
                    type="school",
                    modified_at=REAL,
                )
            )
            session.flush()
            session.add(School(organization_id=number, time_zone="America/Los_Angeles"))


def test_the_alerts_page_shows_what_fires_and_links_to_the_school(
    database: Database, tmp_path: Path
) -> None:
    site = open_site(database, tmp_path)
    browser = site.signed_in("ana", "agent")
    assert "No probe has found anything wrong yet." in browser.get("/alerts").text
    report(database, CONSOLE, change(1))
    page = browser.get("/alerts").text
    assert '<a href="/schools/1">S-0001</a>' in page
    assert f'<a href="/alerts/{fingerprint(change(1).labels)}">School 1: 11 students' in page
    assert "firing" in page
    assert "No alert fits this choice" in browser.get("/alerts?severity=info").text
    assert browser.get("/alerts?severity=loud").status_code == 422


def test_an_alert_without_annotations_and_one_that_leads_elsewhere_are_listed(
    database: Database, tmp_path: Path
) -> None:
    browser = open_site(database, tmp_path).signed_in("ana", "agent")
    bare = AlertChange({"alertname": "NodeDown"}, {}, "firing", TEN)
    bad = AlertChange({"severity": "info"}, {"path": "javascript:alert(1)"}, "firing", TEN)
    report(database, CONSOLE, bare, bad)
    page = browser.get("/alerts").text
    assert "NodeDown</a>" in page
    assert f"{fingerprint(bad.labels)}</a>" in page
    assert "javascript:" not in page


def test_schools_that_began_together_are_shown_worst_first(
    database: Database, tmp_path: Path
) -> None:
    browser = open_site(database, tmp_path).signed_in("ana", "agent")
    report(database, CONSOLE, *(change(n, value=v) for n, v in ((1, 12), (2, 40), (3, 11))))
    report(database, CONSOLE, change(2, "resolved", value=3, at=TEN + timedelta(minutes=5)))
    page = browser.get("/alerts").text
    assert re.findall(r'href="/schools/(\d+)"', page) == ["1", "3", "2"]


def test_a_live_part_is_the_table_alone(database: Database, tmp_path: Path) -> None:
    browser = open_site(database, tmp_path).signed_in("ana", "agent")
    report(database, CONSOLE, change(1))
    part = browser.get("/alerts", X_Live="1").text
    assert "<table>" in part
    assert "<html" not in part


def test_pages_of_alerts_follow_one_another(database: Database, tmp_path: Path) -> None:
    browser = open_site(database, tmp_path).signed_in("ana", "agent")
    report(database, CONSOLE, *(change(number) for number in range(1, 6)))
    seen, url = [], "/alerts?limit=2"
    while url:
        page = browser.get(url).text
        seen += re.findall(r'href="/schools/(\d+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following[1].replace("&amp;", "&") + "&limit=2" if following else ""
    assert sorted(seen) == ["1", "2", "3", "4", "5"]


def test_a_schools_staff_see_the_alerts_of_their_school_only(
    database: Database, tmp_path: Path
) -> None:
    add_schools(database, [1, 2])
    site = open_site(database, tmp_path)
    report(database, CONSOLE, change(1), change(2))
    browser = site.signed_in("sam", "school_staff", ["S-0002"])
    page = browser.get("/alerts").text
    assert "School 2" in page
    assert "School 1" not in page
    assert browser.get("/deliveries").status_code == 403
    headers = site.bearer("school_staff", ["alerts.read"], ["S-0001"])
    answer = site.app.test_client().get("/api/v1/alerts", headers=headers)
    assert [alert["labels"]["school"] for alert in answer.get_json()["alerts"]] == ["S-0001"]


def test_the_api_gives_alerts_with_cursor_pages(database: Database, tmp_path: Path) -> None:
    site = open_site(database, tmp_path)
    report(database, CONSOLE, change(1), change(2), change(3))
    client = site.app.test_client()
    headers = site.bearer("agent", ["alerts.read"])
    first = client.get("/api/v1/alerts?limit=2&status=firing", headers=headers).get_json()
    rest = client.get(
        "/api/v1/alerts", query_string={"after": first["next"]}, headers=headers
    ).get_json()
    assert [len(first["alerts"]), len(rest["alerts"]), rest["next"]] == [2, 1, None]
    alert = first["alerts"][0]
    assert alert["starts_at"] == "2015-01-12T18:00:00Z"
    assert (alert["status"], alert["ends_at"]) == ("firing", None)
    assert client.get("/api/v1/alerts").status_code == 401
    assert client.get("/api/v1/alerts?status=maybe", headers=headers).status_code == 422


def test_the_delivery_log_says_what_was_sent_where_and_why_not(
    database: Database, tmp_path: Path
) -> None:
    alerts = settings_of({"type": "console"}, {"type": "webhook", "url": "http://localhost/"})
    site = open_site(database, tmp_path, alerts)
    browser = site.signed_in("ana", "agent")
    assert "Nothing has fired, so there was nothing to say." in browser.get("/deliveries").text
    report(database, alerts, change(1))

    def refuse(_delivery: Delivery) -> str:
        raise ProviderError("HTTP 404", permanent=True)

    waiting = browser.get("/deliveries/1").text
    assert "The message is waiting for the delivery process." in waiting
    deliver_due(
        site.runtime, {"alert.console": lambda _: "printed", "alert.webhook": refuse}, "test"
    )
    page = browser.get("/deliveries").text
    assert "School 1: 11 students without a schedule (limit 10)" in page
    assert "given up" in page
    assert "HTTP 404" in page
    assert "HTTP 404" not in browser.get("/deliveries?state=sent").text
    assert "No message fits this choice" in browser.get("/deliveries?state=failed").text
    detail = browser.get("/deliveries/2").text
    assert "<td>dead</td>" in detail
    assert browser.get("/deliveries/3").status_code == 404


@pytest.mark.parametrize(
    ("channels", "sentence"),
    [
        ([], "config.yaml names no channel"),
        ([{"type": "slack"}], "It has no token."),
        ([{"type": "console", "enabled": False}], "config.yaml says enabled: false."),
    ],
)
def test_the_pages_say_that_no_channel_is_ready_and_why(
    database: Database, tmp_path: Path, channels: list[dict[str, object]], sentence: str
) -> None:
    browser = open_site(database, tmp_path, settings_of(*channels)).signed_in("ana", "agent")
    assert "No channel is ready, so an alert tells nobody." in browser.get("/deliveries").text
    assert sentence in browser.get("/deliveries/channels").text


def test_the_metrics_count_alerts_and_messages(database: Database) -> None:
    report(database, CONSOLE, change(1), change(2, severity="warning"))
    collected = [*AlertCollector(database).collect(), *OutboxCollector(database).collect()]
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for metric in collected
        for sample in metric.samples
    }
    assert samples["bellwether_alerts", "firing", "critical"] == 1
    assert samples["bellwether_alerts", "firing", "warning"] == 1
    assert samples["bellwether_outbox_messages", "alert.console", "queued"] == 1
    oldest = "bellwether_outbox_oldest_enqueued_timestamp_seconds"
    assert samples[oldest, "alert.console"] == REAL.timestamp()
