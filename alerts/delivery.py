"""From the outbox to the channels."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from alerts.actions import topic_of
from alerts.bundling import tell_in_bundle
from alerts.channel import BundlingChannel, Channel, ThreadedChannel, Tools
from alerts.channel_settings import Method
from alerts.conversation import tell_in_thread
from alerts.discovery import channel_types
from alerts.notification import Notification
from alerts.settings import AlertSettings
from core.errors import ProviderError
from core.outbox.actions import enqueue
from core.outbox.handler import Delivery, Handler
from core.runtime import Runtime
from core.web.settings import site


def personal_topic(method: Method) -> str:
    """The outbox topic of messages to one person: ``personal.sms``."""
    return f"personal.{method}"


def enqueue_personal(
    session: Session,
    *,
    method: Method,
    address: str,
    notification: Notification,
    key: str,
    now: datetime,
) -> bool:
    """Put a message to one person into the outbox, in the caller's transaction.

    ``key`` tells the message apart from every other; ``now`` is the machine's time. False when
    it is there already. Each address has a lane of its own.
    """
    topic = personal_topic(method)
    return enqueue(
        session,
        topic=topic,
        key=key,
        payload={
            "method": method.value,
            "address": address,
            "channel": method.value,
            "title": notification.title,
            "notification": notification.model_dump(mode="json"),
        },
        lane=f"{topic}:{address}",
        recipient=address,
        now=now,
    )


def handlers(runtime: Runtime) -> Mapping[str, Handler]:
    """Outbox topic -> handler: one for each type of channel, one for each contact method."""
    topics = [*map(topic_of, channel_types()), *map(personal_topic, Method)]
    return {topic: partial(deliver, runtime) for topic in topics}


def deliver(runtime: Runtime, delivery: Delivery) -> str:
    """Send one notification through the channel that it was enqueued for.

    Where a channel tells several addresses, each of them gets a message of its own.
    """
    alerts = runtime.settings.of(AlertSettings)
    personal = "method" in delivery.payload
    channel = _personal_channel(alerts, delivery) if personal else _channel(alerts, delivery)
    if not channel.ready:
        reason = channel.missing() or "It is switched off."
        raise ProviderError(f"the channel {channel.label} is not in use: {reason}", permanent=True)
    if "address" not in delivery.payload and channel.recipients:
        return _hand_on(runtime, delivery, channel.recipients)
    notification = Notification.model_validate(delivery.payload["notification"])
    tools = tools_of(runtime, delivery.key)
    if isinstance(channel, ThreadedChannel):
        return tell_in_thread(runtime, delivery, channel, notification, tools)
    if isinstance(channel, BundlingChannel):
        return tell_in_bundle(runtime, delivery, channel, tools)
    return channel.deliver(notification, tools)


def _hand_on(runtime: Runtime, delivery: Delivery, addresses: Sequence[str]) -> str:
    """One message for each address, with a lane of its own: none waits for another."""
    now = runtime.clock.real_now()
    with runtime.database.write() as session:
        for address in addresses:
            enqueue(
                session,
                topic=delivery.topic,
                key=f"{delivery.key}-{hashlib.sha256(address.encode()).hexdigest()[:12]}",
                payload={"news": delivery.key, **delivery.payload, "address": address},
                lane=f"{delivery.lane}:{address}",
                recipient=address,
                now=now,
            )
    return f"handed on to {len(addresses)} recipients"


def tools_of(runtime: Runtime, key: str) -> Tools:
    """What a channel is handed with the message of that idempotency key."""
    return Tools(
        key=key,
        base_url=runtime.settings.core.server.base_url.rstrip("/"),
        zone=site(runtime.settings).zone,
        now=runtime.clock.real_now(),
    )


def _channel(alerts: AlertSettings, delivery: Delivery) -> Channel:
    """As it is configured now; ProviderError when config.yaml no longer has it."""
    receiver, label = delivery.payload["receiver"], delivery.payload["channel"]
    configured = alerts.receivers.get(receiver)
    channel = configured.find(label) if configured is not None else None
    if channel is None or topic_of(channel.type) != delivery.topic:
        raise ProviderError(
            f"config.yaml has no channel {label} in the receiver {receiver} any more",
            permanent=True,
        )
    address = delivery.payload.get("address")
    return channel if address is None else channel.addressed(address)


def _personal_channel(alerts: AlertSettings, delivery: Delivery) -> Channel:
    """The channel of the contact method; ProviderError when config.yaml has none."""
    method = Method(delivery.payload["method"])
    channel = alerts.personal.get(method)
    if channel is None:
        raise ProviderError(
            f"config.yaml names no channel under alerts.personal.{method}", permanent=True
        )
    return channel.addressed(delivery.payload["address"])
