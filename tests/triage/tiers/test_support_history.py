"""Importing the counts of another desk, on both databases."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from core.clock import FrozenClock
from core.db import Database
from tests.triage.cast import OPENING, add_school, runtime_on
from triage.tiers.cli import imports, tiers
from triage.tiers.models import SupportHistory
from triage.tiers.rules.history import HistoryRow, Reject, read_row
from triage.tiers.rules.need import Category

GOOD = """school,week_starts_on,category,tickets
S-1,2015-01-05,scheduling,12
S-1,2015-01-05,login,0
S-2,2014-12-15,grades,3
"""
WEDNESDAY = "is a Wednesday; weeks start on Monday, here 2015-01-05"
BAD = """school,week_starts_on,category,tickets
S-1,2015-01-05,scheduling,12
S-9,2015-01-05,scheduling,1
S-1,2015-01-07,login,1
S-1,2015-01-05,coffee,1
S-1,2015-01-05,login,-1
S-1,2015-01-05,scheduling,9
,2015-01-05,login,1
"""


@pytest.fixture
def schools(database: Database) -> Database:
    with database.write() as session:
        add_school(session, "S-1")
        add_school(session, "S-2")
    return database


def run(
    database: Database, folder: Path, text: str | bytes, name: str = "h.csv"
) -> tuple[int, str]:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    runtime = runtime_on(database, FrozenClock(OPENING), folder)
    result = CliRunner().invoke(imports, ["support-history", str(path)], obj=runtime)
    return result.exit_code, result.output


def stored(database: Database) -> list[tuple[str, int]]:
    with database.read() as session:
        rows = session.scalars(select(SupportHistory).order_by(SupportHistory.id))
        return [(row.category, row.tickets) for row in rows]


def test_every_good_row_is_stored(schools: Database, tmp_path: Path) -> None:
    code, output = run(schools, tmp_path, GOOD)
    assert (code, output) == (0, "3 rows = 3 imported + 0 unchanged + 0 rejected\n")
    assert stored(schools) == [("scheduling", 12), ("login", 0), ("grades", 3)]


def test_twice_changes_nothing(schools: Database, tmp_path: Path) -> None:
    run(schools, tmp_path, GOOD)
    assert run(schools, tmp_path, GOOD) == (0, "3 rows = 0 imported + 3 unchanged + 0 rejected\n")


def test_a_changed_count_replaces_the_old_one(schools: Database, tmp_path: Path) -> None:
    run(schools, tmp_path, GOOD)
    code, output = run(schools, tmp_path, GOOD.replace(",12", ",14"))
    assert (code, output) == (0, "3 rows = 1 imported + 2 unchanged + 0 rejected\n")
    assert ("scheduling", 14) in stored(schools)


def test_bad_rows_are_left_out_with_line_and_reason(schools: Database, tmp_path: Path) -> None:
    code, output = run(schools, tmp_path, BAD)
    assert code == 1
    assert "7 rows = 1 imported + 0 unchanged + 6 rejected" in output
    rejects = (tmp_path / "support-history-rejects.csv").read_text(encoding="utf-8").splitlines()
    assert rejects == [
        "file,line,column,value,reason",
        "h.csv,3,school,S-9,is not a school that is known here",
        f'h.csv,4,week_starts_on,2015-01-07,"{WEDNESDAY}"',
        'h.csv,5,category,coffee,"is not one of login, scheduling, enrollment, grades"',
        'h.csv,6,tickets,-1,"is not a whole number from 0 to 1,000,000"',
        'h.csv,7,school,S-1,"repeats the school, week and category of line 2"',
        "h.csv,8,school,,is empty",
    ]
    assert stored(schools) == [("scheduling", 12)]


@pytest.mark.parametrize("text", ["", "school,week\nS-1,2015-01-05\n"])
def test_a_file_without_its_columns_writes_nothing(
    schools: Database, tmp_path: Path, text: str
) -> None:
    code, output = run(schools, tmp_path, text)
    assert code == 2
    assert "lacks the column" in output
    assert stored(schools) == []


def test_a_file_that_is_not_there_is_code_2(schools: Database, tmp_path: Path) -> None:
    runtime = runtime_on(schools, FrozenClock(OPENING), tmp_path)
    arguments = ["support-history", str(tmp_path / "none.csv")]
    assert CliRunner().invoke(imports, arguments, obj=runtime).exit_code == 2


def test_strange_bytes_are_a_reject_and_not_a_crash(schools: Database, tmp_path: Path) -> None:
    header = b"\xef\xbb\xbfschool,week_starts_on,category,tickets\r\n"
    code, output = run(schools, tmp_path, header + b"S-\xff,2015-01-05,login,1\r\n")
    assert code == 1
    assert "1 rejected" in output


def test_a_row_reads_as_what_it_says() -> None:
    row = {"school": " S-1 ", "week_starts_on": "2015-01-05", "category": "login", "tickets": "7"}
    assert read_row(2, dict(row)) == HistoryRow(2, "S-1", date(2015, 1, 5), Category.LOGIN, 7)
    assert isinstance(read_row(2, {**row, "week_starts_on": "soon"}), Reject)
    assert isinstance(read_row(2, {**row, "tickets": None}), Reject)


def test_the_command_line_computes_and_shows(schools: Database, tmp_path: Path) -> None:
    run(schools, tmp_path, GOOD)
    runtime = runtime_on(schools, FrozenClock(OPENING), tmp_path)
    assert CliRunner().invoke(tiers, ["show"], obj=runtime).exit_code == 1
    computed = CliRunner().invoke(tiers, ["compute"], obj=runtime)
    assert computed.output.startswith("2 schools (tier 1: 0")
    assert "School S-1" in CliRunner().invoke(tiers, ["show"], obj=runtime).output
    one = CliRunner().invoke(tiers, ["show", "--school", "S-1"], obj=runtime)
    assert one.output.startswith("School S-1 (S-1): tier 4\nYour school: 0 students; 12 scheduling")
    as_json = CliRunner().invoke(tiers, ["show", "--json"], obj=runtime)
    assert '"tickets_this_year": 12' in as_json.output
