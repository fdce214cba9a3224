"""What core itself offers to the application."""

from collections.abc import Sequence

from prometheus_client.registry import Collector

from core.audit import views as audit_views
from core.auth import views as sign_in_views
from core.auth.accounts import views as account_views
from core.auth.jobs import make_jobs as upkeep_of_accounts
from core.db import Database
from core.health import views as health_views
from core.health.metrics import HeartbeatCollector
from core.jobs.job import Job
from core.jobs.metrics import JobCollector
from core.openapi import views as openapi_views
from core.outbox.jobs import make_jobs as upkeep_of_outbox
from core.outbox.metrics import OutboxCollector
from core.plugins import NavItem, Surface
from core.settings import Settings
from core.web import metrics_view
from core.web.settings import MetricsSettings, SiteSettings


def _collectors(database: Database) -> Sequence[Collector]:
    return [HeartbeatCollector(database), JobCollector(database), OutboxCollector(database)]


def _jobs(settings: Settings) -> Sequence[Job]:
    return [*upkeep_of_accounts(settings), *upkeep_of_outbox(settings)]


SURFACE = Surface(
    name="core",
    settings={"site": SiteSettings, "metrics": MetricsSettings},
    permissions={
        "audit.read": "See who changed what.",
        "users.write": "Create, change and close accounts.",
        "metrics.read": "Read /metrics from another machine.",
    },
    blueprints=(
        sign_in_views.blueprint,
        account_views.blueprint,
        audit_views.blueprint,
        health_views.blueprint,
        metrics_view.blueprint,
        openapi_views.blueprint,
    ),
    components={"auth": "login"},
    nav=(
        NavItem("Accounts", "accounts.index", "users.write", 90, "System"),
        NavItem("Audit", "audit.index", "audit.read", 91, "System"),
    ),
    jobs=_jobs,
    collectors=_collectors,
)
