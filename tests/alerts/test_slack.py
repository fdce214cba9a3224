import json
from datetime import timedelta
from typing import Any

import pytest

from alerts.channels.slack import Slack
from alerts.slack.blocks import LONGEST_HEADER, LONGEST_SECTION, blocks
from core.errors import ProviderError
from tests.alerts.support import TOOLS, Answer, answering, notification

POSTED = Answer(body=json.dumps({"ok": True, "channel": "C012", "ts": "1421085600.000100"}))


def slack(url: str, **more: Any) -> Slack:
    return Slack.model_validate(
        {"type": "slack", "token": "xoxb-1", "channel": "#help", "base_url": url, **more}
    )


def refused(*, status: int = 200, error: str = "", **headers: str) -> ProviderError:
    """What becomes of Slack's answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps({"ok": False, "error": error}) if error else "<html>not JSON</html>"
    with answering(Answer(status, body, named)) as provider, pytest.raises(ProviderError) as caught:
        slack(provider.url).deliver(notification(), TOOLS)
    assert len(provider.requests) == 1
    return caught.value


def test_a_message_is_posted_with_the_token_and_its_key() -> None:
    with answering(POSTED) as provider:
        receipt = slack(provider.url).deliver(notification(8), TOOLS)
    [request] = provider.requests
    sent = request.json()
    assert receipt == "posted to C012 as 1421085600.000100"
    assert request.path == "/chat.postMessage"
    assert request.headers["authorization"] == "Bearer xoxb-1"
    assert sent["channel"] == "#help"
    assert "8 schools have more than 10 students without a schedule at 10:00" in sent["text"]
    assert sent["metadata"]["event_payload"] == {"key": "key-1"}
    assert [block["type"] for block in sent["blocks"]] == ["header", "section", "context"]


def test_429_waits_as_long_as_slack_says() -> None:
    error = refused(status=429, error="ratelimited", Retry_After="30")
    assert (error.permanent, error.retry_after) == (False, timedelta(seconds=30))


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_is_worth_another_try(status: int) -> None:
    error = refused(status=status)
    assert (error.permanent, error.retry_after) == (False, None)


@pytest.mark.parametrize("code", ["internal_error", "fatal_error", "service_unavailable"])
def test_trouble_inside_slack_is_worth_another_try(code: str) -> None:
    assert not refused(error=code).permanent


@pytest.mark.parametrize("code", ["invalid_auth", "channel_not_found", "not_in_channel"])
def test_a_refusal_is_final_and_says_why(code: str) -> None:
    error = refused(error=code)
    assert error.permanent
    assert str(error) == f"Slack refused: {code}"


def test_no_answer_is_worth_another_try() -> None:
    with answering(POSTED) as provider:
        url = provider.url
    with pytest.raises(ProviderError) as caught:
        slack(url).deliver(notification(), TOOLS)
    assert not caught.value.permanent


def test_the_list_names_the_worst_and_counts_the_rest() -> None:
    section = blocks(notification(20), TOOLS, 8)[1]["text"]["text"]
    lines = section.splitlines()
    assert len(lines) == 9
    assert lines[0].startswith("• <https://help.district.example/schools/20|School 20: 30 students")
    assert lines[8] == "and 12 more"


def test_a_message_stays_within_slacks_limits() -> None:
    news = notification(100)
    long = news.model_copy(
        update={
            "alerts": tuple(
                alert.model_copy(
                    update={"annotations": {"summary": "<&>" * 200, "path": alert.path}}
                )
                for alert in news.alerts
            )
        }
    )
    for most in (1, 12, 100):
        header, section, _ = blocks(long, TOOLS, most)
        assert len(header["text"]["text"]) <= LONGEST_HEADER
        assert len(section["text"]["text"]) <= LONGEST_SECTION
        assert section["text"]["text"].endswith("more") or most == 100


def test_a_name_cannot_mention_everybody() -> None:
    news = notification(1)
    rude = news.alerts[0].model_copy(update={"annotations": {"summary": "<!channel> & |co"}})
    header, section, _ = blocks(news.model_copy(update={"alerts": (rude,)}), TOOLS, 5)
    assert section["text"]["text"] == "• &lt;!channel&gt; &amp; |co"
    assert header["text"]["type"] == "plain_text"
