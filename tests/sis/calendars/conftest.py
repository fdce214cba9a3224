"""A site for the tests of the pages."""

from pathlib import Path

import pytest

from core.db import Database
from tests.sis.calendars.site import Place


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Place:
    return Place(database, tmp_path / "var")
