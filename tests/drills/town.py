"""The tiny district inside a database, and a runtime that stands still until told otherwise."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from app import read_settings
from core.auth.actor import system
from core.clock import FrozenClock
from core.db import Database
from core.runtime import Runtime
from drills.district.plan import make_district
from drills.district.writing import generate
from drills.opening_day.running import play_records
from drills.opening_day.survey import survey
from sis.oneroster.importing import import_oneroster
from sis.oneroster.summary import ImportSummary
from sis.settings import SisSettings
from tests.drills.conftest import SEED

ZONE = ZoneInfo("America/Los_Angeles")
DAWN = datetime(2015, 1, 12, 6, 30, tzinfo=ZONE)
DAY = DAWN.date()


def at(hour: int, minute: int = 0) -> datetime:
    """A time of opening day in the district."""
    return datetime(2015, 1, 12, hour, minute, tzinfo=ZONE)


def runtime_on(database: Database, var: Path, now: datetime = DAWN) -> Runtime:
    """The project's own configuration on the test's database."""
    settings = read_settings({"VAR": str(var), "DATABASE_URL": database.url})
    settings.var.mkdir(parents=True, exist_ok=True)
    return Runtime(settings, database, FrozenClock(now))


def settle(database: Database, folder: Path, rejects: Path) -> ImportSummary:
    """Import the district in ``folder`` through the ordinary importer."""
    return import_oneroster(
        database,
        folder,
        rejects=rejects,
        now=DAWN - timedelta(hours=1),
        by=system("tests"),
        settings=SisSettings(),
    )


def settle_tiny(database: Database, var: Path) -> ImportSummary:
    """Generate the tiny district and import it."""
    generate(var / "district", size="tiny", seed=SEED)
    return settle(database, var / "district", var / "rejects.csv")


def settle_few(database: Database, var: Path) -> ImportSummary:
    """A few schools of it: one over the threshold, one with exactly ten, one that gets worse."""
    schools = [s for s in make_district("tiny", SEED).schools if s.has_periods]
    plain = sorted((s for s in schools if s.calendar != "holiday"), key=lambda s: s.students)
    kinds = (
        next(s for s in plain if s.gap > 11 and not s.multi_track),
        next(s for s in plain if s.gap == 10),
        next(s for s in plain if s.gap <= 8 and s.students >= 300 and s.level == "high"),
    )
    generate(var / "district", size="tiny", seed=SEED, only=lambda school: school in kinds)
    return settle(database, var / "district", var / "rejects.csv")


def gaps(runtime: Runtime) -> dict[str, int]:
    """Students in session without a complete schedule, by sourced id of the school; none: 0."""
    with runtime.database.write() as session:
        morning = survey(session, runtime, DAY)
    return {school.sourced_id: school.gap for school in morning.schools}


def play_until(runtime: Runtime, when: datetime) -> int:
    """Move the clock on and do every records event that is due; returns how many."""
    assert isinstance(runtime.clock, FrozenClock)
    runtime.clock.advance(when - runtime.clock.at)
    done = 0
    while some := play_records(runtime):
        done += some
    return done
