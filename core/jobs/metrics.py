"""The jobs as Prometheus sees them, read from the database at each scrape."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from core.db import Database
from core.jobs.queries import list_tallies


class JobCollector(Collector):
    """Runs, failures, seconds and last success by job."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        label = ["job"]
        runs = CounterMetricFamily("bellwether_job_runs", "Runs that have ended", labels=label)
        failures = CounterMetricFamily("bellwether_job_failures", "Failed runs", labels=label)
        seconds = CounterMetricFamily("bellwether_job_seconds", "Time spent", labels=label)
        last = GaugeMetricFamily(
            "bellwether_job_last_duration_seconds", "How long the last run took", labels=label
        )
        success = GaugeMetricFamily(
            "bellwether_job_last_success_timestamp_seconds", "The last success", labels=label
        )
        with self._database.read() as session:
            for tally in list_tallies(session):
                name = [tally.job]
                runs.add_metric(name, tally.runs)
                failures.add_metric(name, tally.failures)
                seconds.add_metric(name, tally.seconds)
                last.add_metric(name, tally.last_seconds)
                if tally.last_success_at is not None:
                    success.add_metric(name, tally.last_success_at.timestamp())
        yield from (runs, failures, seconds, last, success)
