"""One attempt at one message, and a batch of them in the caller's own thread."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from core.clock import Clock
from core.errors import ProviderError
from core.logs import bind_request_id, logger
from core.outbox.actions import NOBODY, claim, settle
from core.outbox.handler import Delivery, Handler, OnFailed
from core.outbox.models import OutboxMessage
from core.outbox.rules import Failure, Result, RetryPolicy
from core.runtime import Runtime
from core.settings import Settings

log = logger(__name__)

LONGEST_ERROR = 2000
LONGEST_RECEIPT = 500


def retry_policy(settings: Settings) -> RetryPolicy:
    """The section ``delivery`` as durations."""
    delivery = settings.core.delivery
    return RetryPolicy(
        first=timedelta(seconds=delivery.first_retry_seconds),
        last=timedelta(seconds=delivery.last_retry_seconds),
        max_attempts=delivery.max_attempts,
    )


def lease_time(settings: Settings) -> timedelta:
    return timedelta(seconds=settings.core.delivery.lease_seconds)


def _storable(text: str, length: int) -> str:
    """What both databases accept, whatever a provider answered."""
    clean = text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
    return clean[:length]


def attempt(handler: Handler, delivery: Delivery, clock: Clock) -> Result:
    """Call the handler once; every way it can end becomes a Result."""
    bind_request_id(f"delivery-{delivery.id}-{delivery.attempt}")
    started_at, receipt, failure = clock.real_now(), "", None
    try:
        receipt = _storable(handler(delivery), LONGEST_RECEIPT)
    except ProviderError as error:
        message = _storable(str(error), LONGEST_ERROR)
        failure = Failure(message, error.permanent, error.retry_after)
    except Exception as error:
        log.exception("delivery_handler_crashed", message_id=delivery.id, topic=delivery.topic)
        failure = Failure(_storable(f"{type(error).__name__}: {error}", LONGEST_ERROR))
    finally:
        bind_request_id(None)
    finished_at = clock.real_now()
    return Result(delivery.id, delivery.attempt, started_at, finished_at, receipt, failure)


def report_dead(messages: Iterable[OutboxMessage]) -> None:
    """Log the messages that were given up; the error itself stands in the delivery log."""
    for message in messages:
        log.error(
            "delivery_dead", message_id=message.id, topic=message.topic, attempts=message.attempts
        )


def deliver_due(
    runtime: Runtime,
    handlers: Mapping[str, Handler],
    owner: str,
    limit: int = 100,
    *,
    on_failed: Mapping[str, OnFailed] = NOBODY,
) -> int:
    """Deliver one batch of due messages in this thread and return how many were tried."""
    lease, policy = lease_time(runtime.settings), retry_policy(runtime.settings)
    with runtime.database.write() as session:
        deliveries = claim(
            session,
            topics=handlers.keys(),
            owner=owner,
            lease=lease,
            limit=limit,
            now=runtime.clock.real_now(),
        )
    for delivery in deliveries:
        result = attempt(handlers[delivery.topic], delivery, runtime.clock)
        with runtime.database.write() as session:
            dead = settle(
                session, owner=owner, results=[result], policy=policy, on_failed=on_failed
            )
        report_dead(dead)
    return len(deliveries)
