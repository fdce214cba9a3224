"""From the outbox to the addresses that steps of escalations name."""

from collections.abc import Mapping
from functools import partial

from alerts.channel import Tools
from alerts.channels.webhook import Webhook
from alerts.escalation.telling import WEBHOOK
from alerts.notification import Notification
from core.outbox.handler import Delivery, Handler
from core.runtime import Runtime
from core.web.settings import site


def handlers(runtime: Runtime) -> Mapping[str, Handler]:
    """Outbox topic -> handler."""
    return {WEBHOOK: partial(_post, runtime)}


def _post(runtime: Runtime, delivery: Delivery) -> str:
    """POST Alertmanager's webhook format to the address of the step."""
    tools = Tools(
        key=delivery.key,
        base_url=runtime.settings.core.server.base_url.rstrip("/"),
        zone=site(runtime.settings).zone,
        now=runtime.clock.real_now(),
    )
    channel = Webhook(type="webhook", url=delivery.payload["url"])
    return channel.deliver(Notification.model_validate(delivery.payload["notification"]), tools)
