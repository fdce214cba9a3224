"""The command line of statistics."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pydantic import BaseModel

from core.clock import FrozenClock
from core.commandline import CommandLine
from core.db import Database
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings
from core.web.settings import SiteSettings
from sis.settings import SisSettings
from sis.statistical.cli import statistics
from tests.sis.statistical.town import AFTER, Records, elementary

MONTH = ("--month", "1", "--year", "2015")


@pytest.fixture
def runtime(database: Database, tmp_path: Path) -> Runtime:
    sections: dict[type[BaseModel], BaseModel] = {
        SisSettings: SisSettings(),
        SiteSettings: SiteSettings(),
    }
    settings = Settings(CoreSettings(), sections, tmp_path, database.url)
    return Runtime(settings, database, FrozenClock(AFTER))


def _run(runtime: Runtime, *args: str) -> Result:
    root = CommandLine("app", commands={"statistics": statistics})
    return CliRunner().invoke(root, ["statistics", *args], obj=runtime)


def _fill(runtime: Runtime) -> None:
    """Alder in the center ORG-1 balances; Birch, ORG-3, does not."""
    with runtime.database.write() as session:
        records = Records(session)
        elementary(records, "Alder", records.organization("North", "esc"))
        records.student(elementary(records, "Birch").school, "Lost")


def test_reports_of_a_school_a_center_and_the_district(runtime: Runtime, tmp_path: Path) -> None:
    _fill(runtime)
    school, center, district = (tmp_path / name for name in ("a.csv", "new/b.json", "c.xlsx"))
    args = ("report", *MONTH, "--scope")
    assert _run(runtime, *args, "school", "ORG-2", "--out", str(school)).exit_code == 0
    assert "Ana Field,03,E,U,P" in school.read_text("utf-8-sig")
    found = _run(runtime, *args, "esc", "ORG-1", "--format", "json", "--out", str(center))
    assert found.exit_code == 0
    schools = json.loads(center.read_text())["sheets"]["Schools"]
    assert [(row["School"], row["Attended"], row["Figures"]) for row in schools["rows"]] == [
        ("Alder", 29, "live")
    ]
    whole = _run(runtime, *args, "district", "--format", "xlsx", "--out", str(district))
    assert whole.exit_code == 0
    assert district.read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("--scope", "school", "nobody"), 1, "no school nobody"),
        (("--scope", "school"), 1, "Say which one"),
        (("--scope", "esc", "ORG-2"), 1, "no service center ORG-2"),
        (("--scope", "district", "ORG-2"), 1, "takes no id"),
        (("--scope", "school", "ORG-2", "--track", "Z"), 1, "no track 'Z'"),
        (("--scope", "galaxy"), 2, "galaxy"),
    ],
)
def test_what_cannot_be_reported_says_why(
    runtime: Runtime, tmp_path: Path, args: tuple[str, ...], code: int, words: str
) -> None:
    _fill(runtime)
    out = tmp_path / "x.csv"
    found = _run(runtime, "report", *MONTH, "--out", str(out), *args)
    assert (found.exit_code, words in found.output) == (code, True)
    assert not out.exists()


def test_reconcile_names_what_is_at_fault_by_id(runtime: Runtime) -> None:
    assert _run(runtime, "reconcile", *MONTH).exit_code == 2
    _fill(runtime)
    found = _run(runtime, "reconcile", *MONTH)
    assert found.exit_code == 1
    assert "ORG-3 Birch: does not balance" in found.output
    assert "person 5 2015-01-12, 2015-01-13" in found.output
    assert "2 counted, 1 do not balance" in found.output
    assert "Lost" not in found.output
    good = _run(runtime, "reconcile", *MONTH, "--scope", "school", "ORG-2", "--json")
    assert good.exit_code == 0
    assert json.loads(good.stdout) == {"counted": 1, "at_fault": []}


def test_count_counts_once(runtime: Runtime) -> None:
    _fill(runtime)
    assert "2 school months counted" in _run(runtime, "count").output
    assert "0 school months counted" in _run(runtime, "count").output
