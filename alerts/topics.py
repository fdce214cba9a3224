"""The outbox topics of alerts."""


def topic_of(channel_type: str) -> str:
    """The outbox topic of a channel: ``alert.slack``."""
    return f"alert.{channel_type}"
