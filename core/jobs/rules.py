"""Which fire time it is, and how long until the next."""

from datetime import UTC, datetime, timedelta
from math import ceil

SHORTEST_WAIT = timedelta(seconds=0.5)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def fire_time(now: datetime, every: timedelta) -> datetime:
    """The last multiple of ``every`` since 1970 in UTC that is not after ``now``."""
    return now - (now - _EPOCH) % every


def wait_for_next(now: datetime, every: timedelta, speed: float) -> timedelta:
    """Machine time until the next fire time to run, on a clock that goes ``speed`` times as fast.

    Never under half a second: on a clock that is faster than that, fire times are left out, and
    those that run still stand on multiples of ``every``.
    """
    steps = max(1, ceil(SHORTEST_WAIT * speed / every))
    return (fire_time(now, every) + every - now + every * (steps - 1)) / speed
