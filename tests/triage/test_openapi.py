"""The API describes itself: every route, and only what exists."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from core.clock import FrozenClock
from core.db import Database
from core.openapi.document import document, routes
from tests.triage.cast import OPENING, web_on


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    return web_on(database, FrozenClock(OPENING), tmp_path)


def test_anybody_may_read_it(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.get_json()["openapi"] == "3.1.0"


def test_the_api_describes_every_route_of_itself(app: Flask) -> None:
    found: dict[str, Any] = document(app, "Bellwether")
    assert found["openapi"] == "3.1.0"
    for route in routes(app):
        described = found["paths"][route.path][route.method]
        assert described["summary"]
        assert set(described["responses"]) & {"200", "201"}
    assert {"/api/v1/tickets", "/api/v1/tickets/{ticket_id}/take"} <= set(found["paths"])
    ids = [op["operationId"] for path in found["paths"].values() for op in path.values()]
    assert len(ids) == len(set(ids))


def test_every_reference_of_the_description_leads_somewhere(app: Flask) -> None:
    found = document(app, "Bellwether")
    names = set(found["components"]["schemas"])
    assert set(_references(found)) <= {f"#/components/schemas/{name}" for name in names}
    assert "NewTicketBody" in names


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [one for item in value.values() for one in _references(item)]
    if isinstance(value, list):
        return [one for item in value for one in _references(item)]
    return []
