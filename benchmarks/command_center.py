"""The command center over 16 connections, beside an empty page of the same server.

A district of 1,000 schools on its opening day (60 with --size small): states, a curve of 600
points, tiers and 2,000 tickets. The boards read states of schools, never students, so that their
cost does not depend on enrolment. Each figure comes twice: while nothing happens, and while a
measurement and a ticket arrive every second, so that every board is loaded again and again.
"""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from benchmarks.context import DIALECTS, Context
from benchmarks.http_load import Load, beside, empty_server, get, load
from core.auth.actor import system
from core.auth.tokens.actions import create_token
from core.clock import DrillClock, machine_now
from core.db import Database
from tests.dashboards.district import MORNING, District
from tests.support.server import running_server

SCHOOLS = {"small": 60, "full": 1_000}
TICKETS = 2_000
POINTS = 600
SECONDS = 5.0
NOW = MORNING + timedelta(hours=2)
PAGES = {
    "page": "/",
    "JSON": "/api/v1/command-center",
    "JSON of 200 schools": "/api/v1/schools?limit=200",
    "map": "/parts/map",
}
SCOPES = ("schools.read", "command_center.read")


def run(context: Context) -> Iterator[dict[str, object]]:
    """Requests per second (ratio: of the empty page's) and p95 in milliseconds (times it)."""
    with empty_server(context.folder) as url:
        empty = load(url, get(url, "/"), seconds=SECONDS)
    for dialect in DIALECTS:
        with context.database(dialect) as database:
            _fill(database, SCHOOLS[context.size])
            token = _token(database)
            with _served(database, context.folder / f"web-{dialect}") as url:
                yield from _figures(database, dialect, url, token, empty)


def _figures(
    database: Database, dialect: str, url: str, token: str, empty: Load
) -> Iterator[dict[str, object]]:
    for name, path in PAGES.items():
        load(url, get(url, path, token), seconds=0.5)
        still = load(url, get(url, path, token), seconds=SECONDS)
        yield from beside(f"command center {name}, {dialect}", still, empty)
        with _changing(database):
            moving = load(url, get(url, path, token), seconds=SECONDS)
        yield from beside(f"command center {name}, changing, {dialect}", moving, empty)


def _fill(database: Database, schools: int) -> None:
    dice = random.Random(2015)
    with database.write() as session:
        district = District(session, now=NOW)
        for number in range(schools):
            place = (dice.gauss(34.05, 0.12), dice.gauss(-118.35, 0.12))
            school = district.school(esc=f"Center {number % 5}", position=place)
            value = int(dice.expovariate(0.25))
            district.state(school, "firing" if value > 10 else "ok", value)
            district.tier(school, 1 + number % 4)
            for _ in range(TICKETS // schools):
                district.ticket(school, opened_at=NOW - timedelta(minutes=dice.randrange(90)))
        for minute in range(POINTS):
            at = NOW - timedelta(seconds=30 * (POINTS - minute))
            district.sample(at, 2_000 - minute)


def _token(database: Database) -> str:
    with database.write() as session:
        return create_token(
            session,
            "benchmark",
            role="superintendent",
            scopes=SCOPES,
            by=system("benchmark"),
            now=machine_now(),
        )


@contextmanager
def _served(database: Database, folder: Path) -> Iterator[str]:
    clock = DrillClock(NOW, machine_now(), 1.0)
    env = {"BELLWETHER_CLOCK": clock.to_text()}
    with running_server(database.url, folder, env) as server:
        yield server.url


@contextmanager
def _changing(database: Database) -> Iterator[None]:
    """A measurement and a ticket every second, until the end of the block."""
    stop = threading.Event()

    def change() -> None:
        while not stop.wait(1.0):
            moment = NOW + (machine_now() - began)
            with database.write() as session:
                district = District(session, now=moment)
                district.sample(moment, 1_000)
                district.ticket(None, opened_at=moment)

    began = machine_now() - timedelta(hours=1)
    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
