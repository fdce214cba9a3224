"""What is posted becomes alerts: who may post, what counts, and no loops."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from alerts.alertmanager.rules.times import format_time
from alerts.models import Alert
from core.clock import FrozenClock
from core.db import Database
from core.web.factory import LARGEST_BODY as LARGEST_FORM
from tests.alerts.alertmanager.support import alert_settings, am_site
from tests.alerts.support import TEN
from tests.alerts.test_pages import add_schools
from tests.core.web_site import Site

ALERTS = "/alertmanager/api/v2/alerts"
WEBHOOK = "/alertmanager/webhook"
DOWN = {"alertname": "Down", "school": "S-1"}


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(TEN)


@pytest.fixture
def site(database: Database, tmp_path: Path, clock: FrozenClock) -> Site:
    return am_site(database, tmp_path, clock)


def stored(database: Database) -> list[Alert]:
    with database.read() as session:
        found = list(session.scalars(select(Alert).order_by(Alert.id)))
        session.expunge_all()
        return found


def notification(status: str, **more: Any) -> dict[str, Any]:
    alert = {"status": status, "labels": DOWN, "startsAt": "0001-01-01T00:00:00Z", **more}
    return {"version": "4", "groupKey": "{}:{}", "status": status, "alerts": [alert]}


def test_an_alert_is_merged_as_alertmanager_merges(
    site: Site, database: Database, clock: FrozenClock
) -> None:
    client = site.browser().client
    end = format_time(TEN + timedelta(hours=1))
    first = {"labels": DOWN, "annotations": {"summary": "one"}, "generatorURL": "http://g"}
    assert client.post(ALERTS, json=[{**first, "endsAt": end}]).status_code == 200
    clock.advance(timedelta(minutes=1))
    later = {"labels": DOWN, "annotations": {"summary": "two"}}
    assert client.post(ALERTS, json=[{**later, "startsAt": format_time(TEN)}]).status_code == 200
    (alert,) = stored(database)
    assert alert.annotations == {"summary": "two"}
    assert (alert.starts_at, alert.generator_url) == (TEN, "http://g")
    assert alert.expires_at == TEN + timedelta(hours=1)
    over = format_time(clock.at)
    assert client.post(ALERTS, json=[{**later, "endsAt": over}]).status_code == 200
    assert [(each.status, each.ends_at) for each in stored(database)] == [("resolved", clock.at)]


def test_the_good_ones_are_kept_when_others_are_refused(site: Site, database: Database) -> None:
    answer = site.browser().client.post(ALERTS, json=[{"labels": {}}, {"labels": DOWN}])
    assert (answer.status_code, answer.json) == (400, "at least one label pair required")
    assert len(stored(database)) == 1


def test_a_body_may_be_larger_than_a_form(site: Site, database: Database) -> None:
    large = {"labels": DOWN, "annotations": {"description": "x" * LARGEST_FORM}}
    assert site.browser().client.post(ALERTS, json=[large]).status_code == 200
    assert len(stored(database)) == 1


def test_what_a_webhook_told_counts_until_it_is_resolved_or_forgotten(
    site: Site, database: Database, clock: FrozenClock
) -> None:
    client = site.browser().client
    assert client.post(WEBHOOK, json=notification("firing")).status_code == 200
    (alert,) = stored(database)
    assert (alert.expires_at, alert.times_out) == (TEN + timedelta(hours=25), True)
    clock.advance(timedelta(minutes=5))
    ended = format_time(TEN + timedelta(minutes=4))
    assert client.post(WEBHOOK, json=notification("resolved", endsAt=ended)).status_code == 200
    (alert,) = stored(database)
    assert (alert.status, alert.ends_at) == ("resolved", TEN + timedelta(minutes=4))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (notification("flapping"), 400),
        (notification("firing", labels={}), 400),
        ({"alerts": "none"}, 400),
        ({}, 422),
        ([], 400),
    ],
)
def test_a_strange_notification_is_refused(
    database: Database, tmp_path: Path, body: Any, status: int
) -> None:
    answer = am_site(database, tmp_path).browser().client.post(WEBHOOK, json=body)
    assert answer.status_code == status


def test_our_own_webhook_cannot_tell_us_what_we_told(site: Site, database: Database) -> None:
    own = {"User-Agent": "Bellwether"}
    body = {**notification("firing"), "externalURL": ""}
    client = site.browser().client
    assert client.post(WEBHOOK, json=body, headers=own).status_code == 409
    assert stored(database) == []
    other = {**body, "externalURL": "https://other.example/"}
    assert client.post(WEBHOOK, json=other, headers=own).status_code == 200


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.1", {}, 401),
        ("127.0.0.1", {"X-Forwarded-For": "10.0.0.1"}, 401),
        ("127.0.0.1", {"Sec-Fetch-Site": "cross-site"}, 401),
        ("127.0.0.1", {"Authorization": "Bearer wrong"}, 401),
    ],
)
def test_only_programs_of_this_machine_need_no_token(
    site: Site, address: str, headers: dict[str, str], status: int
) -> None:
    answer = site.browser(address).client.get(ALERTS, headers=headers)
    assert answer.status_code == status
    body: Any = answer.json
    assert body == [] if status == 200 else body["code"] == status


def test_a_token_of_a_school_reports_and_sees_its_own(database: Database, tmp_path: Path) -> None:
    site = am_site(database, tmp_path, settings=alert_settings(loopback=False))
    add_schools(database, [1])
    scopes = ("alerts.post", "alerts.read")
    everything = site.bearer(role="program", scopes=scopes)
    own = site.bearer(role="school", scopes=scopes, schools=["S-0001"])
    client = site.browser().client
    for headers, school, status in (
        (everything, "S-0002", 200),
        (own, "S-0001", 200),
        (own, "S-0002", 403),
    ):
        body = [{"labels": {"alertname": "Down", "school": school}}]
        assert client.post(ALERTS, json=body, headers=headers).status_code == status
    seen: Any = client.get(ALERTS, headers=own).json
    assert [each["labels"]["school"] for each in seen] == ["S-0001"]
    everywhere: Any = client.get(ALERTS, headers=everything).json
    assert len(everywhere) == 2
