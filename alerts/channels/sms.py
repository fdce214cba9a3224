"""Text messages through a provider over HTTP."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from alerts.channel import BundlingChannel, Tools
from alerts.notification import Notification
from alerts.telephone import Telephone

LONGEST = 1600
"""What Twilio takes in one Body; it is sent in several parts of 153 or 67 characters."""


class Sms(Telephone, BundlingChannel):
    """A text message to each number, through Twilio or a provider with a form like Twilio's.

    A number gets one message at once; what follows within ``bundle_seconds`` is kept back and
    told in one message, so that a storm does not ring a telephone a hundred times. A text is cut
    at ``longest`` characters. 429 and 5xx are tried again, other refusals are final.
    """

    type: Literal["sms"] = "sms"
    url: Annotated[str, Field(pattern=r"^https?://\S+$", description="{account} is filled in")] = (
        "https://api.twilio.com/2010-04-01/Accounts/{account}/Messages.json"
    )
    fields: Annotated[
        Mapping[str, str], Field(description="the form: {to}, {sender} and {text} are filled in")
    ] = Field(default_factory=lambda: {"To": "{to}", "From": "{sender}", "Body": "{text}"})
    lines: Annotated[int, Field(ge=1, le=100, description="messages told one by one")] = 4
    longest: Annotated[
        int, Field(ge=70, le=LONGEST, description="characters of a message; 160 fit into one part")
    ] = 320
    bundle_seconds: Annotated[
        int, Field(ge=0, le=3600, description="least time between two messages to one number")
    ] = 120

    @property
    def pace(self) -> timedelta:
        return timedelta(seconds=self.bundle_seconds)

    def deliver_bundle(self, notifications: Sequence[Notification], tools: Tools) -> str:
        return self.send(self.text(notifications, tools), tools)

    def text(self, notifications: Sequence[Notification], tools: Tools) -> str:
        """One text for several notifications, oldest first; what does not fit is counted."""
        link = tools.link("/alerts")
        room = self.longest - len(link) - 1
        told = [_sentence(notification) for notification in notifications]
        shown = min(len(told), self.lines)
        while True:
            more = f"and {len(told) - shown} more" if shown < len(told) else ""
            text = "; ".join([*told[:shown], *([more] if more else [])])
            if len(text) <= room or shown == 1:
                break
            shown -= 1
        cut = text if len(text) <= room else f"{text[: room - 3]}..."
        return f"{cut} {link}".strip()


def _sentence(notification: Notification) -> str:
    return " ".join(f"{notification.status.upper()}: {notification.title}".split())
