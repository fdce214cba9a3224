"""A browser that asked for alerts, and who keeps the list of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Subscription:
    """Where a browser's push service listens, and the browser's own keys (base64url)."""

    endpoint: str
    p256dh: str
    auth: str


class Browsers(Protocol):
    """The browsers of people: ``address`` is ``user:12`` or a username."""

    def of(self, address: str) -> Sequence[Subscription]: ...

    def forget(self, endpoint: str) -> None: ...


class NoBrowsers:
    """Where nobody has a browser."""

    def of(self, _address: str) -> Sequence[Subscription]:
        return ()

    def forget(self, _endpoint: str) -> None:
        """There is nothing to forget."""
