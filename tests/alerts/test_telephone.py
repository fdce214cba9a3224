import base64
import json
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
from pydantic import SecretStr

from alerts.channels.sms import Sms
from alerts.channels.voice import LONGEST_TWIML, Voice
from core.errors import ProviderError
from tests.alerts.support import TOOLS, Answer, Request, answering, notification, over

CREATED = Answer(201, json.dumps({"sid": "SM1", "status": "queued", "error_code": None}))
TWILIO = {"account": "AC1", "token": "s3cret", "sender": "+12135550100", "to": ["+12135550101"]}


def sms(url: str, **more: Any) -> Sms:
    address = f"{url}2010-04-01/Accounts/{{account}}/Messages.json"
    return Sms.model_validate({"type": "sms", "url": address, **TWILIO, **more})


def voice(url: str, **more: Any) -> Voice:
    address = f"{url}2010-04-01/Accounts/{{account}}/Calls.json"
    return Voice.model_validate({"type": "voice", "url": address, **TWILIO, **more})


def form(request: Request) -> dict[str, str]:
    return {name: value for name, [value] in parse_qs(request.body.decode()).items()}


def test_a_text_message_is_a_form_as_twilio_takes_it() -> None:
    with answering(CREATED) as provider:
        assert sms(provider.url).deliver(notification(8), TOOLS) == "accepted as SM1"
    [request] = provider.requests
    login = base64.b64encode(b"AC1:s3cret").decode()
    assert request.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert request.headers["authorization"] == f"Basic {login}"
    assert form(request) == {
        "To": "+12135550101",
        "From": "+12135550100",
        "Body": "FIRING: 8 schools have more than 10 students without a schedule at 10:00 "
        "https://help.district.example/alerts",
    }


def test_another_provider_has_its_own_fields_and_a_bearer_token() -> None:
    fields = {"number": "{to}", "message": "{text}", "route": "alerts"}
    with answering(Answer(200, "queued")) as provider:
        url = f"{provider.url}send"
        channel = Sms(url=url, token=SecretStr("s3cret"), to=("+12135550101",), fields=fields)
        assert channel.ready
        assert channel.deliver(notification(), TOOLS) == "accepted"
    [request] = provider.requests
    assert request.headers["authorization"] == "Bearer s3cret"
    assert set(form(request)) == set(fields)
    assert form(request)["route"] == "alerts"


def test_several_notifications_are_one_text_and_what_does_not_fit_is_counted() -> None:
    short = sms("http://x/", longest=160)
    text = short.text([notification(number) for number in range(1, 7)], TOOLS)
    assert len(text) <= 160
    assert text.startswith("FIRING: School 1: 11 students without a schedule (limit 10); and 5")
    wide = sms("http://x/", longest=1600, lines=3).text([notification(2)] * 5, TOOLS)
    assert wide.count("FIRING") == 3
    assert "; and 2 more https" in wide


def test_a_text_is_cut_at_its_longest() -> None:
    news = notification(1)
    long = news.alerts[0].model_copy(update={"annotations": {"summary": "x" * 5000}})
    text = sms("http://x/").text([news.model_copy(update={"alerts": (long,)})], TOOLS)
    assert len(text) == 320
    assert text.endswith("... https://help.district.example/alerts")


def test_a_call_reads_the_alert_out_twice() -> None:
    with answering(Answer(201, json.dumps({"sid": "CA1", "status": "queued"}))) as provider:
        assert voice(provider.url).deliver(notification(2), TOOLS) == "accepted as CA1"
    [request] = provider.requests
    assert request.path == "/2010-04-01/Accounts/AC1/Calls.json"
    twiml = ElementTree.fromstring(form(request)["Twiml"])
    said = [element.text or "" for element in twiml.iter("Say")]
    assert len(said) == 2
    assert said[0].startswith("Bellwether, firing. 2 schools have more than 10 students")


@pytest.mark.parametrize("times", [1, 5])
def test_a_call_stays_within_twilios_limit(times: int) -> None:
    news = notification(3)
    long = tuple(
        alert.model_copy(update={"annotations": {"summary": "<&>" * 900}}) for alert in news.alerts
    )
    text = voice("http://x/", times=times).text(news.model_copy(update={"alerts": long}))
    assert len(text) <= LONGEST_TWIML
    assert len(list(ElementTree.fromstring(text).iter("Say"))) == times


def test_nobody_is_called_for_the_end_unless_it_is_asked_for() -> None:
    with answering(CREATED) as provider:
        assert voice(provider.url).deliver(over(1), TOOLS) == "not called: it is resolved"
        voice(provider.url, resolved=True).deliver(over(1), TOOLS)
    assert len(provider.requests) == 1


@pytest.mark.parametrize(("status", "permanent"), [(400, True), (429, False), (503, False)])
def test_what_is_worth_another_try(status: int, permanent: bool) -> None:
    refusal = {"code": 21211, "message": "Invalid 'To' Phone Number", "status": status}
    answer = Answer(status, json.dumps(refusal))
    with answering(answer) as provider, pytest.raises(ProviderError) as caught:
        sms(provider.url).deliver(notification(), TOOLS)
    assert caught.value.permanent is permanent
    assert str(caught.value) == f"HTTP {status}: Invalid 'To' Phone Number"


@pytest.mark.parametrize("name", ["account", "token", "sender"])
def test_what_is_missing_is_named(name: str) -> None:
    assert sms("http://x/", **{name: ""}).missing() == f"It has no {name}."
    assert voice("http://x/", to=[""]).missing() == "It has no recipient."
