"""What the drill sees of the district when the day begins."""

from pathlib import Path

import pytest

from core.db import Database
from drills.district.plan import make_district
from drills.district.school import School
from drills.opening_day.survey import local_day, survey
from tests.drills.conftest import SEED
from tests.drills.town import DAY, at, runtime_on, settle_tiny

SCHOOLS = {school.sourced_id: school for school in make_district("tiny", SEED).schools}


@pytest.fixture(scope="module")
def town(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Database:
    summary = settle_tiny(module_database, tmp_path_factory.mktemp("town"))
    assert summary.rejected == 0
    return module_database


def only(calendar: str) -> School:
    [school] = [one for one in SCHOOLS.values() if one.calendar == calendar]
    return school


def test_it_finds_the_gap_that_the_generator_planned(town: Database, tmp_path: Path) -> None:
    runtime = runtime_on(town, tmp_path)
    with town.write() as session:
        morning = survey(session, runtime, DAY)
    found = {school.sourced_id: school.gap for school in morning.schools}
    planned = {name: s.gap for name, s in SCHOOLS.items() if s.calendar != "holiday"}
    assert found == planned
    assert {s.sourced_id: s.students for s in morning.schools} == {
        name: SCHOOLS[name].students for name in planned
    }


def test_a_school_on_holiday_is_not_part_of_the_morning(town: Database, tmp_path: Path) -> None:
    runtime = runtime_on(town, tmp_path)
    with town.write() as session:
        morning = survey(session, runtime, DAY)
    names = {school.sourced_id for school in morning.schools}
    assert only("holiday").sourced_id not in names
    assert only("minimum").sourced_id in names


def test_a_track_on_vacation_is_left_alone(town: Database, tmp_path: Path) -> None:
    runtime = runtime_on(town, tmp_path)
    with town.write() as session:
        morning = survey(session, runtime, DAY)
    [school] = [one for one in morning.schools if len(one.tracks) > 1]
    assert school.tracks == ("B", "C", "D")
    assert {student.track for student in school.waiting} <= {"B", "C", "D"}


def test_the_day_is_the_districts_not_the_machines(town: Database, tmp_path: Path) -> None:
    assert local_day(runtime_on(town, tmp_path, at(23, 59))) == DAY
