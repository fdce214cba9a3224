"""The rollover of a district beside a bare INSERT ... SELECT of the same rows, on both databases.

650,000 students and 85,000 sections in 1,000 schools, all rolled into the second semester (with
--size small 35,000 students, of whom every 25th school is rolled). The rollover plans each
placement with its reasons, counts before and after, and commits school by school; the bare copy
does nothing but write the same placements, in one statement that is rolled back.

    python -m benchmarks rollover
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from benchmarks.context import DIALECTS, Context
from benchmarks.sweep_district import SCHOOLS, fill
from core.auth.actor import SYSTEM
from core.clock import FrozenClock, monotonic
from core.db import Database
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings
from sis.rollover.actions import request_run
from sis.rollover.queries import get_run
from sis.rollover.report import Report, report_of
from sis.rollover.running import Done, work
from sis.settings import SisSettings

STUDENTS = {"small": 35_000, "full": 650_000}
EVERY = {"small": 25, "full": 1}
NOW = datetime(2014, 12, 22, 17, 0, tzinfo=UTC)
TERMS = (
    (
        "INSERT INTO academic_session (id, sourced_id, source, status, title, type, starts_on,"
        " ends_on, modified_at) VALUES"
        " (1, 'S1', 'bench', 'active', 'Fall', 'semester', '2014-08-12', '2014-12-20', :now),"
        " (2, 'S2', 'bench', 'active', 'Spring', 'semester', '2015-01-12', '2015-06-05', :now)"
    ),
    "INSERT INTO section_term (section_id, session_id) SELECT id, 1 FROM section",
    "UPDATE section SET starts_on = '2014-08-12', ends_on = '2014-12-20'",
)
NEXT_ID = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
"""The district was written with ids of its own, of which PostgreSQL's sequences know nothing."""

BARE = (
    "INSERT INTO section_enrollment (sourced_id, source, status, section_id, person_id, role,"
    " locked, modified_at) SELECT sourced_id || '-copy', source, status, section_id, person_id,"
    " role, locked, modified_at FROM section_enrollment WHERE rollover_id IS NOT NULL"
)


def run(context: Context) -> Iterator[dict[str, object]]:
    """Placements a second; ``ratio`` is to the bare copy of as many rows."""
    for dialect in DIALECTS:
        with context.database(dialect) as database:
            fill(database, STUDENTS[context.size])
            _prepare(database)
            yield from _figures(database, EVERY[context.size])


def _prepare(database: Database) -> None:
    with database.write() as session:
        for statement in TERMS:
            wanted = {"now": NOW.replace(tzinfo=None)} if ":now" in statement else {}
            session.execute(text(statement), wanted)
        if database.dialect == "postgresql":
            for table in ("section", "section_meeting", "section_enrollment"):
                session.execute(text(NEXT_ID.format(table=table)))


def _figures(database: Database, every: int) -> Iterator[dict[str, object]]:
    settings = Settings(CoreSettings(), {SisSettings: SisSettings()}, Path(), database.url)
    runtime = Runtime(settings, database, FrozenClock(NOW))
    seconds, report = _roll(runtime, every)
    if not report.done:
        raise RuntimeError(f"the rollover did not balance: {report.headline}")
    rows = report.total("places_written")
    bare = _copy(database)
    yield {
        "name": f"rollover of {len(report.schools):,} schools, {database.dialect}",
        "value": round(rows / seconds),
        "unit": "placements/s",
        "reference": round(rows / bare),
        "ratio": round(bare / seconds, 3),
        "placements": rows,
        "seconds": round(seconds, 1),
    }
    again, report = _roll(runtime, every)
    yield {
        "name": f"the same once more, which writes nothing, {database.dialect}",
        "value": round(again, 1),
        "unit": "s",
        "reference": round(seconds, 1),
        "ratio": round(again / seconds, 2),
        "written": report.total("places_written"),
    }


def _roll(runtime: Runtime, every: int) -> tuple[float, Report]:
    started = monotonic()
    with runtime.database.write() as session:
        schools = range(1, SCHOOLS + 1, every)
        run_id = request_run(session, from_id=1, to_id=2, school_ids=schools, by=SYSTEM, now=NOW).id
    work(runtime, run_id, by=SYSTEM, told=_quiet)
    seconds = monotonic() - started
    with runtime.database.read() as session:
        return seconds, report_of(session, get_run(session, run_id))


def _quiet(_done: Done) -> None:
    """The figures are told at the end."""


def _copy(database: Database) -> float:
    with database.writer.connect() as connection:
        started = monotonic()
        connection.execute(text(BARE))
        seconds = monotonic() - started
        connection.rollback()
    return seconds
