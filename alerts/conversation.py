"""One thread for the messages about one group in a channel."""

from alerts.channel import Thread, ThreadedChannel, Tools
from alerts.notification import Notification
from alerts.threads.actions import holding
from core.db import JsonDict
from core.outbox.handler import Delivery
from core.runtime import Runtime


def tell_in_thread(
    runtime: Runtime,
    delivery: Delivery,
    channel: ThreadedChannel,
    notification: Notification,
    tools: Tools,
) -> str:
    """Tell it in the group's thread and keep what the channel wants to remember.

    Raises ProviderError while another message of the group is on its way.
    """
    with holding(runtime, delivery, notification.group_key) as held:
        told = channel.tell(notification, tools, Thread(held.id, held.kept, held.is_newest))
        held.kept = {**told.kept, "via": via_of(delivery)}
    return told.receipt


def via_of(delivery: Delivery) -> JsonDict:
    """What names the channel in config.yaml: receiver and channel, or method, and the address."""
    names = ("receiver", "channel", "method", "address")
    return {name: delivery.payload[name] for name in names if name in delivery.payload}
