"""The sweep of all schools beside the bare count of the same tables, on both databases.

Makes a district of full size (650,000 students, 2.5 million section enrolments), then prints JSON
lines: the bare counts, the cold sweep, warm sweeps, and sweeps after 1,000 changes. Each figure is
the median of several runs in milliseconds; ``ratio`` is to the bare counts of the same run.

    python -m benchmarks.completeness_sweep [--students 650000] [--database sqlite|postgresql]
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel
from sqlalchemy import text

from alerts.settings import AlertSettings
from benchmarks.sweep_district import SCHOOL_DAY, fill
from core.clock import FrozenClock, monotonic
from core.db import Database
from core.migrate import upgrade
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings
from monitors.running import run_probe
from monitors.settings import MonitorSettings, ProbesSettings
from sis.scheduling.completeness import forget
from sis.settings import SisSettings
from tools.postgres import running_postgres

TABLES = ("school_enrollment", "section_enrollment", "section", "section_meeting")
CHANGES = 1_000
RUNS = 5
PROBE = {"name": "scheduling_completeness", "type": "scheduling_completeness"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=650_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    asked = parser.parse_args()
    for dialect in asked.database or ["sqlite", "postgresql"]:
        with _fresh(dialect) as database:
            for figure in figures(database, asked.students):
                print(json.dumps({"benchmark": "completeness_sweep", **figure}), flush=True)


@contextmanager
def _fresh(dialect: str) -> Iterator[Database]:
    if dialect == "postgresql":
        with running_postgres() as server:
            server.execute("CREATE DATABASE sweep")
            database = Database(server.url("sweep"))
            yield database
            database.dispose()
    else:
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{Path(folder) / 'sweep.sqlite'}")
            yield database
            database.dispose()


def figures(database: Database, students: int) -> Iterator[dict[str, object]]:
    """Fill the database and yield one figure after the other."""
    upgrade(database)
    started = monotonic()
    rows = fill(database, students)
    about = {"database": database.dialect, "students": students}
    yield {**about, "figure": "fill", "ms": _since(started), "rows": rows}
    sweeper = Sweeper(database)
    counted = _median(sweeper.count)
    yield {**about, "figure": "bare count(*)", "ms": counted, "ratio": 1.0}
    for name, times, run in (
        ("cold sweep", 3, sweeper.cold),
        ("warm sweep", RUNS, sweeper.warm),
        (f"sweep after {CHANGES} changes", RUNS, sweeper.after_changes),
        ("bare count(*) again", RUNS, sweeper.count),
    ):
        ms = _median(run, times)
        yield {**about, "figure": name, "ms": ms, "ratio": round(ms / counted, 2)}


class Sweeper:
    """Each method does its preparation, and returns the milliseconds of what is measured."""

    def __init__(self, database: Database) -> None:
        sections: dict[type[BaseModel], BaseModel] = {
            ProbesSettings: ProbesSettings.model_validate([PROBE]),
            MonitorSettings: MonitorSettings(),
            SisSettings: SisSettings(),
            AlertSettings: AlertSettings(),
        }
        settings = Settings(CoreSettings(), sections, Path(), database.url)
        self._clock = FrozenClock(datetime(2015, 1, 12, 18, 0, tzinfo=UTC))
        self._runtime = Runtime(settings, database, self._clock)
        self._probe = settings.of(ProbesSettings).root[0]
        self._offset = 0

    def count(self) -> float:
        started = monotonic()
        with self._runtime.database.read() as session:
            for table in TABLES:
                session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        return _since(started)

    def warm(self) -> float:
        now = self._clock.advance(timedelta(minutes=1))
        started = monotonic()
        run_probe(self._runtime, self._probe, now)
        return _since(started)

    def cold(self) -> float:
        with self._runtime.database.write() as session:
            forget(session)
        return self.warm()

    def after_changes(self) -> float:
        """Other students each time, one after the other all over the district, lose a section."""
        with self._runtime.database.write() as session:
            self._offset += 1
            persons = session.scalars(
                text(
                    "SELECT person_id FROM section_enrollment WHERE ends_on IS NULL "
                    "AND id % 2311 = :offset ORDER BY id LIMIT :number"
                ),
                {"offset": self._offset, "number": CHANGES},
            ).all()
            session.execute(
                text(
                    "UPDATE section_enrollment SET ends_on = :today WHERE ends_on IS NULL "
                    "AND id % 2311 = :offset"
                ),
                {"today": SCHOOL_DAY, "offset": self._offset},
            )
            session.execute(
                text("INSERT INTO schedule_change (person_id, at) VALUES (:person, :at)"),
                [{"person": person, "at": self._clock.now()} for person in persons],
            )
        return self.warm()


def _since(started: float) -> float:
    return round((monotonic() - started) * 1000, 1)


def _median(measured: Callable[[], float], times: int = RUNS) -> float:
    return round(statistics.median(measured() for _ in range(times)), 1)


if __name__ == "__main__":
    main()
