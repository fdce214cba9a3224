"""Alerts as Prometheus sees them, read from the database at each scrape."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from alerts.queries import count_by_status_and_severity, count_events, last_event_id
from core.db import Database
from core.tally import Tally


class AlertCollector(Collector):
    """``bellwether_alerts{status,severity}``, and what happened to them:
    ``bellwether_alert_events_total{kind,reason}``.

    The kind ``firing`` is what was received, ``suppressed`` has silence, inhibition or mute as its
    reason, ``notified`` the reason of the decision to tell.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._events = Tally(count_events, last_event_id)

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        with self._database.read() as session:
            counts = count_by_status_and_severity(session)
            happened = self._events.read(session)
        alerts = GaugeMetricFamily(
            "bellwether_alerts", "Alerts by status and severity", labels=["status", "severity"]
        )
        for (status, severity), count in sorted(counts.items()):
            alerts.add_metric([status, severity], count)
        events = CounterMetricFamily(
            "bellwether_alert_events", "What happened to alerts", labels=["kind", "reason"]
        )
        for (kind, reason), count in sorted(happened.items()):
            events.add_metric([kind, reason], count)
        yield alerts
        yield events
