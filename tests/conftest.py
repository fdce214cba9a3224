"""Fixtures for every test; what they are made of is in tests/support."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from core.clock import FrozenClock
from core.db import Database
from tests.support.browser import running_chromium
from tests.support.databases import (
    DIALECTS,
    Databases,
    fresh_database,
    postgres_databases,
    sqlite_databases,
)
from tests.support.network import allow_loopback_only

MONDAY_MORNING = datetime(2026, 9, 14, 14, 0, tzinfo=UTC)


def pytest_configure() -> None:
    allow_loopback_only()
    _keep_bytecode()
    settings.register_profile(
        "bellwether", deadline=None, database=None, derandomize="CI" in os.environ
    )
    settings.load_profile("bellwether")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, so that what the workers divide up at the end is short."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def _keep_bytecode() -> None:
    """For this process, the workers and every start of the service, whatever the image says:
    compiling what app.py imports takes three times as long as all the rest of its start.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


@pytest.fixture(scope="session", name="sqlite_databases")
def open_sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    with sqlite_databases(tmp_path_factory.mktemp("sqlite")) as databases:
        yield databases


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[Databases]:
    with postgres_databases() as databases:
        yield databases


@pytest.fixture(params=DIALECTS)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated, empty database of this test's own; the test runs on both engines."""
    with fresh_database(request.getfixturevalue(f"{request.param}_databases")) as database:
        yield database


@pytest.fixture(params=DIALECTS, scope="module")
def module_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """One for a whole module: fill it once in a module fixture, and only read in the tests."""
    with fresh_database(request.getfixturevalue(f"{request.param}_databases")) as database:
        yield database


@pytest.fixture
def sqlite_database(sqlite_databases: Databases) -> Iterator[Database]:
    """On SQLite alone, for tests of what a browser does: that is the same on every database."""
    with fresh_database(sqlite_databases) as database:
        yield database


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One unit of work, never committed. It holds SQLite's write lock until the test ends,
    so code that opens a unit of work itself is tested with ``database`` alone.
    """
    with Session(database.writer, expire_on_commit=False) as session:
        yield session
        session.rollback()


@pytest.fixture
def clock() -> FrozenClock:
    """A Monday morning of term; ``clock.advance(timedelta(...))`` moves it on."""
    return FrozenClock(MONDAY_MORNING)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A window of a browser that has seen nothing yet."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()
