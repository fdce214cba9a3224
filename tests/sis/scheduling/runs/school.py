"""A school whose students ask for courses, and the engine at hand, for tests of runs."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM, Actor
from core.clock import FrozenClock
from core.db import Database
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings
from sis.scheduling.actions import add_to_section
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.runs.actions import request_run
from sis.scheduling.runs.computing import compute_runs
from sis.scheduling.runs.models import ScheduleRun
from sis.scheduling.runs.queries import get_run_for
from sis.settings import RequiredPeriods, SchedulingSettings, SisSettings
from tests.sis.scheduling.planning import Planning
from tests.sis.school import MONDAY, NOW

CARLA = Actor(
    "user", "user:1", "Carla", "counselor", frozenset({"scheduling.run"}), frozenset({"S-1"})
)
RULES = SisSettings(
    required_periods=RequiredPeriods(default=2), scheduling=SchedulingSettings(seconds=10)
)


class Inline(Executor):
    """Computes at once, in the calling thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@dataclass
class Campus:
    """One school, one term, two courses; students ask for both."""

    runtime: Runtime
    school: int
    term: int
    art: int
    bio: int
    sections: dict[str, int]

    @property
    def database(self) -> Database:
        return self.runtime.database

    def students(self, *names: str, courses: tuple[int, ...] = ()) -> list[int]:
        with self.database.write() as session:
            planning = Planning(session)
            ids = [planning.student(name, self.school) for name in names]
            for person_id in ids:
                for course in courses or (self.art, self.bio):
                    planning.request(person_id, self.school, self.term, course)
            return ids

    def run(self, scope: str = "all", max_moves: int = 0, key: str = "k") -> int:
        """Ask for a run and compute it."""
        with self.database.write() as session:
            run_id = request_run(
                session,
                school_id=self.school,
                session_id=self.term,
                scope=scope,
                max_moves=max_moves,
                key=key,
                by=CARLA,
                now=NOW,
            ).id
        self.compute(run_id)
        return run_id

    def compute(self, run_id: int) -> None:
        """What the scheduler process does with a run that waits."""
        compute_runs(self.runtime, [run_id], Inline())

    def look(self, run_id: int) -> ScheduleRun:
        with self.database.read() as session:
            return get_run_for(session, SYSTEM, run_id)

    def put(self, person_id: int, section: str, *, locked: bool = False) -> None:
        with self.database.write() as session:
            place = add_to_section(
                session,
                person_id=person_id,
                section_id=self.sections[section],
                begins_on=MONDAY,
                by=SYSTEM,
                now=NOW,
            )
            place.locked = locked

    def rosters(self) -> dict[str, list[int]]:
        """Section to the students whose place lasts."""
        with self.database.read() as session:
            return {name: _lasting(session, sid) for name, sid in self.sections.items()}


def _lasting(session: Session, section_id: int) -> list[int]:
    statement = select(SectionEnrollment.person_id).where(
        SectionEnrollment.section_id == section_id, SectionEnrollment.ends_on.is_(None)
    )
    return sorted(session.scalars(statement))


def campus(database: Database, var: Path, rules: SisSettings = RULES) -> Campus:
    """Art meets in periods 1 and 2, one and two seats; biology in period 2, three seats."""
    settings = Settings(
        core=CoreSettings(), sections={SisSettings: rules}, var=var, database_url=database.url
    )
    runtime = Runtime(settings, database, FrozenClock(NOW))
    with database.write() as session:
        planning = Planning(session)
        school, term = planning.school("S-1"), planning.term()
        art, bio = planning.course("ART"), planning.course("BIO")
        sections = {
            "Art 1": planning.offered(school, term, art, "Art 1", "1", seats=1),
            "Art 2": planning.offered(school, term, art, "Art 2", "2", seats=2),
            "Bio": planning.offered(school, term, bio, "Bio", "2", seats=3),
        }
    return Campus(runtime, school, term, art, bio, sections)


def with_scheduling(scheduling: SchedulingSettings) -> SisSettings:
    """The rules of the tests with another place to compute."""
    return RULES.model_copy(update={"scheduling": scheduling})


def elsewhere() -> Actor:
    """A counselor of another school."""
    return replace(CARLA, scope=frozenset({"S-2"}))
