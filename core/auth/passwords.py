"""Hashing and checking passwords with argon2id.

A few at a time, so that a rush of sign-ins takes neither all memory nor all processors.
"""

import secrets
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import Invalid

SHORTEST = 12
LONGEST = 256

_places = BoundedSemaphore(4)


@dataclass(frozen=True)
class Cost:
    """What making or checking one hash takes: passes over so many KiB of memory, in one lane."""

    passes: int
    memory_kib: int

    def hasher(self) -> PasswordHasher:
        return PasswordHasher(time_cost=self.passes, memory_cost=self.memory_kib, parallelism=1)


STANDARD = Cost(passes=2, memory_kib=19 * 1024)
"""OWASP Password Storage Cheat Sheet: argon2id with 19 MiB and 2 passes."""

_hasher = STANDARD.hasher()


def hash_password(password: str, cost: Cost = STANDARD) -> str:
    """The argon2id hash, which names its cost; Invalid when the password is too short or long."""
    if not SHORTEST <= len(password) <= LONGEST:
        message = f"A password has {SHORTEST} to {LONGEST} characters."
        raise Invalid(message, fields={"password": message})
    with _places:
        return cost.hasher().hash(password)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password fits, at the cost that its hash names.

    Without an account (None) it takes as long as with one of STANDARD cost, and is False.
    """
    if len(password) > LONGEST:
        return False
    with _places:
        try:
            _hasher.verify(password_hash or _nobodys_hash(), password)
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def new_password() -> str:
    """A random password of 120 bits that can be read over the telephone in groups."""
    text = secrets.token_hex(15)
    return "-".join(text[start : start + 6] for start in range(0, len(text), 6))
