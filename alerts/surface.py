"""What the package offers to the application."""

from collections.abc import Mapping, Sequence

from prometheus_client.registry import Collector

from alerts import duty
from alerts.alertmanager.blueprints import BLUEPRINTS as ALERTMANAGER
from alerts.alertmanager.refusals import ADDRESS, refusal
from alerts.api import blueprint as api
from alerts.audit.delivery import handlers as audit_handlers
from alerts.audit.jobs import make_jobs as audit_jobs
from alerts.channel_views import blueprint as channels
from alerts.delivery import handlers
from alerts.escalation.delivery import handlers as escalation_handlers
from alerts.jobs import make_jobs
from alerts.listing.views import blueprint as alert_list
from alerts.metrics import AlertCollector
from alerts.on_failed import on_failed
from alerts.push.views import blueprint as browsers
from alerts.routing.dispatcher import make_loops
from alerts.routing.views import blueprint as route_pages
from alerts.settings import AlertSettings
from alerts.silences.api import blueprint as silences_api
from alerts.silences.reminders import make_jobs as silence_jobs
from alerts.silences.views import blueprint as silence_pages
from alerts.slack.delivery import handlers as slack_handlers
from alerts.slack.views import blueprint as slack
from alerts.story.api import blueprint as story_api
from alerts.story.views import blueprint as story_pages
from alerts.trials import trial_handlers
from alerts.views import blueprint as pages
from core.db import Database
from core.jobs.job import Job
from core.loops.loop import Loop
from core.outbox.handler import Handler
from core.plugins import NavItem, Surface
from core.runtime import Runtime
from core.settings import Settings

STORY = (alert_list, story_pages, story_api)


def _collectors(database: Database) -> Sequence[Collector]:
    return [AlertCollector(database)]


def _jobs(settings: Settings) -> Sequence[Job]:
    jobs = (*make_jobs(settings), *duty.make_jobs(), *silence_jobs(), *audit_jobs(settings))
    return list(jobs)


def _loops(runtime: Runtime) -> Sequence[Loop]:
    return [*make_loops(runtime), *duty.make_loops()]


def _handlers(runtime: Runtime) -> Mapping[str, Handler]:
    return {
        **handlers(runtime),
        **escalation_handlers(runtime),
        **audit_handlers(runtime),
        **trial_handlers(runtime),
        **slack_handlers(runtime),
    }


SURFACE = Surface(
    name="alerts",
    settings={"alerts": AlertSettings},
    permissions={
        **duty.PERMISSIONS,
        "alerts.read": "See what fires and what is resolved.",
        "alerts.post": "Report alerts through the Alertmanager API, as Prometheus does.",
        "alerts.acknowledge": "Acknowledge alerts, take that back, and write notes on them.",
        "alerts.silence": "Silence alerts, and end silences.",
        "channels.test": "Send a test message through a channel of the alerts.",
        "deliveries.read": "See which messages were sent, to which channel, and which failed.",
    },
    blueprints=(
        pages,
        channels,
        browsers,
        slack,
        api,
        silence_pages,
        silences_api,
        route_pages,
        *STORY,
        *duty.BLUEPRINTS,
        *ALERTMANAGER,
    ),
    refusals={ADDRESS: refusal},
    nav=(
        NavItem("Alerts", "alert_list.index", "alerts.read", 30),
        NavItem("Silences", "silences.index", "alerts.read", 31),
        NavItem("Routes", "routes.index", "deliveries.read", 32),
        NavItem("On call", "oncall.index", "oncall.read", 33),
        NavItem("Deliveries", "alerts.deliveries", "deliveries.read", 80, "System"),
    ),
    jobs=_jobs,
    handlers=_handlers,
    loops=_loops,
    on_failed=on_failed,
    collectors=_collectors,
)
