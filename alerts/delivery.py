"""From the outbox to the channels."""

from collections.abc import Mapping
from functools import partial

from alerts.actions import topic_of
from alerts.channel import Channel, Tools
from alerts.discovery import channel_types
from alerts.notification import Notification
from alerts.settings import AlertSettings
from core.errors import ProviderError
from core.outbox.handler import Delivery, Handler
from core.runtime import Runtime
from core.web.settings import site


def handlers(runtime: Runtime) -> Mapping[str, Handler]:
    """Outbox topic -> handler, one for each type of channel."""
    return {topic_of(name): partial(deliver, runtime) for name in channel_types()}


def deliver(runtime: Runtime, delivery: Delivery) -> str:
    """Send one notification through the channel that it was enqueued for."""
    channel = _channel(runtime, delivery)
    tools = Tools(
        key=delivery.key,
        base_url=runtime.settings.core.server.base_url.rstrip("/"),
        zone=site(runtime.settings).zone,
        now=runtime.clock.real_now(),
    )
    notification = Notification.model_validate(delivery.payload["notification"])
    return channel.deliver(notification, tools)


def _channel(runtime: Runtime, delivery: Delivery) -> Channel:
    """As it is configured now; ProviderError when config.yaml no longer has it."""
    receiver, label = delivery.payload["receiver"], delivery.payload["channel"]
    configured = runtime.settings.of(AlertSettings).receivers.get(receiver)
    channel = configured.find(label) if configured is not None else None
    if channel is None or topic_of(channel.type) != delivery.topic:
        raise ProviderError(
            f"config.yaml has no channel {label} in the receiver {receiver} any more",
            permanent=True,
        )
    if not channel.ready:
        reason = channel.missing() or "It is switched off."
        raise ProviderError(f"the channel {label} is not in use: {reason}", permanent=True)
    return channel
