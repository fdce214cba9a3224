"""OneRoster REST: a page of 100 enrollments out of 4 million (40,000 with --size small), p95.

At the first and at the last offset, by two filters, and at the last offset while an enrollment
changes every second, so that the length of the list is found out again and again. The reference is
the same 100 rows selected by their key, in the same database, without HTTP, references or JSON.
"""

import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import quote

import httpx
from sqlalchemy import bindparam, text

from benchmarks.context import DIALECTS, Context
from benchmarks.http_load import Load, get, load
from core.auth.actor import system
from core.clock import machine_now, monotonic
from core.db import Database, UtcDateTime
from sis.oneroster.clients.actions import create_client
from tests.support.server import running_server

ROWS = {"small": 40_000, "full": 4_000_000}
PEOPLE_PER_SECTION = 26
CONNECTIONS = 2
SECONDS = 6.0
ROOT = "/ims/oneroster"
TEACHERS = "role='teacher'"
ENROLLMENTS = f"{ROOT}/rostering/v1p2/enrollments"
_COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most)"
_SCHOOLS = 100
_NOW = datetime(2015, 1, 12, 16, tzinfo=UTC)
_FILL = {
    "organization (id, sourced_id, source, status, name, type, modified_at)": (
        "i, 'O' || i, 'bench', 'active', 'School ' || i, 'school', :now"
    ),
    "school (organization_id, level, time_zone)": "i, 'high', 'America/Los_Angeles'",
    (
        "section (id, sourced_id, source, status, title, class_type, school_id, track, modified_at)"
    ): "i, 'K' || i, 'bench', 'active', 'Class ' || i, 'scheduled', 1 + i % 100, '', :now",
    "person (id, sourced_id, source, status, enabled, given_name, family_name, modified_at)": (
        "i, 'P' || i, 'bench', 'active', true, 'A', 'B', :now"
    ),
    (
        "section_enrollment (id, sourced_id, source, status, section_id, person_id, role, locked,"
        " modified_at)"
    ): (
        "i, 'N' || i, 'bench', 'active', 1 + (i - 1) / 26, 1 + (i - 1) / 6,"
        " CASE i % 26 WHEN 0 THEN 'teacher' ELSE 'student' END, false, :now"
    ),
}
"""Columns to the values of the i-th row."""


def run(context: Context) -> Iterator[dict[str, object]]:
    """p95 in milliseconds; the ratio is to the reference."""
    rows = ROWS[context.size]
    for dialect in DIALECTS:
        with context.database(dialect) as database:
            _fill(database, rows)
            client = _client(database)
            with running_server(database.url, context.folder / f"oneroster-{dialect}") as server:
                token = _token(server.url, client)
                yield from _figures(database, dialect, server.url, token, rows)


def _fill(database: Database, rows: int) -> None:
    counts = (_SCHOOLS, _SCHOOLS, rows // PEOPLE_PER_SECTION + 1, rows // 6 + 1, rows)
    with database.write() as session:
        for most, (columns, values) in zip(counts, _FILL.items(), strict=True):
            statement = text(f"INSERT INTO {columns} {_COUNTING} SELECT {values} FROM n")
            known = {":now": bindparam("now", _NOW, UtcDateTime)}
            used = [found for name, found in known.items() if name in values]
            session.execute(statement.bindparams(*used), {"most": most})
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _client(database: Database) -> tuple[str, str]:
    now = machine_now()
    with database.write() as session:
        made = create_client(
            session,
            "benchmark",
            scopes=["roster.readonly"],
            by=system("benchmark"),
            now=now,
            real_now=now,
        )
    return made.client_id, made.secret


def _token(url: str, client: tuple[str, str]) -> str:
    form = {"grant_type": "client_credentials"}
    answer = httpx.post(f"{url}{ROOT}/token", data=form, auth=client)
    token: str = answer.raise_for_status().json()["access_token"]
    return token


def _figures(
    database: Database, dialect: str, url: str, token: str, rows: int
) -> Iterator[dict[str, object]]:
    last = rows - 100
    by_class = f"class.sourcedId='K{rows // 2 // PEOPLE_PER_SECTION}'"
    pages = {
        "first page": ("", 0),
        "last page": (f"?offset={last}", last),
        "of one class": (f"?filter={quote(by_class)}", rows // 2),
        "of teachers": (f"?filter={quote(TEACHERS)}&offset={rows // PEOPLE_PER_SECTION - 100}", 0),
    }
    for name, (query, key) in pages.items():
        reference = _reference(database, key)
        request = get(url, ENROLLMENTS + query, token)
        first = _first(url, ENROLLMENTS + query, token)
        found = load(url, request, seconds=SECONDS, connections=CONNECTIONS)
        yield _figure(f"{name}, {dialect}", found, reference)
        yield _figure(f"{name}, {dialect}, first time", first, reference)
    request = get(url, f"{ENROLLMENTS}?offset={last}", token)
    with _changing(database):
        found = load(url, request, seconds=SECONDS, connections=CONNECTIONS)
    yield _figure(f"last page while written to, {dialect}", found, _reference(database, last))


def _figure(name: str, found: Load | float, reference: float) -> dict[str, object]:
    if isinstance(found, Load) and found.failures:
        raise RuntimeError(f"{name}: {found.failures} of {found.requests} requests failed")
    value = found.p95_ms if isinstance(found, Load) else found
    return {
        "name": f"OneRoster REST, page of 100 enrollments, {name}",
        "value": round(value, 2),
        "unit": "ms" if isinstance(found, float) else "ms (p95)",
        "reference": round(reference, 2),
        "ratio": round(value / reference, 1),
    }


def _first(url: str, path: str, token: str) -> float:
    """Milliseconds of the first request, which finds the list out."""
    started = monotonic()
    httpx.get(url + path, headers={"Authorization": f"Bearer {token}"}, timeout=120)
    return (monotonic() - started) * 1000


def _reference(database: Database, key: int) -> float:
    """p95 in milliseconds of the plain rows by their key."""
    statement = text("SELECT * FROM section_enrollment WHERE id > :key ORDER BY id LIMIT 100")
    times = []
    with database.read() as session:
        for _ in range(200):
            started = monotonic()
            session.execute(statement, {"key": key}).all()
            times.append((monotonic() - started) * 1000)
    return statistics.quantiles(times, n=20)[-1]


@contextmanager
def _changing(database: Database) -> Iterator[None]:
    """An enrollment changes every second, until the end of the block."""
    stop = threading.Event()
    statement = text("UPDATE section_enrollment SET begins_on = '2015-01-12' WHERE id = 1")

    def change() -> None:
        while not stop.wait(1.0):
            with database.write() as session:
                session.execute(statement)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
