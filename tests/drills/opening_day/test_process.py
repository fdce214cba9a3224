"""``python app.py drill run`` as the supervisor starts it: killed, restarted, stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import func, select

from core.clock import DrillClock, machine_now
from core.db import Database
from core.errors import ConfigError
from drills.opening_day.cli import drill
from drills.opening_day.models import DrillEvent
from drills.opening_day.queries import Progress, progress
from sis.scheduling.models import SectionEnrollment
from tests.drills.town import at, runtime_on, settle_few
from tests.support.server import ROOT, free_port

STARTUP = 60.0


def environment(database: Database, var: Path, clock: DrillClock) -> Mapping[str, str]:
    return {
        **os.environ,
        "VAR": str(var),
        "DATABASE_URL": database.url,
        "PORT": str(free_port()),  # nobody listens: the desk lane has to wait
        "BELLWETHER_CLOCK": clock.to_text(),
        "BELLWETHER_DRILL_TOKEN": "a-token",
    }


def start(database: Database, var: Path, clock: DrillClock) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "app.py", "drill", "run"],
        cwd=ROOT,
        env=environment(database, var, clock),
        stderr=subprocess.DEVNULL,
    )


def done(database: Database) -> Progress:
    with database.read() as session:
        return progress(session)


def wait_for(database: Database, events: int) -> None:
    deadline = time.monotonic() + STARTUP
    while done(database).done < events:
        assert time.monotonic() < deadline, "the drill did not get that far"
        time.sleep(0.05)


def test_killed_in_the_middle_and_started_again_it_does_everything_once(
    database: Database, tmp_path: Path
) -> None:
    settle_few(database, tmp_path)
    clock = DrillClock(at(12), machine_now(), 1.0)
    first = start(database, tmp_path, clock)
    wait_for(database, 5)
    first.kill()
    first.wait()
    script = done(database)
    second = start(database, tmp_path, clock)
    with database.read() as session:
        records = session.scalar(
            select(func.count()).select_from(DrillEvent).where(DrillEvent.lane == "records")
        )
    wait_for(database, records or 0)
    second.send_signal(signal.SIGTERM)
    assert second.wait(20) == 0
    assert done(database) == Progress(script.events, records or 0)
    added = select(DrillEvent.outcome).where(DrillEvent.kind == "schedule")
    places = select(func.count()).select_from(SectionEnrollment)
    with database.read() as session:
        expected = sum((outcome or {}).get("added", 0) for outcome in session.scalars(added))
        ours = places.where(SectionEnrollment.source == "bellwether")
        assert session.scalar(ours) == expected


def test_without_a_token_it_says_how_to_make_one(database: Database, tmp_path: Path) -> None:
    ran = CliRunner().invoke(
        drill, ["run"], obj=runtime_on(database, tmp_path), env={"BELLWETHER_DRILL_TOKEN": ""}
    )
    assert isinstance(ran.exception, ConfigError)
    assert "token create" in str(ran.exception)
