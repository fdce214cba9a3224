"""Browser push: to a push service on the loopback, encrypted for a browser whose keys we hold."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import http_ece
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from alerts.channel import Tools
from alerts.channel_settings import Method
from alerts.channels.push import Push
from alerts.contacts.queries import list_verified
from alerts.push.cli import alerts_group
from alerts.push.queries import list_browsers
from alerts.push.subscription import Subscription
from alerts.settings import AlertSettings
from alerts.surface import SURFACE
from core.clock import FrozenClock
from core.db import Database
from core.errors import ProviderError
from core.outbox.rules import State
from core.outbox.worker import deliver_due
from tests.alerts.support import (
    REAL,
    TEN,
    TOOLS,
    Answer,
    Provider,
    answering,
    messages,
    notification,
    serving,
)
from tests.core.web_site import Browser, Site, make_site

CREATED = Answer(201, "")


def text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


class Device:
    """A browser with keys of its own."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"0123456789abcdef"

    def subscription(self, endpoint: str) -> Subscription:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return Subscription(endpoint, text(point), text(self.secret))

    def read(self, body: bytes) -> Any:
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret))


class Known:
    def __init__(self, *subscriptions: Subscription) -> None:
        self.subscriptions = list(subscriptions)
        self.forgotten: list[str] = []

    def of(self, _address: str) -> list[Subscription]:
        return self.subscriptions

    def forget(self, endpoint: str) -> None:
        self.forgotten.append(endpoint)


@pytest.fixture(scope="module")
def keys() -> tuple[str, str]:
    """A private and a public key, as the command prints them."""
    printed = CliRunner().invoke(alerts_group, ["vapid-keys"]).output.splitlines()
    private, public = (line.split()[-1] for line in printed)
    return private, public


def push(keys: tuple[str, str], **more: Any) -> Push:
    return Push.model_validate(
        {
            "type": "push",
            "vapid_private_key": keys[0],
            "contact": "mailto:help@district.example",
            "to": ["ana"],
            "services": ["http://127.0.0.1"],
            **more,
        }
    )


def with_browsers(browsers: Known) -> Tools:
    return replace(TOOLS, browsers=browsers)


def test_a_browser_can_read_what_a_push_service_cannot(keys: tuple[str, str]) -> None:
    device = Device()
    with answering(CREATED) as service:
        known = Known(device.subscription(f"{service.url}push/1"))
        receipt = push(keys).deliver(notification(1), with_browsers(known))
    [request] = service.requests
    assert receipt == "accepted for 1 of 1 browsers"
    assert b"School" not in request.body
    shown = device.read(request.body)
    assert shown["title"] == "FIRING: School 1: 11 students without a schedule (limit 10)"
    assert shown["path"] == "/schools/1"
    assert request.headers["ttl"] == "14400"
    assert request.headers["urgency"] == "high"
    assert request.headers["topic"] == shown["tag"]
    assert request.headers["content-encoding"] == "aes128gcm"


def test_the_request_proves_who_sends_it(keys: tuple[str, str]) -> None:
    with answering(CREATED) as service:
        known = Known(Device().subscription(f"{service.url}push/1"))
        push(keys).deliver(notification(), with_browsers(known))
    authorization = service.requests[0].headers["authorization"]
    token, key = (part.partition("=")[2] for part in authorization[6:].split(","))
    assert authorization.startswith("vapid t=")
    assert key == keys[1] == push(keys).public_key()
    assert Vapid02.verify(authorization)
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims == {
        "sub": "mailto:help@district.example",
        "aud": service.url.rstrip("/"),
        "exp": int(REAL.timestamp()) + 12 * 3600,
    }


def test_a_long_message_stays_within_what_a_push_service_takes(keys: tuple[str, str]) -> None:
    news = notification(3)
    long = tuple(
        alert.model_copy(update={"annotations": {"summary": "ü" * 3000}}) for alert in news.alerts
    )
    device = Device()
    with answering(CREATED) as service:
        known = Known(device.subscription(service.url))
        push(keys).deliver(news.model_copy(update={"alerts": long}), with_browsers(known))
    assert len(service.requests[0].body) <= 4096
    assert device.read(service.requests[0].body)["body"].startswith("üü")


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_has_gone_is_forgotten(keys: tuple[str, str], status: int) -> None:
    with answering(Answer(status), CREATED) as service:
        known = Known(*(Device().subscription(f"{service.url}{n}") for n in (1, 2)))
        receipt = push(keys).deliver(notification(), with_browsers(known))
    assert receipt == "accepted for 1 of 2 browsers"
    assert known.forgotten == [f"{service.url}1"]


