"""The storm cap: a token bucket for each channel."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Cap:
    """At most ``burst`` messages at once, and one more each ``every``."""

    burst: int
    every: timedelta


@dataclass(frozen=True)
class Bucket:
    """``tokens`` messages (at most ``burst``, fractions count) could go out at ``at``."""

    tokens: float
    at: datetime


def refill(bucket: Bucket | None, cap: Cap, now: datetime) -> Bucket:
    """The bucket as it is now; a new one is full."""
    if bucket is None:
        return Bucket(cap.burst, now)
    gained = max((now - bucket.at) / cap.every, 0.0)
    return Bucket(min(cap.burst, bucket.tokens + gained), max(now, bucket.at))


def split(tokens: float, wanted: int) -> tuple[int, bool]:
    """How many of the messages go out one by one, and whether one more stands for the rest.

    With no token at all nothing goes out: the rest waits for the next one.
    """
    whole = int(tokens)
    if wanted <= whole:
        return wanted, False
    return max(whole - 1, 0), whole >= 1


def next_token_at(bucket: Bucket, cap: Cap) -> datetime:
    """When the bucket will hold a whole token."""
    return bucket.at + max(1.0 - bucket.tokens, 0.0) * cap.every
