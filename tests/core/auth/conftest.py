from pathlib import Path

import pytest

from core.clock import FrozenClock
from core.db import Database
from tests.core.web.notes import make_surface
from tests.core.web_site import Site, make_site


@pytest.fixture
def site(database: Database, tmp_path: Path, clock: FrozenClock) -> Site:
    return make_site(database, tmp_path, clock, surfaces=[make_surface()])
