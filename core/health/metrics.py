"""The signs of life as Prometheus sees them, read from the database at each scrape."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from core.db import Database
from core.health.queries import list_heartbeats


class HeartbeatCollector(Collector):
    """``bellwether_heartbeat_timestamp_seconds{component}``: the machine's time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        with self._database.read() as session:
            beats = list_heartbeats(session)
        family = GaugeMetricFamily(
            "bellwether_heartbeat_timestamp_seconds",
            "When a component last gave a sign of life",
            labels=["component"],
        )
        for component, at in sorted(beats.items()):
            family.add_metric([component], at.timestamp())
        yield family
