"""Telephone calls through a provider over HTTP."""

from collections.abc import Mapping
from typing import Annotated, Literal
from xml.sax.saxutils import escape

from pydantic import Field

from alerts.channel import Tools
from alerts.notification import Notification
from alerts.telephone import Telephone

LONGEST_TWIML = 4000


class Voice(Telephone):
    """A call to each number that reads the alert out, through Twilio or a provider like it.

    {text} of the form is TwiML (at most 4,000 characters) that says the alert ``times`` times.
    A resolved alert calls nobody unless ``resolved`` is true. The provider queues the call; that
    somebody answered is not known here, so let an escalation wait for an acknowledgement.
    """

    type: Literal["voice"] = "voice"
    url: Annotated[str, Field(pattern=r"^https?://\S+$", description="{account} is filled in")] = (
        "https://api.twilio.com/2010-04-01/Accounts/{account}/Calls.json"
    )
    fields: Annotated[
        Mapping[str, str], Field(description="the form: {to}, {sender} and {text} are filled in")
    ] = Field(default_factory=lambda: {"To": "{to}", "From": "{sender}", "Twiml": "{text}"})
    lines: Annotated[int, Field(ge=1, le=10, description="alerts read out one by one")] = 3
    language: Annotated[str, Field(description="of the voice, as in TwiML")] = "en-US"
    times: Annotated[int, Field(ge=1, le=5, description="how often it is said")] = 2
    resolved: Annotated[bool, Field(description="true: also call when it is over")] = False

    def deliver(self, notification: Notification, tools: Tools) -> str:
        if not notification.firing_count and not self.resolved:
            return "not called: it is resolved"
        return self.send(self.text(notification), tools)

    def text(self, notification: Notification) -> str:
        """TwiML that says who calls, the title and the worst alerts, with pauses between."""
        told = [alert.line for alert in notification.alerts[: self.lines]]
        sentences = [f"Bellwether, {notification.status}.", notification.title]
        sentences += told if len(notification.alerts) > 1 else []
        frame = len(self._twiml("")) * self.times
        room = (LONGEST_TWIML - frame) // self.times
        while len(" ".join(map(escape, sentences))) > room and len(sentences) > 2:
            sentences.pop()
        spoken = " ".join(" ".join(sentences).split())
        while len(escape(spoken)) > room:
            spoken = spoken[:-10]
        body = self._twiml(spoken)
        return f"<Response>{body * self.times}</Response>"

    def _twiml(self, spoken: str) -> str:
        language = escape(self.language, {'"': "&quot;"})
        return f'<Say language="{language}">{escape(spoken)}</Say><Pause length="1"/>'
