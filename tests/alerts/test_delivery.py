import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from alerts.delivery import deliver, handlers
from alerts.settings import AlertSettings
from core.db import Database
from core.errors import ProviderError
from core.outbox.handler import Delivery
from core.outbox.log_queries import get_delivery, list_deliveries
from core.outbox.rules import State
from core.outbox.worker import DeliveryLoop, deliver_due
from core.runtime import Runtime
from tests.alerts.mail_server import Postbox, posting
from tests.alerts.support import (
    REAL,
    Answer,
    answering,
    change,
    make_runtime,
    messages,
    report,
    settings_of,
)
from tests.support.server import free_port

OK = Answer(body=json.dumps({"ok": True, "channel": "C012", "ts": "1.2"}))
BUSY = Answer(429, json.dumps({"ok": False, "error": "ratelimited"}), {"Retry-After": "1"})
BROKEN = Answer(500, "<html>oops</html>")


def slack_settings(url: str) -> AlertSettings:
    """Every alert is a group of its own."""
    slack = {"type": "slack", "token": "x", "channel": "#help", "base_url": url}
    return settings_of(slack, route={"group_by": ["..."]})


@contextmanager
def delivering(runtime: Runtime) -> Iterator[None]:
    """The delivery process's loop, in a thread."""
    stop = threading.Event()
    loop = DeliveryLoop(runtime, handlers(runtime), "test")
    thread = threading.Thread(target=loop.run_until, args=[stop])
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)


def wait_until_settled(database: Database) -> list[str]:
    """The states of all messages, when none waits any more."""
    deadline = time.monotonic() + 20
    while True:
        states = [message.state for message in messages(database)]
        if set(states) <= {State.SENT, State.DEAD} or time.monotonic() > deadline:
            return states
        time.sleep(0.02)


def wait_until_sent(database: Database, **wanted: int) -> dict[str, int]:
    """How many messages of each channel are sent, once it is so many."""
    deadline = time.monotonic() + 20
    while True:
        sent = Counter(
            each.payload["channel"] for each in messages(database) if each.state == State.SENT
        )
        if sent == wanted or time.monotonic() > deadline:
            return dict(sent)
        time.sleep(0.02)


def test_slack_answering_429_and_500_loses_nothing_and_is_asked_when_it_said(
    database: Database, tmp_path: Path
) -> None:
    with answering(BUSY, BROKEN, BUSY, OK) as provider:
        runtime = make_runtime(database, tmp_path, slack_settings(provider.url))
        alerts = runtime.settings.of(AlertSettings)
        for number in range(1, 6):
            report(database, alerts, change(number))
        with delivering(runtime):
            assert wait_until_settled(database) == [State.SENT] * 5
        with database.read() as session:
            attempts = [list(get_delivery(session, number).attempts) for number in range(1, 6)]
            waits = [
                second.started_at - first.finished_at
                for tried in attempts
                for first, second in pairwise(tried)
                if "429" in first.detail
            ]
    posted = [request.json()["metadata"]["event_payload"]["key"] for request in provider.requests]
    assert len(posted) == 5 + 3
    assert len(set(posted)) == 5
    assert waits
    assert min(waits) >= timedelta(seconds=1)


def test_while_slack_smtp_and_a_network_fail_nothing_is_lost_and_nothing_else_waits(
    database: Database, tmp_path: Path
) -> None:
    postbox = Postbox()
    postbox.next_data = ["451 try later"] * 2
    with answering(BUSY, BROKEN, OK) as slack, posting(postbox) as port:
        server = {"host": "127.0.0.1", "port": port, "security": "none"}
        to = {"sender": "alerts@district.example", "to": ["ana@district.example"]}
        alerts = settings_of(
            {"type": "webhook", "url": f"http://127.0.0.1:{free_port()}/"},
            {"type": "slack", "token": "x", "channel": "#help", "base_url": slack.url},
            {"type": "mail", **server, **to},
            {"type": "console"},
            route={"group_by": ["..."]},
        )
        runtime = make_runtime(database, tmp_path, alerts)
        report(database, alerts, *(change(number) for number in (1, 2, 3)))
        with delivering(runtime):
            sent = wait_until_sent(database, slack=3, mail=6, console=3)
    assert sent == {"slack": 3, "mail": 6, "console": 3}  # a mail is handed on to its address
    network = [each for each in messages(database) if each.payload["channel"] == "webhook"]
    assert len(network) == 3
    assert {each.state for each in network} <= {State.FAILED, State.SENDING, State.DEAD}


