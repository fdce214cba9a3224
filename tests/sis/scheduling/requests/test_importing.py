"""Course requests from a file: row by row, and safe to run twice."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.clock import FrozenClock
from core.db import Database
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings
from sis.scheduling.requests.cli import import_group
from sis.scheduling.requests.queries import list_requests
from sis.settings import SisSettings
from tests.sis.scheduling.planning import Planning
from tests.sis.school import NOW

HEADER = "student_id,school,term,course_code,priority,alternate_of\n"


@pytest.fixture
def school_and_term(database: Database) -> tuple[int, int]:
    """Two students, three courses of the district, one of another school's, a code used twice."""
    with database.write() as session:
        planning = Planning(session)
        school, other = planning.school("S-1"), planning.school("S-2")
        for code in ("ART", "BIO", "CHO"):
            planning.course(code)
        planning.course("OWN", organization_id=other)
        for number in (1, 2):
            planning.course(f"TWICE-{number}", code="TWICE")
        planning.student("P-1", school)
        planning.student("P-2", school, date(2015, 6, 5))
        return school, planning.term()


def _run(database: Database, folder: Path, rows: str, *options: str) -> Result:
    settings = Settings(CoreSettings(), {SisSettings: SisSettings()}, folder / "var", database.url)
    runtime = Runtime(settings, database, FrozenClock(NOW))
    path = folder / "wishes.csv"
    path.write_text(rows, encoding="utf-8")
    return CliRunner().invoke(import_group, ["requests", str(path), *options], obj=runtime)


def _counts(result: Result) -> tuple[int, ...]:
    counts = json.loads(result.stdout)
    return tuple(counts[name] for name in ("rows", "new", "changed", "unchanged", "rejected"))


def test_a_file_comes_in_once_whatever_the_order_of_its_rows(
    database: Database, tmp_path: Path, school_and_term: tuple[int, int]
) -> None:
    rows = HEADER + "P-1,S-1,T-1,CHO,1,bio\nP-1,S-1,T-1,BIO,2,\nP-1,S-1,T-1,ART,,\n"
    assert _counts(_run(database, tmp_path, rows, "--json")) == (3, 3, 0, 0, 0)
    with database.read() as session:
        cards = list_requests(session, *school_and_term)
    assert [(c.course_code, c.priority) for c in cards] == [("ART", 1), ("BIO", 2), ("CHO", 1)]
    assert [c.alternate_of_id for c in cards] == [None, None, cards[1].id]
    assert _counts(_run(database, tmp_path, rows, "--json")) == (3, 0, 0, 3, 0)
    with database.read() as session:
        assert list_requests(session, *school_and_term) == cards
    moved = HEADER + "P-1,S-1,T-1,BIO,1,\n"
    assert _counts(_run(database, tmp_path, moved, "--json")) == (1, 0, 1, 0, 0)


def test_each_bad_row_is_refused_with_its_place_and_reason(
    database: Database, tmp_path: Path, school_and_term: tuple[int, int]
) -> None:
    bad = [
        ("P-9,S-1,T-1,ART,1,", "student_id", "no student has this id"),
        ("P-1,S-9,T-1,ART,1,", "school", "no school has this id"),
        ("P-1,S-1,T-9,ART,1,", "term", "no semester or term has this id"),
        ("P-2,S-1,T-1,ART,1,", "student_id", "not enrolled at this school in this term"),
        ("P-1,S-1,T-1,XXX,1,", "course_code", "no course of this school's catalog has this code"),
        ("P-1,S-1,T-1,OWN,1,", "course_code", "no course of this school's catalog has this code"),
        ("P-1,S-1,T-1,TWICE,1,", "course_code",
         "2 courses of this school's catalog have this code"),
        ("P-1,S-1,T-1,ART,0,", "priority", "not a whole number from 1 to 99"),
        ("P-1,S-1,T-1,BIO,1,", "course_code", "line 2 asks for the same course"),
        ("P-1,S-1,T-1,CHO,1,ART", "alternate_of",
         "the student does not ask for that course, or only as an alternate"),
        ("P-1,S-1,T-1,ART,1,ART", "alternate_of", "it is the course itself"),
        ("P-1,S-1,T-1", "", "it has 3 fields, the header has 6"),
    ]  # fmt: skip
    rejects = tmp_path / "bad.csv"
    rows = HEADER + "P-1,S-1,T-1,BIO,1,\n" + "\n".join(row for row, _, _ in bad) + "\n"
    result = _run(database, tmp_path, rows, "--rejects", str(rejects))
    assert result.exit_code == 1
    assert "13 rows in = 1 new + 0 changed + 0 unchanged + 12 rejected" in result.stdout
    with rejects.open(encoding="utf-8", newline="") as stream:
        found = {(row["line"], row["column"], row["reason"]) for row in csv.DictReader(stream)}
    assert found == {
        (str(number), column, reason) for number, (_, column, reason) in enumerate(bad, 3)
    }
    with database.read() as session:
        assert [c.course_code for c in list_requests(session, *school_and_term)] == ["BIO"]


def test_a_file_without_its_columns_is_refused_whole(database: Database, tmp_path: Path) -> None:
    result = _run(database, tmp_path, "student_id,school,term\n")
    assert result.exit_code == 2
    assert "the column course_code is missing" in result.stderr
    assert "Nothing was imported" in result.stderr
