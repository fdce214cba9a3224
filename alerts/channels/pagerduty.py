"""Events to PagerDuty."""

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr

from alerts.channel import Thread, ThreadedChannel, Told, Tools
from alerts.notification import Notification
from alerts.posting import Post, post

LONGEST_EVENT = 512 * 1024
LONGEST_SUMMARY = 1024
LONGEST_DEDUP_KEY = 255
_SEVERITIES = {"critical", "error", "warning", "info"}


class Pagerduty(ThreadedChannel):
    """PagerDuty, Events API v2: one alert there for each group here.

    ``dedup_key`` is the group's: news of a group that fires updates the alert that it opened, and
    the group's end resolves it; an event that was overtaken by a newer one is left out, so that it
    opens nothing again. An event over 512 KB is sent with fewer alerts in its details.
    429 and 5xx are tried again, 400 is final.
    """

    type: Literal["pagerduty"] = "pagerduty"
    routing_key: Annotated[
        SecretStr, Field(description="the integration key of a service or a ruleset")
    ] = SecretStr("")
    url: Annotated[
        str, Field(pattern=r"^https?://\S+$", description="of Events API v2; another for Europe")
    ] = "https://events.pagerduty.com/v2/enqueue"
    severity: Annotated[
        Literal["critical", "error", "warning", "info"],
        Field(description="of alerts whose label severity is none that PagerDuty knows"),
    ] = "error"
    timeout_seconds: Annotated[
        float, Field(gt=0, le=30, description="seconds to wait for an answer")
    ] = 10

    def missing(self) -> str:
        return "" if self.routing_key.get_secret_value() else "It has no routing_key."

    def tell(self, notification: Notification, tools: Tools, thread: Thread) -> Told:
        if not thread.is_newest:
            return Told("left out: a newer event of this group was sent", dict(thread.kept))
        return Told(self._send(notification, tools), {})

    def _send(self, notification: Notification, tools: Tools) -> str:
        body = self._body(notification, tools)
        headers = {"Content-Type": "application/json"}
        answer = post(Post(self.url, body, headers, self.timeout_seconds), tools.now)
        return f"{answer.field('status') or 'accepted'} as {dedup_key(notification)}"

    def test(self, notification: Notification, tools: Tools) -> str:
        receipt = self.deliver(notification, tools)
        self.deliver(notification.model_copy(update={"firing_count": 0}), tools)
        return f"{receipt}, and resolved"

    def _body(self, notification: Notification, tools: Tools) -> bytes:
        """The event within PagerDuty's size: the details name as many alerts as fit."""
        most = len(notification.alerts)
        while True:
            event = json.dumps(self.event(notification, tools, most)).encode()
            if len(event) <= LONGEST_EVENT or most == 0:
                return event
            most //= 2

    def event(self, notification: Notification, tools: Tools, most: int) -> dict[str, Any]:
        """The event with at most ``most`` alerts in its details."""
        firing = notification.firing_count > 0
        event: dict[str, Any] = {
            "routing_key": self.routing_key.get_secret_value(),
            "event_action": "trigger" if firing else "resolve",
            "dedup_key": dedup_key(notification),
        }
        if firing:
            event["payload"] = self._payload(notification, most)
            event["client"] = "Bellwether"
            if link := tools.link("/alerts"):
                event["client_url"] = link
            paths = dict.fromkeys(alert.path for alert in notification.firing[: min(most, 20)])
            links = [tools.link(path) for path in paths]
            event["links"] = [{"href": link, "text": link} for link in links if link]
        return event

    def _payload(self, notification: Notification, most: int) -> dict[str, Any]:
        labels = notification.shared_labels
        severity = notification.severity
        return {
            "summary": _cut(" ".join(notification.title.split()), LONGEST_SUMMARY),
            "source": labels.get("instance") or labels.get("school") or "Bellwether",
            "severity": severity if severity in _SEVERITIES else self.severity,
            "timestamp": min(alert.starts_at for alert in notification.firing).isoformat(),
            "component": labels.get("service", ""),
            "group": labels.get("school", ""),
            "class": labels.get("alertname", ""),
            "custom_details": {
                "num_firing": notification.firing_count,
                "num_resolved": notification.resolved_count,
                "alerts": [
                    {"status": alert.status, "labels": alert.labels, "summary": alert.line}
                    for alert in notification.alerts[:most]
                ],
            },
        }


def dedup_key(notification: Notification) -> str:
    """The same for every event of one receiver's group; 64 of the 255 characters allowed."""
    identity = f"{notification.receiver}\0{notification.group_key}"
    return hashlib.sha256(identity.encode()).hexdigest()


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
