from pathlib import Path

import pytest

from core.db import Database
from tests.core.web.notes import make_surface
from tests.core.web_site import Site, make_site


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Site:
    return make_site(database, tmp_path, surfaces=[make_surface()])
