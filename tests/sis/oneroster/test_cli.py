"""``import oneroster`` as people call it: what it prints and how it exits."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from core.clock import FrozenClock
from core.db import Database
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings
from sis.oneroster.cli import import_group
from sis.settings import SisSettings
from tests.sis.oneroster.conftest import OPENING_DAY
from tests.sis.oneroster.sets import RosterSet, district


def _run(database: Database, folder: Path, roster: RosterSet, *options: str) -> Result:
    settings = Settings(CoreSettings(), {SisSettings: SisSettings()}, folder / "var", database.url)
    runtime = Runtime(settings, database, FrozenClock(OPENING_DAY))
    path = str(roster.folder(folder / "set"))
    return CliRunner().invoke(import_group, ["oneroster", path, *options], obj=runtime)


def test_a_clean_set_exits_with_0_and_its_sum(database: Database, tmp_path: Path) -> None:
    result = _run(database, tmp_path, district())
    assert result.exit_code == 0
    assert "17 rows in = 17 imported + 0 unchanged + 0 rejected" in result.stdout
    assert not (tmp_path / "var" / "imports").exists()


def test_rejected_rows_exit_with_1_and_name_their_file(database: Database, tmp_path: Path) -> None:
    roster = district().add("courses", {"sourcedId": "no title"})
    result = _run(database, tmp_path, roster)
    assert result.exit_code == 1
    [rejects] = (tmp_path / "var" / "imports").iterdir()
    assert f"rejected rows: {rejects}" in result.stdout
    chosen = tmp_path / "here" / "bad.csv"
    assert _run(database, tmp_path, roster, "--rejects", str(chosen)).exit_code == 1
    assert chosen.read_text().startswith("file,line,column,value,reason,remedy\ncourses.csv,3,")


def test_a_refused_set_exits_with_2_and_lists_the_problems(
    database: Database, tmp_path: Path
) -> None:
    roster = district()
    roster.raw["manifest"] = b"propertyName,value\n"
    result = _run(database, tmp_path, roster)
    assert result.exit_code == 2
    assert "oneroster.version is missing" in result.stderr
    as_json = _run(database, tmp_path, roster, "--json")
    assert as_json.exit_code == 2
    assert len(json.loads(as_json.stdout)["problems"]) == 2


def test_json_holds_the_counts_by_file(database: Database, tmp_path: Path) -> None:
    counts = json.loads(_run(database, tmp_path, district(), "--json").stdout)
    assert (counts["rows"], counts["imported"], counts["rejected"]) == (17, 17, 0)
    assert counts["files"]["users"]["new"] == 3


def test_a_dry_run_says_so(database: Database, tmp_path: Path) -> None:
    result = _run(database, tmp_path, district(), "--dry-run")
    assert result.exit_code == 0
    assert result.stdout.startswith("Dry run, nothing was saved")
    assert "17 imported" in _run(database, tmp_path, district()).stdout
