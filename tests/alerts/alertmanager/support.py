"""A site that speaks Alertmanager's API, served on the loopback."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel
from werkzeug.serving import make_server

from alerts.settings import AlertSettings
from alerts.surface import SURFACE
from core.clock import Clock
from core.db import Database
from core.settings.models import RoleSettings
from tests.core.web_site import Site, make_site

PERMISSIONS = frozenset({"alerts.read", "alerts.post", "alerts.silence"})
ROLES = {
    "program": RoleSettings(title="Program", permissions=PERMISSIONS),
    "school": RoleSettings(title="School", permissions=PERMISSIONS, scoped=True),
}
ROUTES = {
    "route": {
        "receiver": "team",
        "group_by": ["alertname"],
        "routes": [
            {"receiver": "pager", "matchers": ['severity="critical"'], "continue": True},
            {"receiver": "mail", "matchers": ['service=~"mail|calendar"'], "group_by": ["..."]},
        ],
    },
    "inhibit_rules": [
        {
            "source_matchers": ["alertname=Down"],
            "target_matchers": ["alertname=Slow"],
            "equal": ["school"],
        }
    ],
}


def alert_settings(*, loopback: bool = True, **more: object) -> AlertSettings:
    receivers = {name: {"channels": [{"type": "console"}]} for name in ("team", "pager", "mail")}
    return AlertSettings.model_validate(
        {**ROUTES, "receivers": receivers, "alertmanager": {"loopback": loopback}, **more}
    )


def am_site(
    database: Database, var: Path, clock: Clock | None = None, settings: AlertSettings | None = None
) -> Site:
    sections: dict[type[BaseModel], BaseModel] = {AlertSettings: settings or alert_settings()}
    return make_site(database, var, clock, [SURFACE], roles=ROLES, sections=sections)


@contextmanager
def served(site: Site) -> Iterator[str]:
    """The site's address on the loopback, with no slash at its end."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
