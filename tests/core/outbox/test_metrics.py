"""What Prometheus sees of the outbox."""

from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry

from core.db import Database
from core.outbox.actions import claim, enqueue, settle
from core.outbox.metrics import OutboxCollector
from core.outbox.rules import Failure, Result, RetryPolicy

NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
POLICY = RetryPolicy(timedelta(seconds=1), timedelta(seconds=1), max_attempts=5)


def attempt(database: Database, seconds: float, failure: Failure | None = None) -> None:
    """One message of the topic ``mail``, tried once and ended after so many seconds."""
    with database.write() as session:
        enqueue(session, topic="mail", key=f"{seconds}", payload={}, now=NOW)
        (delivery,) = claim(
            session, topics=["mail"], owner="me", lease=timedelta(minutes=1), limit=1, now=NOW
        )
        ended = NOW + timedelta(seconds=seconds)
        result = Result(delivery.id, delivery.attempt, NOW, ended, "ok", failure)
        settle(session, owner="me", results=[result], policy=POLICY)


def test_attempts_and_seconds_are_counted_at_each_scrape(database: Database) -> None:
    registry = CollectorRegistry()
    registry.register(OutboxCollector(database))

    def sample(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(f"bellwether_outbox_{name}", {"topic": "mail", **labels})

    assert sample("attempts_total", outcome="sent") is None
    attempt(database, 0.2)
    assert sample("attempts_total", outcome="sent") == 1
    attempt(database, 7)
    attempt(database, 8, Failure("no", permanent=True))
    assert sample("attempts_total", outcome="sent") == 2
    assert sample("attempts_total", outcome="dead") == 1
    assert sample("delivery_seconds_bucket", le="0.1") == 0
    assert sample("delivery_seconds_bucket", le="0.25") == 1
    assert sample("delivery_seconds_bucket", le="10.0") == 2
    assert sample("delivery_seconds_bucket", le="+Inf") == 2
