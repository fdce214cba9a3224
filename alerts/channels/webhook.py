"""HTTP POST to a program."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr

from alerts.channel import Channel, Tools
from alerts.notification import Notification, NotifiedAlert
from alerts.posting import Post, post

_UNSET = "0001-01-01T00:00:00Z"


class Webhook(Channel):
    """POST of JSON to an address of yours.

    ``format`` is Alertmanager's webhook format, version 4, for whatever takes Alertmanager's
    notifications, or ``bellwether``, which also says why it was sent, the message in one sentence,
    its severity and how many alerts it counts.

    Any 2xx answer is success; 408, 425, 429 and 5xx are tried again, other answers are not.
    ``Idempotency-Key`` is the same at every attempt of one message. With a ``secret``, the header
    ``X-Bellwether-Signature`` holds ``t=SECONDS,v1=HEX``: HMAC-SHA-256 of ``SECONDS.BODY``.
    """

    type: Literal["webhook"] = "webhook"
    url: Annotated[str, Field(pattern=r"^(https?://\S+)?$", description="empty: not in use")] = ""
    format: Annotated[
        Literal["alertmanager", "bellwether"], Field(description="what the body looks like")
    ] = "alertmanager"
    secret: Annotated[SecretStr, Field(description="signs the body; empty: unsigned")] = SecretStr(
        ""
    )
    token: Annotated[SecretStr, Field(description="sent as Authorization: Bearer")] = SecretStr("")
    timeout_seconds: Annotated[
        float, Field(gt=0, le=30, description="seconds to wait for an answer")
    ] = 10

    def missing(self) -> str:
        return "" if self.url else "It has no url."

    def deliver(self, notification: Notification, tools: Tools) -> str:
        of = alertmanager_body if self.format == "alertmanager" else bellwether_body
        body = json.dumps(of(notification, tools)).encode()
        request = Post(self.url, body, self._headers(body, tools), self.timeout_seconds)
        return f"HTTP {post(request, tools.now).status}"

    def _headers(self, body: bytes, tools: Tools) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": tools.key,
        }
        if token := self.token.get_secret_value():
            headers["Authorization"] = f"Bearer {token}"
        if secret := self.secret.get_secret_value():
            headers["X-Bellwether-Signature"] = sign(body, secret, tools.now)
        return headers


def sign(body: bytes, secret: str, now: datetime) -> str:
    """``t=SECONDS,v1=HEX``, which a receiver recomputes from the body and the time."""
    seconds = int(now.timestamp())
    digest = hmac.new(secret.encode(), b"%d.%b" % (seconds, body), hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def alertmanager_body(notification: Notification, tools: Tools) -> dict[str, Any]:
    """The notification in Alertmanager's webhook format, version 4."""
    return {
        "version": "4",
        "groupKey": notification.group_key,
        "truncatedAlerts": notification.truncated,
        "status": notification.status,
        "receiver": notification.receiver,
        "groupLabels": notification.group_labels,
        "commonLabels": notification.shared_labels,
        "commonAnnotations": notification.shared_annotations,
        "externalURL": tools.base_url,
        "alerts": [_alert(alert, tools) for alert in notification.alerts],
    }


def bellwether_body(notification: Notification, tools: Tools) -> dict[str, Any]:
    """The notification with all that is known of it; times are RFC 3339, null when unset."""
    return {
        "version": "1",
        "key": tools.key,
        "reason": notification.reason,
        "title": notification.title,
        "status": notification.status,
        "severity": notification.severity,
        "receiver": notification.receiver,
        "group": {"key": notification.group_key, "labels": notification.group_labels},
        "counts": {
            "firing": notification.firing_count,
            "resolved": notification.resolved_count,
            "left_out": notification.truncated,
        },
        "url": tools.link("/alerts"),
        "alerts": [
            {
                "fingerprint": alert.fingerprint,
                "status": alert.status,
                "labels": alert.labels,
                "annotations": alert.annotations,
                "starts_at": _rfc3339(alert.starts_at),
                "ends_at": _rfc3339(alert.ends_at) if alert.ends_at else None,
                "url": tools.link(alert.path),
            }
            for alert in notification.alerts
        ],
    }


def _rfc3339(at: datetime | None) -> str:
    return _UNSET if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _alert(alert: NotifiedAlert, tools: Tools) -> dict[str, Any]:
    return {
        "status": alert.status,
        "labels": alert.labels,
        "annotations": alert.annotations,
        "startsAt": _rfc3339(alert.starts_at),
        "endsAt": _rfc3339(alert.ends_at),
        "generatorURL": tools.link(alert.path),
        "fingerprint": alert.fingerprint,
    }
