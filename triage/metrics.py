"""Numbers of the desk for Prometheus, read from the database when scraped."""

from collections.abc import Iterable, Sequence

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core.db import Database
from triage.tickets.statistics import count_by_function_and_priority, oldest_unanswered_at


class TicketCollector(Collector):
    """Open tickets by function and priority, and when the oldest unanswered one was opened.

    That time is told as a Unix timestamp in the district's time, which a drill may move:
    age = district now - timestamp.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterable[Metric]:
        with self._database.read() as session:
            counts = count_by_function_and_priority(session)
            oldest = oldest_unanswered_at(session)
        opened = GaugeMetricFamily(
            "bellwether_tickets_open", "Open tickets", labels=["function", "priority"]
        )
        for (function, priority), number in sorted(counts.items()):
            opened.add_metric([function, str(priority)], number)
        yield opened
        if oldest is not None:
            yield GaugeMetricFamily(
                "bellwether_ticket_oldest_unanswered_opened_timestamp_seconds",
                "When the oldest open ticket without an answer was opened",
                value=oldest.timestamp(),
            )

    def describe(self) -> Iterable[Metric]:
        return []


def collectors(database: Database) -> Sequence[Collector]:
    return [TicketCollector(database)]
