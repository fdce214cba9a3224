"""Topics and keys of alerts in the outbox."""

import hashlib


def topic_of(channel_type: str) -> str:
    """The outbox topic of a channel: ``alert.slack``."""
    return f"alert.{channel_type}"


def addressed_key(key: str, address: str) -> str:
    """The key of the part of a message that goes to one of several addresses."""
    return f"{key}-{hashlib.sha256(address.encode()).hexdigest()[:12]}"
