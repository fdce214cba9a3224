"""A morning to read: one for a whole module, because reading changes nothing."""

from dataclasses import dataclass

import pytest

from core.db import Database
from tests.core.web_site import Site
from tests.dashboards.boards import fill_morning, open_site


@dataclass(frozen=True)
class Morning:
    """The application, and the ids of its schools by name."""

    site: Site
    ids: dict[str, int]

    def named(self, *names: str) -> list[int]:
        return [self.ids[name] for name in names]


@pytest.fixture(scope="module")
def morning(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Morning:
    """The demo's own roles, and a service center that has a command center of its own."""
    ids = fill_morning(module_database)
    offices = {"esc_office": "schools.read, command_center.read, tickets.read"}
    site = open_site(module_database, tmp_path_factory.mktemp("var"), roles=offices)
    return Morning(site, ids)
