"""The contract of whoever delivers a topic."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

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
