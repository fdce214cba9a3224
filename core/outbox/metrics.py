"""The outbox as Prometheus sees it, read from the database at each scrape."""

from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from core.db import Database
from core.outbox.attempt_queries import BUCKETS, Attempted, count_attempts, last_attempt_id
from core.outbox.queries import count_by_topic_and_state, oldest_undelivered
from core.tally import Tally


class OutboxCollector(Collector):
    """``bellwether_outbox_messages{topic,state}``, the age of what has waited longest, every
    attempt ``bellwether_outbox_attempts_total{topic,outcome}`` (failed ones are tried again, dead
    ones are not), and the seconds from enqueuing to delivery.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._attempts = Tally(count_attempts, last_attempt_id)

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        with self._database.read() as session:
            counts = count_by_topic_and_state(session)
            waiting = oldest_undelivered(session)
            attempted = self._attempts.read(session)
        messages = GaugeMetricFamily(
            "bellwether_outbox_messages", "Messages in the outbox", labels=["topic", "state"]
        )
        for (topic, state), count in sorted(counts.items()):
            messages.add_metric([topic, state], count)
        oldest = GaugeMetricFamily(
            "bellwether_outbox_oldest_enqueued_timestamp_seconds",
            "When the message that has waited longest for its delivery was enqueued",
            labels=["topic"],
        )
        for topic, enqueued_at in sorted(waiting.items()):
            oldest.add_metric([topic], enqueued_at.timestamp())
        yield messages
        yield oldest
        yield _outcomes(attempted)
        yield _latency(attempted)


def _outcomes(attempted: Counter[Attempted]) -> Metric:
    found: Counter[tuple[str, str]] = Counter()
    for one, count in attempted.items():
        found[one.topic, one.outcome] += count
    attempts = CounterMetricFamily(
        "bellwether_outbox_attempts", "Attempts to deliver", labels=["topic", "outcome"]
    )
    for (topic, outcome), count in sorted(found.items()):
        attempts.add_metric([topic, outcome], count)
    return attempts


def _latency(attempted: Counter[Attempted]) -> Metric:
    """Buckets without a sum: the database counts them, and nobody adds the seconds up."""
    seconds = HistogramMetricFamily(
        "bellwether_outbox_delivery_seconds",
        "From the transaction that enqueued a message until it was sent",
        labels=["topic"],
    )
    sent = {one: n for one, n in attempted.items() if one.outcome == "sent"}
    for topic in sorted({one.topic for one in sent}):
        below, buckets = 0, []
        for number, bound in enumerate((*map(str, BUCKETS), "+Inf")):
            below += sent.get(Attempted(topic, "sent", number), 0)
            buckets.append((bound, below))
        seconds.add_metric([topic], buckets, None)
    return seconds
