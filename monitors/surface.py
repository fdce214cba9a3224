"""What the package offers to the application."""

from core.plugins import NavItem, Surface
from monitors.api import blueprint as api
from monitors.jobs import jobs
from monitors.metrics import collectors
from monitors.settings import MonitorSettings, ProbesSettings
from monitors.views import blueprint as pages

SURFACE = Surface(
    name="monitors",
    settings={"probes": ProbesSettings, "monitors": MonitorSettings},
    permissions={"probes.read": "See the probes, their states and their samples (ids only)."},
    blueprints=(pages, api),
    nav=(NavItem("Probes", "monitors.index", "probes.read", 79, "System"),),
    jobs=jobs,
    collectors=collectors,
)
