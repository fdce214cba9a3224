"""The OneRoster import beside the raw bulk load of the same rows into the same tables.

The import runs in a process of its own, so that its peak memory is its own. The raw load writes
what the import stored into an empty database, in one transaction, without any check: COPY on
PostgreSQL, executemany on SQLite; reading the rows is not counted.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from psycopg import Connection, sql

from benchmarks.context import DIALECTS, Context
from core.auth.actor import system
from core.clock import monotonic
from core.db import Database
from sis.oneroster.importing import import_oneroster
from sis.settings import SisSettings

OPENING_DAY = datetime(2015, 1, 12, 14, 30, tzinfo=UTC)
BATCH = 50_000
TABLES = (
    "organization",
    "school",
    "academic_session",
    "calendar",
    "calendar_date",
    "class_period",
    "course",
    "section",
    "section_term",
    "section_meeting",
    "person",
    "person_role",
    "demographics",
    "school_enrollment",
    "section_enrollment",
)


def run(context: Context) -> Iterable[dict[str, Any]]:
    """First import and repeated import, on both databases."""
    path = context.district()
    for dialect in DIALECTS:
        with context.database(dialect) as database:
            first = _import(database.url, path)
            again = _import(database.url, path)
            with context.database(dialect) as empty:
                raw_rows, raw_seconds = _load_raw(database, empty)
        reference = {
            "name": "raw bulk load of the same rows",
            "value": round(first["rows"] / raw_seconds),
            "unit": "rows/s",
            "records": raw_rows,
            "seconds": round(raw_seconds, 1),
        }
        for name, figure in (("first", first), ("unchanged", again)):
            yield {
                "name": f"oneroster_import.{dialect}.{name}",
                "value": round(figure["rows"] / figure["seconds"]),
                "unit": "rows/s",
                "rows": figure["rows"],
                "seconds": round(figure["seconds"], 1),
                "peak_mb": round(figure["peak_mb"]),
                "reference": reference,
                "ratio": round(raw_seconds / figure["seconds"], 2),
            }


def _import(url: str, path: Path) -> dict[str, float]:
    """Rows, seconds and peak memory of an import in its own process."""
    command = [sys.executable, "-m", "benchmarks.oneroster_import", url, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(url: str, path: Path) -> None:
    database = Database(url)
    started = monotonic()
    summary = import_oneroster(
        database,
        path,
        rejects=path.with_name("rejects.csv"),
        now=OPENING_DAY,
        by=system("importer"),
        settings=SisSettings(),
    )
    seconds = monotonic() - started
    database.dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": summary.rows, "seconds": seconds, "peak_mb": peak}))


def _load_raw(full: Database, empty: Database) -> tuple[int, float]:
    """Load all rows of one database into the other: how many, and seconds of loading alone."""
    return _copy(full, empty) if full.dialect == "postgresql" else _execute_many(full, empty)


def _copy(full: Database, empty: Database) -> tuple[int, float]:
    records, seconds = 0, 0.0
    with full.writer.connect() as source, empty.writer.connect() as target:
        reading = _psycopg(source.connection.driver_connection)
        writing = _psycopg(target.connection.driver_connection)
        for table in TABLES:
            name = sql.Identifier(table)
            with reading.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(name)) as copy:
                content = [bytes(part) for part in copy]
            started = monotonic()
            cursor = writing.cursor()
            with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
                for part in content:
                    copy.write(part)
            seconds += monotonic() - started
            records += cursor.rowcount
        started = monotonic()
        writing.commit()
        seconds += monotonic() - started
    return records, seconds


def _psycopg(connection: object) -> Connection[tuple[object, ...]]:
    assert isinstance(connection, Connection)
    return connection


def _execute_many(full: Database, empty: Database) -> tuple[int, float]:
    records, seconds = 0, 0.0
    with full.reader.connect() as source, empty.writer.begin() as target:
        reading, writing = source.connection.cursor(), target.connection.cursor()
        for table in TABLES:
            reading.execute(f"SELECT * FROM {table} ORDER BY rowid")
            marks = ", ".join("?" * len(reading.description or ()))
            while rows := reading.fetchmany(BATCH):
                started = monotonic()
                writing.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
                seconds += monotonic() - started
                records += len(rows)
        started = monotonic()
        target.commit()
        seconds += monotonic() - started
    return records, seconds


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
