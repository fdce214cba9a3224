"""Proof that a request comes from Slack: https://docs.slack.dev/authentication/verifying-requests."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

OLDEST = timedelta(minutes=5)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """``v0=HEX``: HMAC-SHA-256 of ``v0:TIMESTAMP:BODY``."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def is_from_slack(
    secrets: Iterable[str], timestamp: str, signature: str, body: bytes, now: datetime
) -> bool:
    """Whether one of the signing secrets made the signature, less than five minutes from now."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(now.timestamp() - int(timestamp)) > OLDEST.total_seconds():
        return False
    given = signature.encode("utf-8", "replace")
    made = [sign(secret, timestamp, body).encode() for secret in secrets if secret]
    return any(hmac.compare_digest(each, given) for each in made)
