"""The outbox as Prometheus sees it, read from the database at each scrape."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from core.db import Database
from core.outbox.queries import count_by_topic_and_state, oldest_undelivered


class OutboxCollector(Collector):
    """``bellwether_outbox_messages{topic,state}`` and the age of what has waited longest."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        with self._database.read() as session:
            counts = count_by_topic_and_state(session)
            waiting = oldest_undelivered(session)
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
