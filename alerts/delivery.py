"""From the outbox to the channels."""

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
from alerts.push.browsers import KnownBrowsers
from alerts.settings import AlertSettings
from alerts.topics import addressed_key
from core.db import JsonDict
from core.errors import ProviderError
from core.outbox.actions import enqueue
from core.outbox.handler import Delivery, Handler
from core.runtime import Runtime
from core.web.settings import site


def personal_topic(method: Method) -> str:
    """The outbox topic of messages to one person: ``personal.sms``."""
    return f"personal.{method}"


PRIVATE = "A message that only its recipient may read"


def enqueue_personal(
    session: Session,
    *,
    method: Method,
    address: str,
    notification: Notification,
    key: str,
    now: datetime,
    private: bool = False,
) -> bool:
    """Put a message to one person into the outbox, in the caller's transaction.

    ``key`` tells the message apart from every other; ``now`` is the machine's time. False when
    it is there already. Each address has a lane of its own. The delivery log does not show what a
    ``private`` message says.
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
            "title": PRIVATE if private else notification.title,
            "private": private,
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
    channel = channel_of(runtime.settings.of(AlertSettings), delivery.payload)
    if delivery.topic not in (topic_of(channel.type), *map(personal_topic, Method)):
        raise ProviderError(
            f"the channel {channel.label} is of the type {channel.type} now", permanent=True
        )
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
                key=addressed_key(delivery.key, address),
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
        browsers=KnownBrowsers(runtime.database),
    )


def channel_of(alerts: AlertSettings, payload: JsonDict) -> Channel:
    """The channel of a message as it is configured now, addressed if the message is.

    Raises ProviderError when config.yaml no longer has it.
    """
    if "method" in payload:
        channel, place = alerts.personal.get(Method(payload["method"])), "alerts.personal"
    else:
        configured = alerts.receivers.get(payload["receiver"])
        place = f"the receiver {payload['receiver']}"
        channel = configured.find(payload["channel"]) if configured is not None else None
    if channel is None:
        raise ProviderError(
            f"config.yaml has no channel {payload['channel']} in {place} any more", permanent=True
        )
    address = payload.get("address")
    return channel if address is None else channel.addressed(address)
