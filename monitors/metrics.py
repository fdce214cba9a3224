"""What Prometheus may ask: the district's numbers and the health of the probes."""

from collections.abc import Iterator, Sequence

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from core.db import Database
from monitors.bookkeeping import count_states, list_self_checks
from monitors.queries import list_runs, list_states
from monitors.rules import State

COMPLETENESS = "scheduling_completeness"


class MonitorCollector(Collector):
    """Reads the stored states at each scrape; it measures nothing itself."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        with self._database.read() as session:
            yield from _students(session)
            yield from _probes(session)


def collectors(database: Database) -> Sequence[Collector]:
    return [MonitorCollector(database)]


def _students(session: Session) -> Iterator[Metric]:
    label = ["school"]
    unscheduled = GaugeMetricFamily(
        "sis_students_unscheduled",
        "Students in session today without a complete schedule",
        labels=label,
    )
    enrolled = GaugeMetricFamily(
        "sis_students_enrolled", "Students enrolled and in session today", labels=label
    )
    for one in list_states(session, probe=COMPLETENESS):
        if one.value is not None and one.denominator is not None:
            unscheduled.add_metric([one.subject], one.value)
            enrolled.add_metric([one.subject], one.denominator)
    yield from (unscheduled, enrolled)


def _probes(session: Session) -> Iterator[Metric]:
    states = GaugeMetricFamily(
        "bellwether_probe_state", "Subjects in each state", labels=["probe", "state"]
    )
    last = GaugeMetricFamily(
        "bellwether_probe_last_run_timestamp_seconds",
        "When the probe ran last, in the district's time",
        labels=["probe"],
    )
    took = GaugeMetricFamily(
        "bellwether_probe_last_duration_seconds", "How long it took to measure", labels=["probe"]
    )
    able = GaugeMetricFamily(
        "bellwether_probe_able", "1 when the last run could measure, else 0", labels=["probe"]
    )
    wrong = GaugeMetricFamily(
        "bellwether_self_check_differences",
        "Where a kept answer differed from the records when it was checked last",
        labels=["check"],
    )
    counts = count_states(session)
    for name, run in sorted(list_runs(session).items()):
        for state in State:
            states.add_metric([name, state], counts.get((name, state), 0))
        last.add_metric([name], run.at.timestamp())
        took.add_metric([name], run.duration_ms / 1000)
        able.add_metric([name], 0 if run.error else 1)
    for check in list_self_checks(session):
        wrong.add_metric([check.name], check.differences)
    yield from (states, last, took, able, wrong)
