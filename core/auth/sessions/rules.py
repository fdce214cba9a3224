"""How many sign-in attempts are too many."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Attempts:
    """Attempts not yet known to be good since ``window_started_at``."""

    failures: int
    window_started_at: datetime
    locked_until_at: datetime | None = None


def count_attempt(seen: Attempts, *, most: int, wait: timedelta, now: datetime) -> Attempts:
    """The attempt counted in. The one after ``most`` locks for ``wait``; a lock is not prolonged.

    A window without a lock is forgotten after ``wait``.
    """
    if (seen.locked_until_at or seen.window_started_at + wait) <= now:
        return Attempts(1, now)
    if seen.locked_until_at is not None:
        return seen
    failures = seen.failures + 1
    locked = now + wait if failures > most else None
    return Attempts(failures, seen.window_started_at, locked)


def is_session_valid(
    *, last_seen_at: datetime, expires_at: datetime, idle: timedelta, now: datetime
) -> bool:
    """A session ends at its expiry, or when the browser was silent for ``idle``."""
    return now < expires_at and now < last_seen_at + idle


def is_touch_due(*, last_seen_at: datetime, idle: timedelta, now: datetime) -> bool:
    """Whether it is worth a write to remember that the browser is there: ten times per ``idle``."""
    return now >= last_seen_at + idle / 10
