import json

import pytest

from alerts.channels.teams import LONGEST_MESSAGE, Teams, card
from core.errors import ProviderError
from tests.alerts.support import TOOLS, Answer, answering, notification


def teams(url: str) -> Teams:
    return Teams.model_validate({"type": "teams", "url": url})


def test_an_adaptive_card_is_posted_as_a_workflow_takes_it() -> None:
    with answering(Answer(202, "")) as provider:
        assert teams(f"{provider.url}hook?sig=1").deliver(notification(20), TOOLS) == "HTTP 202"
    [request] = provider.requests
    assert request.path == "/hook?sig=1"
    body = request.json()
    [attachment] = body["attachments"]
    content = attachment["content"]
    assert body["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert content["type"] == "AdaptiveCard"
    assert content["body"][0]["text"].startswith("FIRING: 20 schools have more than 10 students")
    assert content["body"][1]["text"].startswith(
        "- [School 20: 30 students without a schedule \\(limit 10\\)]"
        "(https://help.district.example/schools/20)\r- "
    )
    assert content["body"][2]["text"] == "and 8 more"
    assert content["actions"][0]["url"] == "https://help.district.example/alerts"


def test_a_name_cannot_write_markdown() -> None:
    news = notification(1)
    rude = news.alerts[0].model_copy(update={"annotations": {"summary": "[free](http://x)"}})
    content = card(news.model_copy(update={"alerts": (rude,)}), TOOLS, 5)
    assert content["body"][1]["text"] == "- \\[free\\]\\(http://x\\)"


def test_a_card_stays_within_28_kilobytes() -> None:
    news = notification(100)
    long = tuple(
        alert.model_copy(update={"annotations": {"summary": "ü" * 2000}}) for alert in news.alerts
    )
    with answering(Answer(202, "")) as provider:
        channel = Teams.model_validate({"type": "teams", "url": provider.url, "lines": 100})
        channel.deliver(news.model_copy(update={"alerts": long}), TOOLS)
    assert len(provider.requests[0].body) <= LONGEST_MESSAGE
    assert "more" in json.dumps(provider.requests[0].json())


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        (Answer(429), False),
        (Answer(400, '{"error": {"message": "bad card"}}'), True),
        (
            Answer(
                200,
                "Webhook message delivery failed with error: Microsoft Teams endpoint "
                "returned HTTP error 429 with ContextId x",
            ),
            False,
        ),
    ],
)
def test_what_is_worth_another_try(answer: Answer, permanent: bool) -> None:
    with answering(answer) as provider, pytest.raises(ProviderError) as caught:
        teams(provider.url).deliver(notification(), TOOLS)
    assert caught.value.permanent is permanent


def test_without_an_address_it_is_not_configured() -> None:
    assert Teams().missing() == "It has no url."
