"""When a token is good, and what it may do."""

from collections.abc import Iterable
from datetime import datetime, timedelta

TOUCH_EVERY = timedelta(minutes=5)


def is_alive(*, revoked_at: datetime | None, expires_at: datetime | None, now: datetime) -> bool:
    """Neither revoked nor past its expiry."""
    return revoked_at is None and (expires_at is None or now < expires_at)


def is_touch_due(*, last_used_at: datetime | None, now: datetime) -> bool:
    """Whether it is worth a write to remember that the token was used."""
    return last_used_at is None or now >= last_used_at + TOUCH_EVERY


def effective_permissions(role: frozenset[str], scopes: Iterable[str]) -> frozenset[str]:
    """A token may do what both its role and its scopes allow."""
    return role & frozenset(scopes)
