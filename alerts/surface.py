"""What the package offers to the application."""

from collections.abc import Sequence

from prometheus_client.registry import Collector

from alerts.api import blueprint as api
from alerts.delivery import handlers
from alerts.jobs import make_jobs
from alerts.metrics import AlertCollector
from alerts.settings import AlertSettings
from alerts.silences.api import blueprint as silences_api
from alerts.silences.views import blueprint as silence_pages
from alerts.views import blueprint as pages
from core.db import Database
from core.plugins import NavItem, Surface


def _collectors(database: Database) -> Sequence[Collector]:
    return [AlertCollector(database)]


SURFACE = Surface(
    name="alerts",
    settings={"alerts": AlertSettings},
    permissions={
        "alerts.read": "See what fires and what is resolved.",
        "alerts.silence": "Silence alerts, and end silences.",
        "deliveries.read": "See which messages were sent, to which channel, and which failed.",
    },
    blueprints=(pages, api, silence_pages, silences_api),
    nav=(
        NavItem("Alerts", "alerts.index", "alerts.read", 30),
        NavItem("Silences", "silences.index", "alerts.read", 31),
        NavItem("Deliveries", "alerts.deliveries", "deliveries.read", 80, "System"),
    ),
    jobs=make_jobs,
    handlers=handlers,
    collectors=_collectors,
)
