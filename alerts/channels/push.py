"""Notifications in people's browsers, also while no page of this service is open."""

import hashlib
import json
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from alerts.channel import Channel, Tools
from alerts.notification import Notification
from alerts.posting import Post, Refused, post
from alerts.push.subscription import Subscription
from core.errors import ProviderError

LONGEST_BODY = 2000
"""Bytes of the text; a push service takes 4,096 of the whole, encrypted."""

_GONE = {404, 410}
_VALID = timedelta(hours=12)


class Push(Channel):
    """Browser push (RFC 8030, 8291, 8292) to every browser in which a person asked for it.

    Make the keys with ``python app.py alerts vapid-keys`` and give the private one through the
    environment. People add their browsers under "Alerts in this browser". The text is encrypted
    for the browser. News of a group replaces what the browser showed of it before; a browser that
    has gone is forgotten.
    """

    reaches_people: ClassVar[bool] = True

    type: Literal["push"] = "push"
    vapid_private_key: Annotated[
        SecretStr, Field(description="of this installation; empty: not in use")
    ] = SecretStr("")
    contact: Annotated[
        str, Field(description="mailto:... or https://...: whom a push service may ask")
    ] = ""
    to: Annotated[tuple[str, ...], Field(description="usernames; empty ones are left out")] = ()
    services: Annotated[
        tuple[str, ...], Field(description="push services that browsers may name; * is anything")
    ] = (
        "https://fcm.googleapis.com",
        "https://*.push.services.mozilla.com",
        "https://*.push.apple.com",
        "https://*.notify.windows.com",
    )
    kept_hours: Annotated[
        int, Field(ge=1, le=72, description="how long a service keeps it for a browser that is off")
    ] = 4
    timeout_seconds: Annotated[
        float, Field(gt=0, le=30, description="seconds to wait for an answer")
    ] = 10

    @property
    def recipients(self) -> tuple[str, ...]:
        return tuple(address for address in self.to if address)

    def addressed(self, address: str) -> Self:
        return self.model_copy(update={"to": (address,)})

    def missing(self) -> str:
        needed = {
            "vapid_private_key": self.vapid_private_key.get_secret_value(),
            "contact": self.contact,
            "recipient": self.recipients,
        }
        return next((f"It has no {name}." for name, value in needed.items() if not value), "")

    def deliver(self, notification: Notification, tools: Tools) -> str:
        """To every browser; a failure counts only when no browser was reached."""
        browsers = tools.browsers.of(self.recipients[0])
        if not browsers:
            raise ProviderError("no browser asked for alerts", permanent=True)
        reached, errors = 0, list[ProviderError]()
        for browser in browsers:
            try:
                self._push(browser, notification, tools)
                reached += 1
            except Refused as refusal:
                if refusal.status in _GONE:
                    tools.browsers.forget(browser.endpoint)
                errors.append(refusal)
            except ProviderError as error:
                errors.append(error)
        if reached:
            return f"accepted for {reached} of {len(browsers)} browsers"
        raise next((error for error in errors if not error.permanent), errors[0])

    def _push(self, browser: Subscription, notification: Notification, tools: Tools) -> None:
        from pywebpush import WebPusher  # brings much along, and only the delivery needs it

        keys = {"p256dh": browser.p256dh, "auth": browser.auth}
        pusher = WebPusher({"endpoint": browser.endpoint, "keys": keys})
        encrypted: Any = pusher.encode(
            json.dumps(message(notification, tools), ensure_ascii=False).encode()
        )
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(self.kept_hours * 3600),
            "Urgency": "high" if notification.severity == "critical" else "normal",
            "Topic": topic_of_group(notification),
            "Authorization": self._proof(browser, tools),
        }
        body = bytes(encrypted["body"])
        post(Post(browser.endpoint, body, headers, self.timeout_seconds), tools.now)

    def _proof(self, browser: Subscription, tools: Tools) -> str:
        """VAPID (RFC 8292): who sends, for this push service, for half a day."""
        parts = urlsplit(browser.endpoint)
        claims = {
            "sub": self.contact,
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((tools.now + _VALID).timestamp()),
        }
        signed: dict[str, str] = _vapid(self.vapid_private_key).sign(claims)
        return signed["Authorization"]

    def public_key(self) -> str:
        """What a browser subscribes with: an uncompressed point of P-256 as base64url."""
        return public_key_of(_vapid(self.vapid_private_key))


def _vapid(private_key: SecretStr) -> Any:
    from py_vapid import Vapid02

    try:
        return Vapid02.from_string(private_key.get_secret_value())
    except ValueError as error:
        raise ProviderError("vapid_private_key is no such key", permanent=True) from error


def public_key_of(vapid: Any) -> str:
    """The public key of a Vapid as browsers want it."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from py_vapid.utils import b64urlencode

    point = vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return str(b64urlencode(point))


def topic_of_group(notification: Notification) -> str:
    """32 characters, the same for every notification of a receiver's group."""
    identity = f"{notification.receiver}\0{notification.group_key}"
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def message(notification: Notification, tools: Tools) -> dict[str, str]:
    """What the service worker shows."""
    lines = [alert.line for alert in notification.alerts[:3]] if notification.alerts[1:] else []
    body = "\n".join([*lines, tools.clock_time(notification.at)])
    path = notification.alerts[0].path if len(notification.alerts) == 1 else ""
    return {
        "title": f"{notification.status.upper()}: {notification.title}"[:200],
        "body": body.encode()[:LONGEST_BODY].decode(errors="ignore"),
        "tag": topic_of_group(notification),
        "path": path or "/alerts",
    }
