"""The sweep of all schools beside the bare count of the same tables, on both databases.

A district of 650,000 students and 2.5 million section enrolments (35,000 students with --size
small): the cold sweep, which computes everything; warm ones, when nothing has changed; and ones
after 1,000 changes. A sweep is the whole run of the probe, with states, samples and alerts. Each
is measured in turn with ``SELECT count(*)`` of the four tables, so that whatever else the machine
does falls on both. SQLite answers a bare count from the page sizes of an index, within a few
milliseconds and without reading a row; so a count that reads the rows is measured as well.

    python -m benchmarks completeness_sweep
"""

import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel
from sqlalchemy import text

from alerts.settings import AlertSettings
from benchmarks.context import DIALECTS, Context
from benchmarks.sweep_district import SCHOOL_DAY, fill
from core.clock import FrozenClock, monotonic
from core.db import Database
from core.processes import settle
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings
from monitors.running import run_probe
from monitors.settings import MonitorSettings, ProbesSettings
from sis.scheduling.completeness import forget
from sis.settings import SisSettings

TABLES = ("school_enrollment", "section_enrollment", "section", "section_meeting")
STUDENTS = {"small": 35_000, "full": 650_000}
CHANGES = 1_000
RUNS = 7
COLD_RUNS = 3
PROBE = {"name": "scheduling_completeness", "type": "scheduling_completeness"}


def run(context: Context) -> Iterator[dict[str, object]]:
    """Medians in milliseconds; ``ratio`` is to the bare counts measured in turn with them."""
    settle()  # as the scheduler does
    for dialect in DIALECTS:
        with context.database(dialect) as database:
            rows = fill(database, STUDENTS[context.size])
            yield from _figures(database, rows["section_enrollment"] // CHANGES - 1)


def _figures(database: Database, step: int) -> Iterator[dict[str, object]]:
    sweeper = Sweeper(database, step)
    sweeper.count()
    for name, times, measure in (
        ("count of the rows read", RUNS, sweeper.count_read),
        ("cold sweep", COLD_RUNS, sweeper.cold),
        ("warm sweep", RUNS, sweeper.warm),
        (f"sweep after {CHANGES:,} changes", RUNS, sweeper.after_changes),
    ):
        pairs = [(sweeper.count(), measure()) for _ in range(times)]
        counted, measured = (statistics.median(column) for column in zip(*pairs, strict=True))
        yield {
            "name": f"{name}, {database.dialect}",
            "value": round(measured, 1),
            "unit": "ms",
            "reference": round(counted, 1),
            "ratio": round(measured / counted, 2),
        }


class Sweeper:
    """Each method does its preparation, and returns the milliseconds of what is measured."""

    def __init__(self, database: Database, step: int) -> None:
        """Every ``step``-th section enrolment is CHANGES of them."""
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
        self._step = step
        self._offset = 0

    def count(self) -> float:
        started = monotonic()
        with self._runtime.database.read() as session:
            for table in TABLES:
                session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        return _since(started)

    def count_read(self) -> float:
        """A count for which SQLite reads each row too, instead of the sizes of its pages."""
        started = monotonic()
        with self._runtime.database.read() as session:
            for table in TABLES[:3]:
                session.execute(text(f"SELECT count(status) FROM {table}")).scalar_one()
            session.execute(text("SELECT count(period) FROM section_meeting")).scalar_one()
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
                    "AND id % :step = :offset ORDER BY id LIMIT :number"
                ),
                {"offset": self._offset, "step": self._step, "number": CHANGES},
            ).all()
            session.execute(
                text(
                    "UPDATE section_enrollment SET ends_on = :today WHERE ends_on IS NULL "
                    "AND id % :step = :offset"
                ),
                {"today": SCHOOL_DAY, "offset": self._offset, "step": self._step},
            )
            session.execute(
                text("INSERT INTO schedule_change (person_id, at) VALUES (:person, :at)"),
                [{"person": person, "at": self._clock.now()} for person in persons],
            )
        return self.warm()


def _since(started: float) -> float:
    return round((monotonic() - started) * 1000, 1)
