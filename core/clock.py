"""The only module that reads the clock.

``now`` is the time the district lives in, which a drill may move; ``real_now`` is the time of
the machine, for sessions, tokens, leases and retries. Both are aware UTC.
"""

import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from core.errors import ConfigError, Problem

_REREAD_SECONDS = 0.2
_START_FIELD = 19
"""Of /proc/self/stat, after the command's name: the start in clock ticks since boot."""
CLOCK_FILE = "clock"
"""In the data folder of a running demo: its drill clock, for commands beside it."""


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


def process_age() -> float:
    """Seconds since this process was started; 0 where the system does not tell."""
    try:
        fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        started = int(fields[_START_FIELD]) / os.sysconf("SC_CLK_TCK")
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started)
    except (OSError, ValueError, IndexError):
        return 0.0


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
    """``start`` in the district until machine time ``anchor``; from then on ``speed`` times."""

    start: datetime
    anchor: datetime
    speed: float

    def now(self) -> datetime:
        return self.start + max(machine_now() - self.anchor, timedelta()) * self.speed

    def real_now(self) -> datetime:
        return machine_now()

    def to_text(self) -> str:
        return f"{self.start.isoformat()}@{self.anchor.isoformat()}x{self.speed:g}"


class ShownClock:
    """A drill clock in a file, which whoever leads the drill may hold, start and set."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at = 0.0
        self._clock: Clock = self._read()

    def _read(self) -> "Clock":
        self._read_at = monotonic()
        return parse_clock(self._path.read_text(encoding="utf-8"))

    def _current(self) -> "Clock":
        if monotonic() - self._read_at > _REREAD_SECONDS:
            with suppress(OSError):
                self._clock = self._read()
        return self._clock

    @property
    def speed(self) -> float:
        return self._current().speed

    def now(self) -> datetime:
        return self._current().now()

    def real_now(self) -> datetime:
        return machine_now()


def show_clock(path: Path, clock: DrillClock) -> None:
    """Write the clock where every ``ShownClock`` of that path will read it, in one step."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(clock.to_text(), encoding="utf-8")
    temporary.replace(path)


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
    """Read what ``DrillClock.to_text`` wrote, or ``file:PATH`` of a shown clock.

    An empty text means the machine's clock. Raises ConfigError when the text is none of these.
    """
    if not text:
        return SystemClock()
    try:
        if text.startswith("file:"):
            return ShownClock(Path(text.removeprefix("file:")))
        start, rest = text.split("@")
        anchor, speed = rest.rsplit("x", 1)
        return DrillClock(
            datetime.fromisoformat(start), datetime.fromisoformat(anchor), float(speed)
        )
    except (ValueError, OSError) as error:
        raise ConfigError(
            [
                Problem(
                    "BELLWETHER_CLOCK",
                    f"{text!r} is not a drill clock ({error})",
                    "Leave it empty, or use START@ANCHORxSPEED with ISO 8601 times.",
                )
            ]
        ) from error
