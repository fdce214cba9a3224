"""What the dashboards offer to the application."""

from core.plugins import NavItem, Surface
from dashboards import api, school_views, stream_views, views
from dashboards.settings import DashboardSettings

SURFACE = Surface(
    name="dashboards",
    settings={"dashboards": DashboardSettings},
    permissions={"command_center.read": "See the command center: all schools at a glance"},
    blueprints=(views.blueprint, school_views.blueprint, stream_views.blueprint, api.blueprint),
    nav=(
        NavItem("Command center", views.HOME, "command_center.read", 10),
        NavItem("Schools", "schools.index", "schools.read", 20),
    ),
)