def test_when_no_browser_is_reached_it_is_tried_again_if_that_may_help(
    keys: tuple[str, str],
) -> None:
    with answering(Answer(410), Answer(503)) as service:
        known = Known(*(Device().subscription(f"{service.url}{n}") for n in (1, 2)))
        with pytest.raises(ProviderError) as caught:
            push(keys).deliver(notification(), with_browsers(known))
    assert not caught.value.permanent
    with pytest.raises(ProviderError, match="no browser asked") as caught:
        push(keys).deliver(notification(), with_browsers(Known()))
    assert caught.value.permanent


def test_what_is_missing_is_named(keys: tuple[str, str]) -> None:
    assert push(keys, vapid_private_key="").missing() == "It has no vapid_private_key."
    assert push(keys, contact="").missing() == "It has no contact."
    assert push(keys).ready


class Pages:
    """Ana's page of browsers, and the push service that they name."""

    def __init__(self, database: Database, var: Path, service: Provider, private_key: str) -> None:
        channel = {
            "type": "push",
            "vapid_private_key": private_key,
            "contact": "mailto:help@district.example",
            "services": ["http://127.0.0.1"],
        }
        alerts = AlertSettings.model_validate({"personal": {"push": channel}})
        clock = FrozenClock(TEN, REAL)
        self.site: Site = make_site(
            database, var, clock, [SURFACE], sections={AlertSettings: alerts}
        )
        self.service, self.database = service, database
        self.browser: Browser = self.site.signed_in("ana")

    def add(self, subscription: Subscription, browser: Browser | None = None) -> str:
        form = {**vars(subscription), "name": "Firefox on Linux"}
        using = browser or self.browser
        using.post("/account/browsers", form, page="/account/browsers")
        return using.get("/account/browsers").text

    def deliver(self) -> None:
        assert SURFACE.handlers is not None
        deliver_due(self.site.runtime, SURFACE.handlers(self.site.runtime), "test")


@pytest.fixture
def pages(database: Database, tmp_path: Path, keys: tuple[str, str]) -> Iterator[Pages]:
    with serving(Provider([CREATED])) as service:
        yield Pages(database, tmp_path, service, keys[0])


def test_a_browser_is_added_tried_and_removed(pages: Pages) -> None:
    device = Device()
    page = pages.add(device.subscription(f"{pages.service.url}push/1"))
    assert "This browser shows your alerts from now on." in page
    assert "Remove Firefox on Linux" in page
    with pages.database.read() as session:
        [contact] = list_verified(session, [1])[1]
    assert (contact.method, contact.address) == (Method.PUSH, "user:1")
    pages.browser.post("/account/browsers/test", page="/account/browsers")
    pages.deliver()
    assert device.read(pages.service.requests[0].body)["title"].startswith("FIRING: Test message")
    pages.browser.post("/account/browsers/1/remove", page="/account/browsers")
    assert "You have added none." in pages.browser.get("/account/browsers").text
    with pages.database.read() as session:
        assert list_verified(session, [1]) == {}


def test_a_browser_that_has_gone_leaves_the_list(pages: Pages) -> None:
    pages.add(Device().subscription(f"{pages.service.url}push/1"))
    pages.service.next_answers = [Answer(410)]
    pages.browser.post("/account/browsers/test", page="/account/browsers")
    pages.deliver()
    [message] = messages(pages.database)
    assert message.state == State.DEAD
    with pages.database.read() as session:
        assert list_browsers(session, 1) == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://169.254.169.254/latest",
        "https://intranet.district.example/",
        "file:///etc/passwd",
        "",
    ],
)
def test_only_push_services_that_are_named_are_called(pages: Pages, endpoint: str) -> None:
    assert "are not served here" in pages.add(Device().subscription(endpoint))


def test_damaged_keys_are_refused(pages: Pages) -> None:
    damaged = replace(Device().subscription(pages.service.url), p256dh="AAAA")
    assert "keys are damaged" in pages.add(damaged)


def test_a_browser_that_another_person_uses_now_changes_hands(pages: Pages) -> None:
    subscription = Device().subscription(f"{pages.service.url}push/1")
    pages.add(subscription)
    assert "Remove Firefox" in pages.add(subscription, pages.site.signed_in("bo"))
    assert "You have added none." in pages.browser.get("/account/browsers").text
    theirs = pages.browser.post("/account/browsers/1/remove", page="/account/browsers")
    assert theirs.status_code == 404


def test_without_keys_the_page_says_that_it_is_not_set_up(
    database: Database, tmp_path: Path
) -> None:
    clock = FrozenClock(TEN, REAL)
    site = make_site(
        database, tmp_path, clock, [SURFACE], sections={AlertSettings: AlertSettings()}
    )
    assert "Not set up here" in site.signed_in("ana").get("/account/browsers").text
