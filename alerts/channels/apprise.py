"""Everything else that the library Apprise knows."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from alerts.channel import Channel, Tools
from alerts.notification import Notification, listing
from core.errors import ProviderError


class Apprise(Channel):
    """One of some hundred services (Discord, Telegram, ntfy, Matrix, Pushover, ...) by Apprise.

    ``url`` is an address as https://github.com/caronc/apprise/wiki describes it, such as
    ``ntfys://HOST/TOPIC``; give it through the environment, since it holds the secrets. Apprise
    does not tell whether a refusal is final, so that each is tried again until it is given up.
    """

    type: Literal["apprise"] = "apprise"
    url: Annotated[SecretStr, Field(description="an Apprise address; empty: not in use")] = (
        SecretStr("")
    )

    def missing(self) -> str:
        return "" if self.url.get_secret_value() else "It has no url."

    def deliver(self, notification: Notification, tools: Tools) -> str:
        from apprise import Apprise as Services  # half a second, and few installations use it
        from apprise import NotifyType

        services = Services()
        if not services.add(self.url.get_secret_value()):
            raise ProviderError("Apprise does not understand the url", permanent=True)
        kind = NotifyType.FAILURE if notification.firing_count else NotifyType.SUCCESS
        title = f"{notification.status.upper()}: {notification.title}"
        with _listening() as said:
            told = services.notify(
                body=_body(notification, tools, self.lines), title=title, notify_type=kind
            )
        if not told:
            reason = " ".join(" ".join(said).split())[:500]
            raise ProviderError(reason or "Apprise could not send it and does not say why")
        return "accepted"


@contextmanager
def _listening() -> Iterator[list[str]]:
    """What Apprise warns of in this thread: it answers yes or no, and logs the reason."""
    said: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == get_ident():
                said.append(record.getMessage())

    logger, ear = logging.getLogger("apprise"), Ear(logging.WARNING)
    logger.addHandler(ear)
    try:
        yield said
    finally:
        logger.removeHandler(ear)


def _body(notification: Notification, tools: Tools, most: int) -> str:
    total = notification.firing_count + notification.resolved_count
    shown, more = listing(notification.alerts, total, most)
    lines = [f"- {alert.status}: {alert.line}" for alert in shown]
    return "\n".join(filter(None, [*lines, more, tools.link("/alerts")]))
