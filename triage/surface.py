"""What triage offers to the application."""

from core.plugins import NavItem, Surface
from triage import jobs, metrics
from triage.intake import api as intake_api
from triage.intake import form
from triage.settings import TriageSettings
from triage.tickets import api as tickets_api
from triage.tickets import views as ticket_views
from triage.tiers import views as tier_views

SURFACE = Surface(
    name="triage",
    settings={"triage": TriageSettings},
    permissions={
        "tickets.create": "Open tickets.",
        "tickets.read": "See tickets, and answer as the requester.",
        "tickets.work": "Take, answer and solve tickets, and write notes.",
        "tiers.read": "See the support tiers and their reasons.",
        "tiers.compute": "Compute the support tiers now.",
    },
    blueprints=(
        form.blueprint,
        ticket_views.blueprint,
        tier_views.blueprint,
        intake_api.blueprint,
        tickets_api.blueprint,
    ),
    nav=(
        NavItem("Tickets", "tickets.index", "tickets.read", 30),
        NavItem("Support tiers", "tiers.index", "tiers.read", 40),
    ),
    jobs=jobs.jobs,
    collectors=metrics.collectors,
)
