"""The fallback is told when a channel gives up a message, or has tried for too long."""

import hashlib
from collections.abc import Mapping
from functools import partial

from sqlalchemy.orm import Session

from alerts.actions import topic_of
from alerts.channel import BundlingChannel, Channel
from alerts.discovery import channel_types
from alerts.settings import AlertSettings
from core.outbox.actions import enqueue
from core.outbox.handler import FailedDelivery, OnFailed
from core.runtime import Runtime


def on_failed(runtime: Runtime) -> Mapping[str, OnFailed]:
    """Outbox topic -> what is called when an attempt failed."""
    alerts = runtime.settings.of(AlertSettings)
    return {topic_of(name): partial(tell_fallback, alerts) for name in channel_types()}


def tell_fallback(alerts: AlertSettings, session: Session, failed: FailedDelivery) -> None:
    """Enqueue the same notification for the fallback, once, in the caller's transaction."""
    payload = failed.delivery.payload
    receiver, label = payload["receiver"], payload["channel"]
    configured = alerts.receivers.get(receiver)
    channel = configured.find(label) if configured else None
    other = configured.fallback_of(label) if configured else None
    if other is None or not (failed.dead or channel is None or _too_old(channel, failed)):
        return
    news = payload.get("news", failed.delivery.key)
    topic = topic_of(other.type)
    enqueue(
        session,
        topic=topic,
        key=hashlib.sha256(f"{news}\0{other.label}".encode()).hexdigest()[:40],
        payload={
            "receiver": receiver,
            "channel": other.label,
            "title": payload["title"],
            "notification": payload["notification"],
            "instead_of": label,
            "news": news,
        },
        lane=f"{topic}:{receiver}:{other.label}",
        now=failed.now,
    )


def _too_old(channel: Channel, failed: FailedDelivery) -> bool:
    """Whether it was tried for too long; what a channel keeps back at its pace is not failing."""
    pace = channel.pace if isinstance(channel, BundlingChannel) else channel.fallback_after
    return failed.age >= max(channel.fallback_after, pace)
