"""Alerts as Prometheus sees them, read from the database at each scrape."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from alerts.queries import count_by_status_and_severity
from core.db import Database


class AlertCollector(Collector):
    """``bellwether_alerts{status,severity}``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        with self._database.read() as session:
            counts = count_by_status_and_severity(session)
        alerts = GaugeMetricFamily(
            "bellwether_alerts", "Alerts by status and severity", labels=["status", "severity"]
        )
        for (status, severity), count in sorted(counts.items()):
            alerts.add_metric([status, severity], count)
        yield alerts
