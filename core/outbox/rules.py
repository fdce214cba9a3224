"""When a failed delivery is tried again, and when it is given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PATIENCE_WITH_A_BUSY_PROVIDER = timedelta(days=1)


class State(StrEnum):
    """``failed`` waits for its next attempt; ``dead`` waits for a person."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DEAD = "dead"


CLAIMABLE = (State.QUEUED, State.FAILED, State.SENDING)
"""States with a next attempt; a ``sending`` row comes due when its lease ends."""


@dataclass(frozen=True)
class RetryPolicy:
    """The section ``delivery`` of config.yaml, as durations."""

    first: timedelta
    last: timedelta
    max_attempts: int


@dataclass(frozen=True)
class Failure:
    """Why an attempt did not succeed; ``retry_after`` is the provider's own wish."""

    message: str
    permanent: bool = False
    retry_after: timedelta | None = None


def backoff(policy: RetryPolicy, attempt: int, fraction: float) -> timedelta:
    """Exponential backoff with full jitter: ``fraction`` (0 to 1) of first * 2^(attempt - 1).

    Never longer than ``policy.last``; ``attempt`` counts from 1.
    """
    doublings = min(attempt - 1, 30)
    longest: timedelta = min(policy.last, policy.first * (1 << doublings))
    return longest * fraction


def next_wait(
    policy: RetryPolicy, failure: Failure, attempt: int, age: timedelta, fraction: float
) -> timedelta | None:
    """How long until the next attempt; None when the message is given up.

    A provider that names its own waiting time is busy, not broken: it is asked again for a day at
    least, however many attempts that takes.
    """
    busy = failure.retry_after is not None and age < PATIENCE_WITH_A_BUSY_PROVIDER
    if failure.permanent or (attempt >= policy.max_attempts and not busy):
        return None
    if failure.retry_after is not None:
        return failure.retry_after
    return backoff(policy, attempt, fraction)


@dataclass(frozen=True)
class TopicHealth:
    """Whether a topic gets through.

    ``given_up``: a message is dead and none enqueued after it was sent. ``oldest_waiting_at``:
    when the message was enqueued that has waited longest, None when none waits.
    """

    topic: str
    given_up: bool
    oldest_waiting_at: datetime | None


@dataclass(frozen=True)
class Result:
    """One attempt that has ended: a receipt, or a failure."""

    message_id: int
    attempt: int
    started_at: datetime
    finished_at: datetime
    receipt: str = ""
    failure: Failure | None = None
