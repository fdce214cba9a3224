import hashlib
import hmac
from datetime import timedelta
from typing import Any

import pytest

from alerts.channels.webhook import Webhook
from core.errors import ProviderError
from tests.alerts.support import REAL, TOOLS, Answer, answering, notification


def webhook(url: str, **more: Any) -> Webhook:
    return Webhook.model_validate({"type": "webhook", "url": url, **more})


def refused(answer: Answer) -> ProviderError:
    with answering(answer) as provider, pytest.raises(ProviderError) as caught:
        webhook(provider.url).deliver(notification(), TOOLS)
    return caught.value


def test_the_body_is_alertmanagers_version_4() -> None:
    with answering(Answer(204)) as provider:
        assert webhook(f"{provider.url}in").deliver(notification(2), TOOLS) == "HTTP 204"
    [request] = provider.requests
    body = request.json()
    worst, other = body.pop("alerts")
    assert body == {
        "version": "4",
        "groupKey": '{}:{alertname="TooManyWithoutSchedule"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "default",
        "groupLabels": {"alertname": "TooManyWithoutSchedule"},
        "commonLabels": {
            "alertname": "TooManyWithoutSchedule",
            "service": "sis",
            "severity": "critical",
        },
        "commonAnnotations": {
            name: other["annotations"][name] for name in ("group_summary", "group_resolved")
        },
        "externalURL": "https://help.district.example",
    }
    assert worst["labels"]["school"] == "S-0002"
    assert worst["startsAt"] == "2015-01-12T18:00:00Z"
    assert worst["endsAt"] == "0001-01-01T00:00:00Z"
    assert worst["generatorURL"] == "https://help.district.example/schools/2"
    assert len(worst["fingerprint"]) == 16


def test_our_own_format_says_more() -> None:
    news = notification(2).model_copy(update={"reason": "new alerts in group"})
    with answering(Answer()) as provider:
        webhook(provider.url, format="bellwether").deliver(news, TOOLS)
    body = provider.requests[0].json()
    worst, _ = body.pop("alerts")
    assert body == {
        "version": "1",
        "key": "key-1",
        "reason": "new alerts in group",
        "title": "2 schools have more than 10 students without a schedule at 10:00",
        "status": "firing",
        "severity": "critical",
        "receiver": "default",
        "group": {
            "key": news.group_key,
            "labels": {"alertname": "TooManyWithoutSchedule"},
        },
        "counts": {"firing": 2, "resolved": 0, "left_out": 0},
        "url": "https://help.district.example/alerts",
    }
    assert (worst["starts_at"], worst["ends_at"]) == ("2015-01-12T18:00:00Z", None)
    assert worst["url"] == "https://help.district.example/schools/2"


def test_the_key_is_sent_and_a_body_is_signed_when_there_is_a_secret() -> None:
    with answering(Answer()) as provider:
        webhook(provider.url, secret="s3cret", token="t0ken").deliver(notification(), TOOLS)
        webhook(provider.url).deliver(notification(), TOOLS)
    signed, plain = provider.requests
    seconds = int(REAL.timestamp())
    message = f"{seconds}.".encode() + signed.body
    expected = hmac.new(b"s3cret", message, hashlib.sha256).hexdigest()
    assert signed.headers["x-bellwether-signature"] == f"t={seconds},v1={expected}"
    assert signed.headers["authorization"] == "Bearer t0ken"
    assert plain.headers["idempotency-key"] == signed.headers["idempotency-key"] == "key-1"
    assert "x-bellwether-signature" not in plain.headers


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(301, True), (400, True), (404, True), (408, False), (429, False), (500, False), (503, False)],
)
def test_what_is_worth_another_try(status: int, permanent: bool) -> None:
    assert refused(Answer(status)).permanent is permanent


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("Mon, 23 Nov 2026 03:00:09 GMT", 9), ("Mon, 23 Nov 2026 02:00:00 GMT", 0)],
)
def test_retry_after_is_read_as_seconds_and_as_a_date(header: str, seconds: int) -> None:
    error = refused(Answer(503, headers={"Retry-After": header}))
    assert error.retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize("header", ["soon", "", "-5", "٣"])
def test_a_retry_after_that_makes_no_sense_is_left_out(header: str) -> None:
    error = refused(Answer(503, headers={"Retry-After": header.encode().decode("latin-1")}))
    assert error.retry_after is None


def test_no_answer_is_worth_another_try() -> None:
    with answering(Answer()) as provider:
        url = provider.url
    with pytest.raises(ProviderError) as caught:
        webhook(url).deliver(notification(), TOOLS)
    assert not caught.value.permanent


def test_without_an_address_it_is_not_configured() -> None:
    assert webhook("").missing() == "It has no url."