def test_a_refused_token_is_dead_and_the_other_channels_are_told(
    database: Database, tmp_path: Path
) -> None:
    refusal = Answer(body=json.dumps({"ok": False, "error": "invalid_auth"}))
    with answering(refusal) as slack, answering(Answer()) as webhook:
        alerts = settings_of(
            {"type": "slack", "token": "x", "channel": "#help", "base_url": slack.url},
            {"type": "webhook", "url": webhook.url},
        )
        runtime = make_runtime(database, tmp_path, alerts)
        report(database, alerts, change(1))
        with delivering(runtime):
            assert wait_until_settled(database) == [State.DEAD, State.SENT]
    assert messages(database)[0].last_error == "Slack refused: invalid_auth"
    assert len(slack.requests) == 1
    assert webhook.requests[0].json()["externalURL"] == "https://help.district.example"


@pytest.mark.parametrize(
    "settings",
    [
        settings_of({"type": "console"}),
        settings_of({"type": "slack", "enabled": False}),
        settings_of({"type": "slack"}),
        AlertSettings.model_validate({"route": {"receiver": "new"}, "receivers": {"new": {}}}),
    ],
)
def test_a_channel_that_was_taken_out_of_the_configuration_is_final(
    database: Database, tmp_path: Path, settings: AlertSettings
) -> None:
    payload = {"receiver": "default", "channel": "slack", "notification": {}}
    delivery = Delivery(1, "alert.slack", "key", payload, 1, REAL)
    with pytest.raises(ProviderError) as caught:
        deliver(make_runtime(database, tmp_path, settings), delivery)
    assert caught.value.permanent


def test_each_address_has_a_message_and_a_fate_of_its_own(
    database: Database, tmp_path: Path
) -> None:
    postbox = Postbox(busy="451 try later", gone="550 unknown")
    with posting(postbox) as port:
        to = ["ana@district.example", "busy@district.example", "gone@district.example"]
        server = {"host": "127.0.0.1", "port": port, "security": "none"}
        alerts = settings_of({"type": "mail", "sender": "a@district.example", "to": to, **server})
        runtime = make_runtime(database, tmp_path, alerts)
        report(database, alerts, change(1))
        for _ in range(2):
            deliver_due(runtime, handlers(runtime), "test")
    parent, *children = messages(database)
    assert (parent.state, parent.receipt) == (State.SENT, "handed on to 3 recipients")
    assert [child.recipient for child in children] == to
    assert [child.state for child in children] == [State.SENT, State.FAILED, State.DEAD]
    assert len({child.lane for child in children}) == 3
    with database.read() as session:
        [logged] = list_deliveries(session, recipient="gone@district.example")
    assert logged.last_error == "every recipient was refused: 550 unknown"


def test_handing_on_again_after_a_crash_tells_nobody_twice(
    database: Database, tmp_path: Path
) -> None:
    alerts = settings_of(
        {"type": "mail", "host": "h", "sender": "a@d.example", "to": ["b@d.example", "c@d.example"]}
    )
    runtime = make_runtime(database, tmp_path, alerts)
    report(database, alerts, change(1))
    [parent] = messages(database)
    delivery = Delivery(parent.id, parent.topic, parent.key, parent.payload, 1, REAL, parent.lane)
    deliver(runtime, delivery)
    deliver(runtime, delivery)
    assert len(messages(database)) == 3
