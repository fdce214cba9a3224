"""Test messages: one attempt through a channel, and its plain error."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from alerts.channel import Channel, Tools
from alerts.delivery import tools_of
from alerts.notification import Notification, compose
from alerts.rules import AlertState, Severity, Status, fingerprint
from alerts.settings import AlertSettings
from core.audit.actions import record
from core.auth.actor import Actor
from core.errors import Conflict, NotFound, ProviderError
from core.outbox.actions import enqueue
from core.outbox.handler import Delivery, Handler
from core.outbox.log_queries import get_delivery_id
from core.runtime import Runtime

TOPIC = "alert.trial"
"""A topic of its own: a trial that fails is nobody's alert, and is not tried again."""

_LABELS = {"alertname": "TestMessage", "service": "bellwether", "severity": Severity.INFO.value}


def trial(receiver: str, now: datetime) -> Notification:
    """What a test message says; ``now`` is the district's time."""
    state = AlertState(
        fingerprint=fingerprint(_LABELS),
        labels=_LABELS,
        annotations={
            "summary": "Test message of Bellwether: this channel works and nothing is wrong",
            "path": "/deliveries/channels",
        },
        status=Status.FIRING,
        starts_at=now,
        ends_at=None,
        updated_at=now,
    )
    return compose(receiver, {"alertname": "TestMessage"}, [state], 1)


def get_channel(alerts: AlertSettings, receiver: str, label: str) -> Channel:
    """A channel of config.yaml; raises NotFound, and Conflict when it is not in use."""
    configured = alerts.receivers.get(receiver)
    channel = configured.find(label) if configured else None
    if channel is None:
        raise NotFound(f"config.yaml has no channel {label!r} in a receiver {receiver!r}.")
    if not channel.ready:
        reason = channel.missing() or "It is switched off."
        raise Conflict(f"The channel {label} is not in use: {reason}", code="not_ready")
    return channel


def send_trial(channel: Channel, notification: Notification, tools: Tools) -> str:
    """Send it to every recipient now; the receipts, or ProviderError with every error."""
    receipts, errors = [], []
    for address in channel.recipients or ("",):
        one = channel.addressed(address) if address else channel
        said = f"{address}: " if address else ""
        try:
            receipts.append(f"{said}{one.test(notification, tools)}")
        except ProviderError as error:
            errors.append(f"{said}{error}")
    if errors:
        raise ProviderError("; ".join([*errors, *receipts]), permanent=True)
    return "; ".join(receipts)


def enqueue_trial(
    session: Session,
    receiver: str,
    label: str,
    *,
    settings: AlertSettings,
    by: Actor,
    now: datetime,
    real_now: datetime,
) -> int:
    """Put a test message into the outbox; its number in the delivery log.

    Raises NotFound and Conflict as ``get_channel`` does.
    """
    get_channel(settings, receiver, label)
    notification, key = trial(receiver, now), secrets.token_hex(20)
    payload = {
        "receiver": receiver,
        "channel": label,
        "title": notification.title,
        "notification": notification.model_dump(mode="json"),
    }
    enqueue(session, topic=TOPIC, key=key, payload=payload, now=real_now)
    number = get_delivery_id(session, TOPIC, key)
    after = {"receiver": receiver, "channel": label}
    record(
        session, by=by, action="channel.test", subject=("delivery", number), after=after, now=now
    )
    return number


def trial_handlers(runtime: Runtime) -> Mapping[str, Handler]:
    """Outbox topic -> handler."""
    return {TOPIC: partial(_deliver, runtime)}


def _deliver(runtime: Runtime, delivery: Delivery) -> str:
    payload, alerts = delivery.payload, runtime.settings.of(AlertSettings)
    try:
        channel = get_channel(alerts, payload["receiver"], payload["channel"])
    except (NotFound, Conflict) as refusal:
        raise ProviderError(refusal.message, permanent=True) from refusal
    notification = Notification.model_validate(payload["notification"])
    return send_trial(channel, notification, tools_of(runtime, delivery.key))
