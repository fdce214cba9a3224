"""One message for several notifications to one address."""

from datetime import datetime

from alerts.channel import BundlingChannel, Tools
from alerts.notification import Notification
from alerts.threads.actions import HeldThread, holding
from core.errors import ProviderError
from core.outbox.handler import Delivery
from core.outbox.queries import list_waiting
from core.runtime import Runtime

MOST = 100


def tell_in_bundle(
    runtime: Runtime, delivery: Delivery, channel: BundlingChannel, tools: Tools
) -> str:
    """Tell everything that waits in the message's lane, at the channel's pace.

    The messages that were told with another one settle when they come due, and say so. Raises
    ProviderError when the pace makes it wait.
    """
    with holding(runtime, delivery, group_key="") as thread:
        told: dict[str, int] = thread.kept.get("told", {})
        if (leader := told.get(str(delivery.id))) is not None:
            return f"told with message {leader}"
        _wait_for_turn(thread, channel, tools)
        with runtime.database.read() as session:
            waiting = list_waiting(session, delivery.lane, MOST)
        news = {each.id: each.payload for each in waiting if str(each.id) not in told}
        news[delivery.id] = delivery.payload
        notifications = [
            Notification.model_validate(payload["notification"])
            for _, payload in sorted(news.items())
        ]
        receipt = channel.deliver_bundle(notifications, tools)
        still = {str(each.id) for each in waiting}
        thread.kept = {
            "sent_at": tools.now.isoformat(),
            "told": {number: by for number, by in told.items() if number in still}
            | {str(number): delivery.id for number in news},
        }
    return receipt if len(news) == 1 else f"{receipt}, with {len(news) - 1} other messages"


def _wait_for_turn(thread: HeldThread, channel: BundlingChannel, tools: Tools) -> None:
    if "sent_at" not in thread.kept:
        return
    wait = datetime.fromisoformat(thread.kept["sent_at"]) + channel.pace - tools.now
    if wait.total_seconds() > 0:
        raise ProviderError("kept back to be told with what follows", retry_after=wait)
