"""A card in a channel of Microsoft Teams."""

import json
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr

from alerts.channel import Channel, Tools
from alerts.notification import Notification, NotifiedAlert, listing
from alerts.posting import Post, post
from core.errors import ProviderError

LONGEST_MESSAGE = 28 * 1024
_MARKDOWN = str.maketrans({character: f"\\{character}" for character in "\\*_[]()#`<>"})


class Teams(Channel):
    """An adaptive card, through a workflow's webhook address in Microsoft Teams.

    In the channel choose Workflows, "Send webhook alerts to a channel", and give the address that
    it shows through the environment: whoever knows it may post. A message is at most 28 KB; what
    does not fit is counted. 429 and 5xx are tried again.
    """

    type: Literal["teams"] = "teams"
    url: Annotated[SecretStr, Field(description="the workflow's address; empty: not in use")] = (
        SecretStr("")
    )
    timeout_seconds: Annotated[
        float, Field(gt=0, le=30, description="seconds to wait for an answer")
    ] = 20

    def missing(self) -> str:
        return "" if self.url.get_secret_value() else "It has no url."

    def deliver(self, notification: Notification, tools: Tools) -> str:
        headers = {"Content-Type": "application/json"}
        body = self._body(notification, tools)
        url = self.url.get_secret_value()
        answer = post(Post(url, body, headers, self.timeout_seconds), tools.now)
        if "failed with error" in answer.text:
            # the older connectors report the failure behind them with the status 200
            raise ProviderError(f"Teams says: {' '.join(answer.text.split())[:300]}")
        return f"HTTP {answer.status}"

    def _body(self, notification: Notification, tools: Tools) -> bytes:
        most = self.lines
        while True:
            content = card(notification, tools, most)
            attachment = {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": content,
            }
            body = json.dumps({"type": "message", "attachments": [attachment]}).encode()
            if len(body) <= LONGEST_MESSAGE or most == 1:
                return body
            most = max(1, most // 2)


def card(notification: Notification, tools: Tools, most: int) -> dict[str, Any]:
    """The adaptive card: title, what fires, what is resolved, a button to all alerts."""
    colour = "attention" if notification.firing_count else "good"
    title = f"{notification.status.upper()}: {notification.title}"
    body = [_text(_plain(title), size="medium", weight="bolder", color=colour)]
    for heading, alerts, count in (
        ("", notification.firing, notification.firing_count),
        ("Resolved", notification.resolved, notification.resolved_count),
    ):
        if alerts:
            shown, more = listing(alerts, count, most)
            lines = [f"- {_line(alert, tools)}" for alert in shown]
            body.append(_text("\r".join([heading, *lines] if heading else lines)))
            body.extend([_text(more)] if more else [])
    facts = [notification.severity, tools.clock_time(notification.at)]
    body.append(_text(" · ".join(filter(None, facts)), isSubtle=True))
    link = tools.link("/alerts")
    actions = [{"type": "Action.OpenUrl", "title": "All alerts", "url": link}] if link else []
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": actions,
    }


def _text(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text, "wrap": True, **more}


def _plain(text: str) -> str:
    """No name of an alert becomes Markdown; one is cut at 500 characters."""
    return " ".join(text.split())[:500].translate(_MARKDOWN)


def _line(alert: NotifiedAlert, tools: Tools) -> str:
    text, link = _plain(alert.line), tools.link(alert.path)
    return f"[{text}]({link})" if link else text
