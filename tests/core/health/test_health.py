from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.clock import FrozenClock
from core.db import Database
from core.health.actions import beat
from core.health.queries import list_heartbeats
from core.migrate import current
from tests.core.web_site import Site, make_site

SILENT = {"status": "failed", "reason": "It has never given a sign of life."}
OK = {"status": "ok"}


@pytest.fixture
def site(database: Database, tmp_path: Path, clock: FrozenClock) -> Site:
    return make_site(database, tmp_path, clock)


def _beat(site: Site, *components: str, at: datetime | None = None) -> None:
    with site.runtime.database.write() as session:
        for component in components:
            beat(session, component, at or site.runtime.clock.real_now(), "leader")


def _ready(site: Site) -> tuple[int, dict[str, dict[str, str]]]:
    response = site.browser().get("/readyz")
    checks: dict[str, dict[str, str]] = response.get_json()["checks"]
    return response.status_code, checks


def test_ready_means_database_migrations_scheduler_and_delivery(site: Site) -> None:
    _beat(site, "scheduler", "delivery")
    assert _ready(site) == (
        200,
        {"database": OK, "migrations": OK, "scheduler": OK, "delivery": OK},
    )
    assert site.browser().get("/readyz").get_json()["status"] == "ok"


def test_a_component_that_never_beat_is_not_ready(site: Site) -> None:
    _beat(site, "delivery")
    status, checks = _ready(site)
    assert status == 503
    assert checks["scheduler"] == SILENT
    assert checks["delivery"] == OK


def test_a_sign_of_life_is_good_for_30_seconds_of_the_machine(
    site: Site, clock: FrozenClock
) -> None:
    _beat(site, "scheduler", "delivery")
    clock.real = clock.real_now()
    clock.at += timedelta(days=3)
    assert _ready(site)[0] == 200
    clock.advance(timedelta(seconds=30))
    assert _ready(site)[0] == 200
    clock.advance(timedelta(seconds=1))
    status, checks = _ready(site)
    assert status == 503
    assert checks["delivery"]["reason"] == "Its last sign of life is 31 s old."


def test_a_later_beat_replaces_the_one_before(site: Site, clock: FrozenClock) -> None:
    _beat(site, "scheduler")
    later = clock.advance(timedelta(seconds=5))
    _beat(site, "scheduler")
    with site.runtime.database.read() as session:
        assert list_heartbeats(session) == {"scheduler": later}


def test_a_database_behind_the_code_is_not_ready(site: Site) -> None:
    _beat(site, "scheduler", "delivery")
    head = current(site.runtime.database)
    with site.runtime.database.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    status, checks = _ready(site)
    assert status == 503
    assert checks["migrations"] == {
        "status": "failed",
        "reason": f"The database is at older, not at {head}.",
    }


def test_an_empty_database_is_not_ready_and_says_so(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    status, checks = _ready(make_site(database, tmp_path))
    database.dispose()
    assert status == 503
    assert checks["database"] == OK
    assert "no revision" in checks["migrations"]["reason"]
    assert checks["scheduler"] == SILENT


UNREACHABLE = ["sqlite:////nowhere/at/all.sqlite", "postgresql://127.0.0.1:1/bellwether"]


@pytest.mark.parametrize("url", UNREACHABLE)
def test_without_a_database_the_process_is_alive_and_not_ready(tmp_path: Path, url: str) -> None:
    database = Database(url)
    site = make_site(database, tmp_path)
    assert site.browser().get("/healthz").get_json() == {"status": "ok"}
    assert _ready(site) == (
        503,
        {"database": {"status": "failed", "reason": "The database does not answer."}},
    )
    assert site.browser().get("/metrics").status_code == 200
    database.dispose()
