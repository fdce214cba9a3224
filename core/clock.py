"""The only module that reads the clock.

``now`` is the time the district lives in, which a drill may move; ``real_now`` is the time of
the machine, for sessions, tokens, leases and retries. Both are aware UTC.
"""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from core.errors import ConfigError, Problem


class Clock(Protocol):
    """What every edge is handed instead of the machine's clock."""

    @property
    def speed(self) -> float:
        """Seconds of ``now`` per second of the machine."""

    def now(self) -> datetime:
        """The time in the district."""

    def real_now(self) -> datetime:
        """The time of the machine."""


def machine_now() -> datetime:
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds for measuring durations; never a point in time."""
    return time.monotonic()


@dataclass(frozen=True)
class SystemClock:
    """Production: the district lives in the machine's time."""

    speed: float = 1.0

    def now(self) -> datetime:
        return machine_now()

    def real_now(self) -> datetime:
        return machine_now()


@dataclass(frozen=True)
class DrillClock:
    """At machine time ``anchor`` it was ``start`` in the district; since then ``speed`` times."""

    start: datetime
    anchor: datetime
    speed: float

    def now(self) -> datetime:
        return self.start + (machine_now() - self.anchor) * self.speed

    def real_now(self) -> datetime:
        return machine_now()

    def to_text(self) -> str:
        return f"{self.start.isoformat()}@{self.anchor.isoformat()}x{self.speed:g}"


@dataclass
class FrozenClock:
    """Stands still until told otherwise; for tests, imports and one-off evaluations."""

    at: datetime
    real: datetime | None = None
    speed: float = field(default=1.0)

    def now(self) -> datetime:
        return self.at

    def real_now(self) -> datetime:
        return self.real if self.real is not None else self.at

    def advance(self, by: timedelta) -> datetime:
        """Move both times on by ``by`` and return the new ``now``."""
        self.real = self.real_now() + by
        self.at += by
        return self.at


def parse_clock(text: str) -> Clock:
    """Read what ``DrillClock.to_text`` wrote; an empty text means the machine's clock.

    Raises ConfigError when the text is neither.
    """
    if not text:
        return SystemClock()
    try:
        start, rest = text.split("@")
        anchor, speed = rest.rsplit("x", 1)
        return DrillClock(
            datetime.fromisoformat(start), datetime.fromisoformat(anchor), float(speed)
        )
    except ValueError as error:
        raise ConfigError(
            [
                Problem(
                    "BELLWETHER_CLOCK",
                    f"{text!r} is not a drill clock ({error})",
                    "Leave it empty, or use START@ANCHORxSPEED with ISO 8601 times.",
                )
            ]
        ) from error
