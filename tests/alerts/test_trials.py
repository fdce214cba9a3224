"""Test messages: from the page through the outbox, and from the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from alerts.jobs import watch_deliveries
from alerts.settings import AlertSettings
from alerts.surface import SURFACE
from alerts.trial_cli import alerts_group
from core.db import Database
from core.outbox.rules import State
from core.outbox.worker import deliver_due
from tests.alerts.support import (
    REAL,
    Answer,
    answering,
    make_runtime,
    messages,
    settings_of,
)
from tests.alerts.test_pages import open_site
from tests.core.web_site import Site


def deliver(site: Site) -> None:
    assert SURFACE.handlers is not None
    deliver_due(site.runtime, SURFACE.handlers(site.runtime), "test")


def test_the_button_sends_a_test_and_shows_how_it_went(database: Database, tmp_path: Path) -> None:
    with answering(Answer()) as provider:
        site = open_site(database, tmp_path, settings_of({"type": "webhook", "url": provider.url}))
        browser = site.signed_in("ana", "agent")
        assert "Try webhook" in browser.get("/deliveries/channels").text
        form = {"receiver": "default", "channel": "webhook"}
        answer = browser.post("/deliveries/channels/test", form, page="/alerts")
        assert answer.headers["Location"] == "/deliveries/1"
        deliver(site)
        assert "HTTP 200" in browser.get("/deliveries/1").text
    [request] = provider.requests
    assert request.json()["commonLabels"]["alertname"] == "TestMessage"


def test_a_test_that_fails_says_why_and_alarms_nobody(database: Database, tmp_path: Path) -> None:
    with answering(Answer(500, "out of order")) as provider:
        site = open_site(database, tmp_path, settings_of({"type": "webhook", "url": provider.url}))
        browser = site.signed_in("ana", "agent")
        browser.post(
            "/deliveries/channels/test",
            {"receiver": "default", "channel": "webhook"},
            page="/alerts",
        )
        deliver(site)
    watch_deliveries(site.runtime, REAL)
    [message] = messages(database)
    assert (message.state, message.last_error) == (State.DEAD, "HTTP 500: out of order")
    assert "HTTP 500: out of order" in browser.get("/deliveries/1", **{"X-Live": "1"}).text


def test_a_channel_that_is_not_in_use_is_not_tried(database: Database, tmp_path: Path) -> None:
    site = open_site(database, tmp_path, settings_of({"type": "slack"}))
    browser = site.signed_in("ana", "agent")
    browser.post(
        "/deliveries/channels/test", {"receiver": "default", "channel": "slack"}, page="/alerts"
    )
    assert "The channel slack is not in use: It has no token." in browser.get("/deliveries").text
    missing = browser.post(
        "/deliveries/channels/test", {"receiver": "x", "channel": "slack"}, page="/alerts"
    )
    assert missing.status_code == 404


def test_only_those_who_may_see_the_button(database: Database, tmp_path: Path) -> None:
    browser = open_site(database, tmp_path).signed_in("ola", "school_staff")
    form = {"receiver": "default", "channel": "console"}
    assert browser.post("/deliveries/channels/test", form, page="/alerts").status_code == 403


def run(database: Database, var: Path, alerts: AlertSettings, *words: str) -> Result:
    runtime = make_runtime(database, var, alerts)
    return CliRunner().invoke(alerts_group, ["test-send", *words], obj=runtime)


def test_the_command_prints_what_the_provider_answers(database: Database, tmp_path: Path) -> None:
    with answering(Answer(202, '{"status": "success"}')) as provider:
        alerts = settings_of({"type": "pagerduty", "routing_key": "R", "url": provider.url})
        result = run(database, tmp_path, alerts, "default", "pagerduty")
    assert result.output.startswith("success as ")
    assert [request.json()["event_action"] for request in provider.requests] == [
        "trigger",
        "resolve",
    ]


def test_the_command_tells_every_recipient_and_every_error(
    database: Database, tmp_path: Path
) -> None:
    created = Answer(201, '{"sid": "SM1"}')
    refusal = Answer(400, '{"message": "not a mobile number"}')
    with answering(refusal, created) as provider:
        numbers = ["+12135550101", "+12135550102"]
        login = {"account": "A", "token": "t", "sender": "+12135550100"}
        alerts = settings_of({"type": "sms", "url": provider.url, "to": numbers, **login})
        result = run(database, tmp_path, alerts, "default", "sms")
    assert str(result.exception) == (
        "+12135550101: HTTP 400: not a mobile number; +12135550102: accepted as SM1"
    )


@pytest.mark.parametrize("words", [("nobody", "console"), ("default", "pigeon")])
def test_the_command_names_a_channel_that_does_not_exist(
    database: Database, tmp_path: Path, words: tuple[str, str]
) -> None:
    result = run(database, tmp_path, settings_of({"type": "console"}), *words)
    assert "config.yaml has no channel" in str(result.exception)
