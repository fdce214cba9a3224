"""What is exported comes back as it was."""

import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from core.auth.actor import SYSTEM
from core.db import Database
from sis.calendars.actions import set_days
from sis.calendars.models import DayType
from sis.calendars.queries_changes import Part
from sis.organizations.queries import get_school_by_sourced_id_for
from tests.sis.oneroster.conftest import OPENING_DAY, Importer
from tests.sis.oneroster.exports import TABLES, contents, export, full, rows
from tests.sis.oneroster.graded import graded
from tests.sis.oneroster.sets import RosterSet, district
from tests.sis.oneroster.test_real_sets import SHARED
from tests.support.databases import fresh_database


@pytest.fixture
def other(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A second, empty database of the same kind as the first."""
    dialect = request.node.callspec.params["database"]
    with fresh_database(request.getfixturevalue(f"{dialect}_databases")) as found:
        yield found


@pytest.mark.parametrize("make", [full, graded, lambda: district("1.1")])
def test_what_is_exported_comes_back_into_an_empty_database(
    importer: Importer,
    database: Database,
    other: Database,
    tmp_path: Path,
    make: Callable[[], RosterSet],
) -> None:
    importer(make())
    summary = export(database, tmp_path / "out")
    back = Importer(other, tmp_path / "other")
    answer = back(tmp_path / "out")
    assert (answer.rejected, answer.rows) == (0, sum(summary.rows.values()))
    assert contents(other) == contents(database)


@pytest.mark.parametrize("make", [full, graded, lambda: district("1.1")])
def test_exporting_and_importing_again_changes_nothing(
    importer: Importer, database: Database, tmp_path: Path, make: Callable[[], RosterSet]
) -> None:
    importer(make())
    before = {table: importer.rows(table) for table in TABLES}
    export(database, tmp_path / "out")
    answer = importer(tmp_path / "out", now=OPENING_DAY + timedelta(hours=1))
    assert (answer.imported, answer.rejected) == (0, 0)
    assert {table: importer.rows(table) for table in TABLES} == before


@pytest.mark.parametrize("name", ["v1p1_minimal", "v1p2_sample"])
def test_a_real_set_comes_back_as_it_was(
    importer: Importer, database: Database, other: Database, tmp_path: Path, name: str
) -> None:
    """They lie beside the project where it is developed; elsewhere a stand-in has their shape."""
    here = (SHARED / name).is_dir()
    if not here:
        sys.stderr.write(f"{SHARED / name} is not there: a stand-in is exported\n")
    importer(SHARED / name if here else district(name[1:4].replace("p", ".")))
    export(database, tmp_path / "out.zip")
    answer = Importer(other, tmp_path / "other")(tmp_path / "out.zip")
    assert answer.rejected == 0
    assert contents(other) == contents(database)


def test_a_school_that_differs_from_its_school_year_keeps_its_own_days(
    importer: Importer, database: Database, other: Database, tmp_path: Path
) -> None:
    roster = full()
    for number in ("2", "3"):
        roster.add("orgs", roster.files["orgs"][2] | {"sourcedId": f"S-{number}"})
    importer(roster)
    with database.write() as session:
        school = get_school_by_sourced_id_for(session, SYSTEM, "S-2").id
        monday = date(2015, 1, 26)
        part = Part("days", school, "", 2015)
        set_days(
            session,
            part,
            first=monday,
            last=monday + timedelta(days=1),
            day_type=DayType.HOLIDAY,
            seen=0,
            by=SYSTEM,
            now=OPENING_DAY,
        )
    export(database, tmp_path / "out")
    changed = {
        row["sourcedId"]: row["metadata.calendarChanges"] for row in rows(tmp_path / "out", "orgs")
    }
    assert changed["S-2"] == "Y 2015-01-26=holiday 2015-01-27=holiday"
    assert changed["S-3"] == ""
    Importer(other, tmp_path / "other")(tmp_path / "out")
    assert contents(other) == contents(database)


def test_a_delta_on_top_of_the_older_set_gives_the_newer_state(
    importer: Importer, database: Database, other: Database, tmp_path: Path
) -> None:
    importer(full())
    export(database, tmp_path / "old")
    back = Importer(other, tmp_path / "other")
    back(tmp_path / "old")
    later = OPENING_DAY + timedelta(days=1)
    change = full()
    change.mode = "delta"
    stamp = {"dateLastModified": "2015-01-13T08:00:00.000Z"}
    person = dict(change.files["users"][0], givenName="Renamed", status="active", **stamp)
    place = dict(change.files["enrollments"][0], status="tobedeleted", **stamp)
    change.files = {"users": [person], "enrollments": [place]}
    importer(change, now=later)
    summary = export(database, tmp_path / "delta", since=later)
    assert (summary.mode, summary.rows["users"], summary.rows["enrollments"]) == ("delta", 1, 1)
    [user] = rows(tmp_path / "delta", "users")
    assert (user["status"], user["dateLastModified"]) == ("active", "2015-01-13T14:30:00.000Z")
    assert rows(tmp_path / "delta", "enrollments")[0]["status"] == "tobedeleted"
    answer = back(tmp_path / "delta", now=later)
    assert answer.rejected == 0
    assert contents(other) == contents(database)
