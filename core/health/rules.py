"""When a component counts as alive."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

STALE_AFTER = timedelta(seconds=30)
COMPONENTS = ("scheduler", "delivery")


@dataclass(frozen=True)
class Check:
    """One part of readiness; ``reason`` is a sentence when it is not ok."""

    name: str
    ok: bool
    reason: str = ""


def check_heartbeat(name: str, beats: Mapping[str, datetime], now: datetime) -> Check:
    """Fresh is at most 30 s old."""
    last = beats.get(name)
    if last is None:
        return Check(name, False, "It has never given a sign of life.")
    age = now - last
    if age > STALE_AFTER:
        return Check(name, False, f"Its last sign of life is {age.total_seconds():.0f} s old.")
    return Check(name, True)
