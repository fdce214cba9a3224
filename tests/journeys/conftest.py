"""One opening day just after ten for a whole module, on SQLite: what browsers do with a page is
the same on every database.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.scene import TEN, OpeningDay
from tests.support.databases import Databases, fresh_database
from tests.support.server import LiveServer


@pytest.fixture(scope="module")
def after_ten(
    sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OpeningDay]:
    with fresh_database(sqlite_databases) as database:
        day = OpeningDay(database, Path(tmp_path_factory.mktemp("var")))
        day.open()
        day.at(TEN)
        for name, role in (
            ("ana", "agent"),
            ("ada", "administrator"),
            ("sue", "superintendent"),
            ("ben", "agent"),
        ):
            day.account(name, role)
        day.account("ola", "school_staff", ("S-0001",))
        yield day


@pytest.fixture(scope="module")
def open_service(after_ten: OpeningDay) -> Iterator[LiveServer]:
    with after_ten.served() as running:
        yield running
