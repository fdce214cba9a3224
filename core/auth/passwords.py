"""Hashing and checking passwords with argon2id.

Parameters: OWASP Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane). A few at a time, so
that a rush of sign-ins takes neither all memory nor all processors.
"""

import secrets
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import Invalid

SHORTEST = 12
LONGEST = 256

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_places = BoundedSemaphore(4)


def hash_password(password: str) -> str:
    """The argon2id hash; Invalid when the password is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        message = f"A password has {SHORTEST} to {LONGEST} characters."
        raise Invalid(message, fields={"password": message})
    with _places:
        return _hasher.hash(password)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; without an account (None) it takes the same time and is False."""
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
