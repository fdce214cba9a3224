from pathlib import Path

import pytest

from core.clock import FrozenClock
from core.db import Database
from tests.sis.oneroster.rest.town import NOW, Program, Service, fill_gradebook, load, make_service


@pytest.fixture(scope="module")
def filled(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The service with a district and a gradebook, for a module that changes nothing in them."""
    folder = tmp_path_factory.mktemp("oneroster")
    load(module_database, folder)
    service = make_service(module_database, folder)
    fill_gradebook(service.program())
    return service


@pytest.fixture(scope="module")
def everything(filled: Service) -> Program:
    """A client that may do everything."""
    return filled.program()


@pytest.fixture
def service(database: Database, tmp_path: Path) -> Service:
    """The service with a district of the test's own, and a clock that it may move."""
    load(database, tmp_path)
    return make_service(database, tmp_path, FrozenClock(NOW))


@pytest.fixture
def program(service: Service) -> Program:
    return service.program()
