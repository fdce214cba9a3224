"""A clean set comes in as it is, in both versions, from folder and zip, once and for all."""

from datetime import date
from pathlib import Path

import pytest

from core.db import Database
from sis.calendars.queries import school_days
from tests.sis.oneroster.conftest import Importer
from tests.sis.oneroster.sets import district

VERSIONS = pytest.mark.parametrize("version", ["1.1", "1.2"])


@VERSIONS
def test_every_row_of_a_clean_set_is_new(importer: Importer, version: str) -> None:
    summary = importer(district(version))
    assert summary.rejected == summary.unchanged == 0
    assert summary.imported == summary.rows == sum(map(len, district(version).files.values()))
    assert summary.source == "Test SIS"


@VERSIONS
def test_the_second_import_of_a_set_changes_nothing(importer: Importer, version: str) -> None:
    importer(district(version))
    tables = importer.counts().keys()
    before = {table: importer.rows(table) for table in tables}
    audited = len(importer.rows("audit_entry"))
    summary = importer(district(version))
    assert summary.imported == summary.rejected == 0
    assert summary.unchanged == summary.rows
    assert {table: importer.rows(table) for table in tables} == before
    assert len(importer.rows("audit_entry")) == audited + 1


@VERSIONS
def test_students_are_enrolled_at_their_school_and_others_have_roles(
    importer: Importer, version: str
) -> None:
    importer(district(version))
    people = {row["id"]: row["sourced_id"] for row in importer.rows("person")}
    enrolled = {people[row["person_id"]] for row in importer.rows("school_enrollment")}
    assert enrolled == {"P-1", "P-2"}
    assert {row["grade"] for row in importer.rows("school_enrollment")} == {"09"}
    assert [people[row["person_id"]] for row in importer.rows("person_role")] == ["P-3"]


def test_a_local_organization_below_a_district_is_an_esc(importer: Importer) -> None:
    importer(district())
    types = {k: row["type"] for k, row in importer.by_sourced_id("organization").items()}
    assert types == {"D": "district", "E": "esc", "S-1": "school"}


def test_a_section_spans_its_terms_and_meets_in_its_periods(importer: Importer) -> None:
    importer(district())
    section = importer.by_sourced_id("section")["A2"]
    assert (section["starts_on"], section["ends_on"]) == (date(2015, 1, 12), date(2015, 6, 5))
    meetings = [
        row["period"]
        for row in importer.rows("section_meeting")
        if row["section_id"] == section["id"]
    ]
    assert meetings == ["2", "3"]


@pytest.mark.parametrize("top", ["", "export-2015/"])
def test_a_zip_imports_like_its_folder(importer: Importer, tmp_path: Path, top: str) -> None:
    summary = importer(district().zip(tmp_path / "set.zip", top))
    assert summary.imported == summary.rows > 0


def test_the_files_may_lie_in_the_single_top_folder(importer: Importer, tmp_path: Path) -> None:
    district().folder(tmp_path / "outer" / "inner")
    assert importer(tmp_path / "outer").rejected == 0


def test_a_dry_run_counts_everything_and_saves_nothing(importer: Importer) -> None:
    summary = importer(district(), dry_run=True)
    assert summary.imported == summary.rows
    assert set(importer.counts().values()) == {0}
    assert importer.rows("import_run") == importer.rows("audit_entry") == []


def test_a_run_is_on_record_with_one_audit_row(importer: Importer) -> None:
    summary = importer(district())
    [run] = importer.rows("import_run")
    assert run["id"] == summary.run_id
    assert run["path"] == "set1"
    [entry] = importer.rows("audit_entry")
    assert (entry["action"], entry["subject_id"]) == ("import.oneroster", str(summary.run_id))
    assert {row["import_run_id"] for row in importer.rows("person")} == {summary.run_id}


def test_a_school_without_days_gets_weekdays_of_its_terms_and_default_bells(
    importer: Importer, database: Database
) -> None:
    importer(district())
    with database.read() as session:
        monday = school_days(session, {"America/Los_Angeles": date(2015, 1, 12)})
        saturday = school_days(session, {"America/Los_Angeles": date(2015, 1, 17)})
        before = school_days(session, {"America/Los_Angeles": date(2015, 1, 9)})
    [day] = monday.values()
    assert day.day_type == "regular"
    assert saturday == before == {}
    assert all(row["derived"] for row in importer.rows("class_period"))


def test_a_password_is_stored_nowhere(importer: Importer, database: Database) -> None:
    roster = district()
    roster.files["users"][0]["password"] = "hunter2-secret"
    roster.files["users"][1] |= {"password": "hunter2-secret", "givenName": ""}
    importer(roster)
    assert "hunter2" not in importer.rejects.read_text()
    tables = [*importer.counts(), "audit_entry", "import_run"]
    assert "hunter2" not in str([importer.rows(table) for table in tables])
