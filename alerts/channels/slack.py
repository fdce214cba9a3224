"""A message in a Slack channel."""

from http.client import HTTPException
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, SecretStr
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from alerts.channel import Channel, Tools
from alerts.notification import Notification, NotifiedAlert, listing
from alerts.retry_after import parse_retry_after
from core.errors import ProviderError

LONGEST_HEADER = 150
LONGEST_SECTION = 3000
_TRANSIENT = {
    "fatal_error",
    "internal_error",
    "ratelimited",
    "rate_limited",
    "request_timeout",
    "service_unavailable",
    "team_added_to_org",
}


class Slack(Channel):
    """A message with the schools that are concerned, posted by your own Slack app.

    The app needs the scope ``chat:write`` (and ``chat:write.public`` for channels that it has not
    joined); give its bot token through the environment. When Slack answers 429, the message waits
    as long as ``Retry-After`` says; 5xx and network errors are tried again; an answer such as
    ``invalid_auth`` or ``channel_not_found`` is final, and the delivery log shows it.
    """

    reaches_people: ClassVar[bool] = True

    type: Literal["slack"] = "slack"
    token: Annotated[SecretStr, Field(description="the bot token, xoxb-...")] = SecretStr("")
    channel: Annotated[str, Field(description="an id (C0123456789) or #name")] = ""
    base_url: Annotated[
        str, Field(pattern=r"^https?://\S+/$", description="with a slash at its end")
    ] = WebClient.BASE_URL
    timeout_seconds: Annotated[
        int, Field(ge=1, le=30, description="seconds to wait for an answer")
    ] = 10

    def missing(self) -> str:
        if not self.token.get_secret_value():
            return "It has no token."
        return "" if self.channel else "It has no channel."

    def addressed(self, address: str) -> Self:
        return self.model_copy(update={"channel": address})

    def deliver(self, notification: Notification, tools: Tools) -> str:
        client = WebClient(
            token=self.token.get_secret_value(),
            base_url=self.base_url,
            timeout=self.timeout_seconds,
            retry_handlers=[],  # they sleep; the outbox tries again
        )
        try:
            answer = client.chat_postMessage(
                channel=self.channel,
                text=_escape(f"{_mark(notification)} {notification.title}"),
                blocks=blocks(notification, tools, self.lines),
                metadata={"event_type": "bellwether_alert", "event_payload": {"key": tools.key}},
                unfurl_links=False,
            )
        except SlackApiError as error:
            raise _refusal(error, tools) from error
        except (OSError, HTTPException) as error:
            raise ProviderError(f"no answer ({type(error).__name__}: {error})") from error
        return f"posted to {answer.get('channel')} as {answer.get('ts')}"


def _refusal(error: SlackApiError, tools: Tools) -> ProviderError:
    response: Any = error.response
    status, code = response.status_code, str(response.get("error", "no reason given"))
    if status == 429 or status >= 500 or code in _TRANSIENT:
        headers = {name.lower(): value for name, value in response.headers.items()}
        wait = parse_retry_after(headers.get("retry-after"), tools.now)
        return ProviderError(f"Slack answered {status}: {code}", retry_after=wait)
    return ProviderError(f"Slack refused: {code}", permanent=True)


def _escape(text: str) -> str:
    """Slack's three control characters, so that no name becomes a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _mark(notification: Notification) -> str:
    return ":rotating_light:" if notification.firing_count else ":white_check_mark:"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _line(alert: NotifiedAlert, tools: Tools) -> str:
    text, link = _escape(" ".join(alert.line.split())), tools.link(alert.path)
    return f"• <{link}|{text.replace('|', '¦')}>" if link else f"• {text}"


def _section(alerts: list[NotifiedAlert], count: int, tools: Tools, most: int) -> str:
    """A list within Slack's 3,000 characters; what does not fit is counted instead."""
    shown, more = listing(alerts, count, most)
    while True:
        text = "\n".join([*(_line(alert, tools) for alert in shown), *([more] if more else [])])
        if len(text) <= LONGEST_SECTION or not shown:
            return _cut(text, LONGEST_SECTION)
        shown, more = listing(alerts, count, len(shown) - 1)


def blocks(notification: Notification, tools: Tools, most: int) -> list[dict[str, Any]]:
    """Block Kit within its limits: header 150, section text 3,000 characters."""
    title = " ".join(notification.title.split())
    found: list[dict[str, Any]] = [
        {
            "type": "header",
            "text": {
                "type": "plain_text",
                "text": _cut(f"{_mark(notification)} {title}", LONGEST_HEADER),
                "emoji": True,
            },
        }
    ]
    for heading, alerts, count in (
        ("", notification.firing, notification.firing_count),
        ("*Resolved*\n", notification.resolved, notification.resolved_count),
    ):
        if alerts:
            text = heading + _section(alerts, count, tools, most)
            found.append(_block("section", _cut(text, LONGEST_SECTION)))
    found.append(_context(notification, tools))
    return found


def _block(kind: str, text: str) -> dict[str, Any]:
    return {"type": kind, "text": {"type": "mrkdwn", "text": text}}


def _context(notification: Notification, tools: Tools) -> dict[str, Any]:
    parts = [notification.severity, tools.clock_time(notification.at)]
    if link := tools.link("/alerts"):
        parts.append(f"<{link}|All alerts>")
    text = " · ".join(part for part in parts if part)
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}
