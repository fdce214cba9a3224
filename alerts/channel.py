"""The contract of a channel: one file in ``alerts/channels`` is one way of reaching people.

A file holds one subclass of Channel. Its docstring is the documentation that users read, its
fields are the options of config.yaml, ``deliver`` sends one notification.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Self
from zoneinfo import ZoneInfo

from pydantic import Field

from alerts.notification import Notification
from alerts.push.subscription import Browsers, NoBrowsers
from core.durations import Duration
from core.settings import Strict


@dataclass(frozen=True)
class Tools:
    """What a channel is handed with a notification.

    ``key`` is the idempotency key of this message to this channel, the same at every attempt;
    ``base_url`` (no slash at its end, may be empty) is where this service is reached; ``zone`` is
    for times in texts; ``now`` is the machine's time; ``browsers`` are those of people.
    """

    key: str
    base_url: str
    zone: ZoneInfo
    now: datetime
    browsers: Browsers = field(default_factory=NoBrowsers)

    def link(self, path: str) -> str:
        """The full address of a page of this service; empty when it is not known."""
        return f"{self.base_url}{path}" if self.base_url and path else ""

    def clock_time(self, at: datetime) -> str:
        """``10:00 AM, Monday 12 January 2015`` in the district's zone."""
        local = at.astimezone(self.zone)
        return f"{local:%I:%M %p}, {local:%A} {local.day} {local:%B %Y}".lstrip("0")


@dataclass(frozen=True)
class Thread:
    """What a channel kept of its earlier messages about a group; empty at the first one.

    ``is_newest``: no message that was written after this one has been told yet. ``id`` is what a
    button can name the thread by.
    """

    id: int = 0
    kept: Mapping[str, Any] = field(default_factory=dict)
    is_newest: bool = True


@dataclass(frozen=True)
class Told:
    """A receipt for the delivery log, and what the channel keeps for the group's next message."""

    receipt: str
    kept: dict[str, Any]


class Channel(Strict):
    """The options that every channel has.

    ``reaches_people``: it can be addressed to one person, see ``addressed``.
    """

    reaches_people: ClassVar[bool] = False

    type: Annotated[str, Field(description="which channel; each has a section below")]
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

    fallback: Annotated[
        str, Field(description="a channel of the same receiver that is told when this one fails")
    ] = ""
    fallback_after: Annotated[
        Duration, Field(description="how long a message is tried before the fallback is told, too")
    ] = timedelta(minutes=5)

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

    def test(self, notification: Notification, tools: Tools) -> str:
        """Send a test message, as ``deliver``; what it opened somewhere is closed again."""
        return self.deliver(notification, tools)


class ThreadedChannel(Channel):
    """A channel in which the messages about one group belong together."""

    def deliver(self, notification: Notification, tools: Tools) -> str:
        return self.tell(notification, tools, Thread()).receipt

    @abstractmethod
    def tell(self, notification: Notification, tools: Tools, thread: Thread) -> Told:
        """As ``deliver``, in the thread of the group, which nobody else uses meanwhile."""


class BundlingChannel(Channel):
    """A channel that tells one address of several notifications at once."""

    @property
    @abstractmethod
    def pace(self) -> timedelta:
        """The least time between two messages to one address."""

    def deliver(self, notification: Notification, tools: Tools) -> str:
        return self.deliver_bundle([notification], tools)

    @abstractmethod
    def deliver_bundle(self, notifications: Sequence[Notification], tools: Tools) -> str:
        """As ``deliver``, for one notification or several, oldest first."""
