"""The contract of a channel: one file in ``alerts/channels`` is one way of reaching people.

A file holds one subclass of Channel. Its docstring is the documentation that users read, its
fields are the options of config.yaml, ``deliver`` sends one notification.
"""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Self
from zoneinfo import ZoneInfo

from pydantic import Field

from alerts.notification import Notification
from core.settings import Strict


@dataclass(frozen=True)
class Tools:
    """What a channel is handed with a notification.

    ``key`` is the idempotency key of this message to this channel, the same at every attempt;
    ``base_url`` (no slash at its end, may be empty) is where this service is reached; ``zone`` is
    for times in texts; ``now`` is the machine's time.
    """

    key: str
    base_url: str
    zone: ZoneInfo
    now: datetime

    def link(self, path: str) -> str:
        """The full address of a page of this service; empty when it is not known."""
        return f"{self.base_url}{path}" if self.base_url and path else ""

    def clock_time(self, at: datetime) -> str:
        """``10:00 AM, Monday 12 January 2015`` in the district's zone."""
        local = at.astimezone(self.zone)
        return f"{local:%I:%M %p}, {local:%A} {local.day} {local:%B %Y}".lstrip("0")


class Channel(Strict):
    """The options that every channel has.

    ``reaches_people``: it can be addressed to one person, see ``addressed``.
    """

    reaches_people: ClassVar[bool] = False

    type: Annotated[str, Field(description="slack, mail, webhook or console")]
    name: Annotated[
        str, Field(description="tells two channels of one type apart; the type if left out")
    ] = ""
    enabled: Annotated[bool, Field(description="false switches the channel off")] = True
    send_resolved: Annotated[
        bool, Field(description="false: it is told what fires, and not what is resolved")
    ] = True
    lines: Annotated[
        int, Field(ge=1, le=100, description="alerts told one by one; then 'and 12 more'")
    ] = 12

    @property
    def label(self) -> str:
        """The name that tells it apart within its receiver."""
        return self.name or self.type

    def missing(self) -> str:
        """What it still needs to be configured, as a sentence; empty when it is ready."""
        return ""

    @property
    def ready(self) -> bool:
        return self.enabled and not self.missing()

    @property
    def recipients(self) -> tuple[str, ...]:
        """Addresses that are told one by one, each with a message and a retry of its own.

        Empty where the channel leads to one place.
        """
        return ()

    def addressed(self, address: str) -> Self:
        """The same channel for one person's address; only where it ``reaches_people``."""
        raise TypeError(f"{self.type} reaches no one person")

    @abstractmethod
    def deliver(self, notification: Notification, tools: Tools) -> str:
        """Send it and return a short receipt; ends within the channel's own timeout.

        Raises ProviderError: ``permanent`` when another attempt cannot help, ``retry_after`` when
        the provider named a time.
        """
