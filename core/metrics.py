"""/metrics: what this process measured, and what the packages read from the database."""

import os
from collections.abc import Callable, Iterable, Sequence

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    multiprocess,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from core.db import Database
from core.logs import logger

log = logger(__name__)

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class RequestMetrics:
    """Requests by component, method, route template and status; made once per process."""

    def __init__(self) -> None:
        without_created: Callable[[], None] = disable_created_metrics
        without_created()  # they double the series and nobody reads them
        labels = ("component", "method", "route")
        self._total = Counter(
            "bellwether_http_requests", "Requests answered", (*labels, "status"), registry=None
        )
        self._seconds = Histogram(
            "bellwether_http_request_seconds",
            "Time to the answer",
            labels,
            buckets=_BUCKETS,
            registry=None,
        )
        self._in_flight = Gauge(
            "bellwether_http_requests_in_flight",
            "Requests being answered now",
            registry=None,
            multiprocess_mode="livesum",
        )

    def begin(self) -> None:
        self._in_flight.inc()

    def end(self) -> None:
        self._in_flight.dec()

    def count(self, component: str, method: str, route: str, status: int, seconds: float) -> None:
        known = method if method in _METHODS else "other"
        self._total.labels(component, known, route, str(status)).inc()
        self._seconds.labels(component, known, route).observe(seconds)

    def register(self, registry: CollectorRegistry) -> None:
        for metric in (self._total, self._seconds, self._in_flight):
            registry.register(metric)


requests = RequestMetrics()


class Guarded(Collector):
    """The collectors of a package: when the database fails them, the rest is still told."""

    def __init__(self, name: str, collectors: Sequence[Collector]) -> None:
        self._name = name
        self._collectors = collectors

    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily(
            "bellwether_collector_up", "1 when the package could be read", labels=["package"]
        )
        try:
            found = [metric for each in self._collectors for metric in each.collect()]
        except SQLAlchemyError as error:
            log.warning("collector_failed", package=self._name, error=type(error).__name__)
            found = []
            up.add_metric([self._name], 0)
        else:
            up.add_metric([self._name], 1)
        return [*found, up]

    def describe(self) -> Iterable[Metric]:
        """Nothing: names are not known before the database is read."""
        return []


class Merged(Collector):
    """Several guarded collectors, with families of one name put together."""

    def __init__(self, collectors: Sequence[Guarded]) -> None:
        self._collectors = collectors

    def collect(self) -> Iterable[Metric]:
        families: dict[str, Metric] = {}
        for metric in (metric for each in self._collectors for metric in each.collect()):
            known = families.setdefault(metric.name, metric)
            if known is not metric:
                known.samples.extend(metric.samples)
        return families.values()

    def describe(self) -> Iterable[Metric]:
        return []


CollectorMaker = Callable[[Database], Sequence[Collector]]


class Exposition:
    """Renders everything; one per application."""

    def __init__(self, collectors: Sequence[Guarded]) -> None:
        self._packages = Merged(collectors)

    def _registry(self) -> CollectorRegistry:
        registry = CollectorRegistry()
        if os.environ.get(MULTIPROCESS):
            collect_all: Callable[[CollectorRegistry], object] = multiprocess.MultiProcessCollector
            collect_all(registry)
        else:
            requests.register(registry)
        registry.register(self._packages)
        return registry

    def render(self, accept: str) -> tuple[bytes, str]:
        """The exposition and its content type, in the format that the scraper prefers."""
        encode, content_type = choose_encoder(accept)
        return encode(self._registry()), content_type
