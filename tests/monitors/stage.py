"""A service with its probes on a test's database, and a clock that the test moves."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from sqlalchemy import event

from alerts.settings import AlertSettings
from core.clock import FrozenClock
from core.db import Database
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings
from monitors.evaluation import Evaluation
from monitors.queries import ProbeState, Transition, get_states, list_transitions
from monitors.running import run_probe
from monitors.settings import MonitorSettings, ProbeEntry, ProbesSettings, list_probes
from sis.settings import SisSettings
from tests.sis.scheduling.school_records import Records

MONDAY = date(2015, 1, 12)
TEN = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)
NAME = "scheduling_completeness"
COMPLETENESS = {"name": NAME, "type": NAME}


def sections_of(probes: Sequence[Mapping[str, Any]]) -> dict[type[BaseModel], BaseModel]:
    return {
        ProbesSettings: ProbesSettings.model_validate(list(probes)),
        MonitorSettings: MonitorSettings(),
        SisSettings: SisSettings(),
        AlertSettings: AlertSettings(),
    }


@dataclass
class Stage:
    """``sweep()`` is one run of the first probe, recorded, at the clock's time."""

    database: Database
    probes: Sequence[Mapping[str, Any]] = (COMPLETENESS,)
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(TEN))
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def runtime(self) -> Runtime:
        settings = Settings(CoreSettings(), sections_of(self.probes), Path(), self.database.url)
        return Runtime(settings, self.database, self.clock)

    @property
    def probe(self) -> ProbeEntry:
        return list_probes(self.runtime.settings)[0]

    def sweep(self) -> Evaluation:
        return run_probe(self.runtime, self.probe, self.clock.now())

    @contextmanager
    def records(self) -> Iterator[Records]:
        with self.database.write() as session:
            yield Records(session, self.numbers)

    def add_school(self, incomplete: int, complete: int = 1, **school: str) -> int:
        """A school in session on MONDAY with so many students without any section."""
        with self.records() as records:
            school_id = records.school(**school)
            records.calendar(school_id, [MONDAY])
            records.bells(school_id)
            records.incomplete_students(school_id, incomplete)
            records.complete_students(school_id, complete)
            return school_id

    def states(self) -> dict[int, ProbeState]:
        with self.database.read() as session:
            return get_states(session, self.probe.name)

    def transitions(self) -> list[Transition]:
        with self.database.read() as session:
            return list_transitions(session)


@contextmanager
def counted_statements(database: Database) -> Iterator[list[str]]:
    """The statements that are executed inside the block; many rows at once count as one."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    engines = {database.writer, database.reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
