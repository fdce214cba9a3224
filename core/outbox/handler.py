"""The contract of whoever delivers a topic."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.db import JsonDict


@dataclass(frozen=True)
class Delivery:
    """One claimed message. ``key`` is its idempotency key; ``attempt`` counts from 1.

    When a provider names a waiting time, other messages of the same ``lane`` wait a little too.
    """

    id: int
    topic: str
    key: str
    payload: JsonDict
    attempt: int
    enqueued_at: datetime
    lane: str = ""


Handler = Callable[[Delivery], str]
"""Delivers and returns a short receipt for the delivery log; raises ProviderError."""


@dataclass(frozen=True)
class FailedDelivery:
    """An attempt that failed, ``age`` after the message was enqueued; ``dead``: the last one."""

    delivery: Delivery
    dead: bool
    age: timedelta
    now: datetime


OnFailed = Callable[[Session, FailedDelivery], None]
"""Called in the transaction that settles the attempt, so that it may enqueue other messages."""
