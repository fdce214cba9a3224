from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from alerts.oncall.cli import oncall
from alerts.oncall.queries import find_on_call
from core.clock import FrozenClock
from core.db import Database
from tests.alerts.oncall.roster import NOW, Roster, make_roster, user
from tests.alerts.support import REAL, make_runtime, settings_of

FILE = """
schedules:
  - name: nights
    zone: America/Los_Angeles
    expected: [daily 20:00-06:00]
    layers:
      - {name: all, people: [Ben, cy], every: 1 day, first: 2015-01-05 20:00}
"""


@pytest.fixture
def roster(database: Database) -> Roster:
    return make_roster(database)


def run(database: Database, folder: Path, text: str, *options: str) -> Result:
    path = folder / "on-call.yaml"
    path.write_text(text, encoding="utf-8")
    clock = FrozenClock(NOW, REAL)
    runtime = make_runtime(database, folder, settings_of({"type": "console"}), clock)
    return CliRunner().invoke(oncall, ["import", str(path), *options], obj=runtime)


def test_a_file_makes_schedules_once(database: Database, roster: Roster, tmp_path: Path) -> None:
    dry = run(database, tmp_path, FILE, "--dry-run")
    made = "nights: made; layers: 1\n"
    assert (dry.exit_code, dry.output) == (0, made)
    assert run(database, tmp_path, FILE).output == made
    assert run(database, tmp_path, FILE).output == "nights: as it was\n"
    with database.read() as session:
        shift = find_on_call(session, "nights", NOW)
        assert shift is not None
        assert shift.user_id == user(roster.ben)
    turned = FILE.replace("[Ben, cy]", "[cy, ben]")
    assert "layers from now on: 1" in run(database, tmp_path, turned).output
    with database.read() as session:
        shift = find_on_call(session, "nights", NOW)
        assert shift is not None
        assert shift.user_id == user(roster.cy)


def test_every_problem_of_a_file_is_listed(
    database: Database, roster: Roster, tmp_path: Path
) -> None:
    wrong = FILE.replace("cy]", "dora]").replace("America/Los_Angeles", "Mars")
    found = run(database, tmp_path, wrong)
    assert found.exit_code == 2
    assert "schedules[0].zone: Give an IANA zone" in found.output
    assert "schedules[0].layers[0].people: No open account: dora." in found.output
    for text, place in (
        (FILE.replace("1 day", "daily"), "schedules[0].layers[0].every"),
        ("schedules: 7", "schedules"),
        ("a: [", "while parsing"),
    ):
        found = run(database, tmp_path, text)
        assert (found.exit_code, place in found.output) == (2, True)
