import json
from typing import Any

import pytest

from alerts.channel import Thread
from alerts.channels.pagerduty import LONGEST_EVENT, LONGEST_SUMMARY, Pagerduty, dedup_key
from alerts.notification import Notification
from core.errors import ProviderError
from tests.alerts.support import TOOLS, Answer, answering, notification, over

ACCEPTED = Answer(
    202, json.dumps({"status": "success", "message": "Event processed", "dedup_key": "x"})
)


def sent(news: Notification, **more: Any) -> dict[str, Any]:
    """The event that PagerDuty gets."""
    with answering(ACCEPTED) as provider:
        channel = pagerduty(f"{provider.url}v2/enqueue", **more)
        assert channel.deliver(news, TOOLS) == f"success as {dedup_key(news)}"
    [request] = provider.requests
    assert request.path == "/v2/enqueue"
    assert len(request.body) <= LONGEST_EVENT
    event = request.json()
    assert isinstance(event, dict)
    return event


def pagerduty(url: str, **more: Any) -> Pagerduty:
    return Pagerduty.model_validate(
        {"type": "pagerduty", "routing_key": "R0UT1NG", "url": url, **more}
    )


def test_what_fires_triggers_one_alert_for_the_group() -> None:
    event = sent(notification(2))
    payload = event["payload"]
    assert event["routing_key"] == "R0UT1NG"
    assert event["event_action"] == "trigger"
    assert payload["summary"].startswith("2 schools have more than 10 students")
    assert payload["severity"] == "critical"
    assert payload["timestamp"] == "2015-01-12T18:00:00+00:00"
    assert (payload["component"], payload["class"]) == ("sis", "TooManyWithoutSchedule")
    assert payload["custom_details"]["num_firing"] == 2
    assert event["client_url"] == "https://help.district.example/alerts"
    assert event["links"][0] == {
        "href": "https://help.district.example/schools/2",
        "text": "https://help.district.example/schools/2",
    }


def test_the_end_of_the_group_resolves_the_same_alert() -> None:
    event = sent(over(2))
    assert event == {
        "routing_key": "R0UT1NG",
        "event_action": "resolve",
        "dedup_key": sent(notification(1))["dedup_key"],
    }


def test_an_overtaken_event_opens_nothing_again() -> None:
    with answering(ACCEPTED) as provider:
        told = pagerduty(provider.url).tell(notification(), TOOLS, Thread(1, {}, is_newest=False))
    assert told.receipt == "left out: a newer event of this group was sent"
    assert provider.requests == []


def test_groups_and_receivers_are_told_apart() -> None:
    news = notification(1)
    other = news.model_copy(update={"receiver": "second"})
    assert dedup_key(news) != dedup_key(other)
    assert len(dedup_key(news)) == 64


def test_a_severity_of_our_own_becomes_one_that_pagerduty_knows() -> None:
    news = notification(1)
    page = news.alerts[0].model_copy(
        update={"labels": {**news.alerts[0].labels, "severity": "page"}}
    )
    event = sent(news.model_copy(update={"alerts": (page,)}), severity="warning")
    assert event["payload"]["severity"] == "warning"


def test_an_event_stays_within_pagerdutys_limits() -> None:
    news = notification(1)
    long = news.alerts[0].model_copy(update={"annotations": {"summary": "x" * 3000}})
    event = sent(news.model_copy(update={"alerts": (long,) * 1000}))
    assert len(event["payload"]["summary"]) <= LONGEST_SUMMARY
    assert 0 < len(event["payload"]["custom_details"]["alerts"]) < 1000
    assert len(sent(news.model_copy(update={"alerts": (long,)}))["payload"]["summary"]) == 1024


@pytest.mark.parametrize(("status", "permanent"), [(400, True), (429, False), (500, False)])
def test_what_is_worth_another_try(status: int, permanent: bool) -> None:
    body = json.dumps({"status": "invalid event", "errors": ["'routing_key' is missing"]})
    with answering(Answer(status, body)) as provider, pytest.raises(ProviderError) as caught:
        pagerduty(provider.url).deliver(notification(), TOOLS)
    assert caught.value.permanent is permanent
    assert "routing_key" in str(caught.value)


def test_without_a_routing_key_it_is_not_configured() -> None:
    assert Pagerduty().missing() == "It has no routing_key."
