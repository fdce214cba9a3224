"""The full district has the size and shape of the real one (sis-rules, "District shape")."""

from collections import Counter

import numpy as np
import pytest

from drills.district.plan import make_district
from drills.district.roles import posts
from drills.district.school import District
from drills.district.students import Roster, enroll
from drills.district.timetable import NONE

LEVELS = {
    "elementary": 572,
    "middle": 144,
    "high": 176,
    "continuation": 39,
    "alternative": 24,
    "special_education": 15,
    "span": 14,
    "other": 12,
}


@pytest.fixture(scope="module")
def full() -> District:
    return make_district("full", 2015)


@pytest.fixture(scope="module")
def rosters(full: District) -> list[Roster]:
    return [enroll(school, full.seed) for school in full.schools]


def test_schools_by_level_are_those_of_2014(full: District) -> None:
    assert Counter(school.level for school in full.schools) == LEVELS


def test_there_are_about_650_000_students(full: District, rosters: list[Roster]) -> None:
    assert abs(full.students - 650_000) < 500
    assert sum(roster.students for roster in rosters) == full.students


def test_teachers_are_between_26_and_31_thousand(rosters: list[Roster]) -> None:
    assert 26_000 <= sum(roster.teachers for roster in rosters) <= 31_000
    assert all(posts(r.school, r.teachers).teachers == r.teachers for r in rosters)


@pytest.mark.parametrize(
    ("level", "median", "largest"),
    [("elementary", 515, 1413), ("middle", 629, 2532), ("high", 555, 4410)],
)
def test_enrolment_of_a_level_is_distributed_as_the_real_one(
    full: District, level: str, median: int, largest: int
) -> None:
    sizes = [school.students for school in full.schools if school.level == level]
    assert abs(np.median(sizes) / median - 1) < 0.2
    assert 0.75 * largest < max(sizes) < 1.15 * largest


def test_service_centers_have_their_shares(full: District) -> None:
    schools = Counter(school.center.sourced_id for school in full.schools)
    for center in {school.center for school in full.schools}:
        assert abs(schools[center.sourced_id] / len(full.schools) - center.share) < 0.05


def test_schools_lie_within_their_city(full: District) -> None:
    assert all(33.6 < s.latitude < 34.5 and -118.8 < s.longitude < -117.9 for s in full.schools)


def test_school_names_are_unique_and_invented(full: District) -> None:
    names = [school.name for school in full.schools]
    assert len(set(names)) == len(names)
    assert not any(word in " ".join(names) for word in ("Los Angeles", "Hollywood", "Bell "))


@pytest.mark.parametrize("seed", [1, 2, 2015])
def test_about_1600_students_lack_a_schedule_and_some_schools_exceed_ten(seed: int) -> None:
    schools = [s for s in make_district("full", seed).schools if s.calendar != "holiday"]
    gaps = [school.gap for school in schools]
    assert sum(gaps) == 1600
    assert 35 <= sum(gap > 10 for gap in gaps) <= 60
    assert sum(gap == 10 for gap in gaps) >= 3
    assert sum(gap == 11 for gap in gaps) >= 3
    assert max(gaps) > 30


@pytest.mark.parametrize("seed", range(1, 30))
def test_the_small_district_has_every_case_for_any_seed(seed: int) -> None:
    district = make_district("small", seed)
    in_session = [s.gap for s in district.schools if s.calendar != "holiday"]
    assert 150 <= sum(in_session) <= 300
    assert 8 <= sum(gap > 10 for gap in in_session) <= 12
    assert in_session.count(10) == 2
    assert in_session.count(11) == 2
    assert Counter(s.calendar for s in district.schools) == {"": 58, "minimum": 1, "holiday": 1}
    assert sum(school.multi_track for school in district.schools) == 2
    assert all(s.gap > 10 for s in district.schools if s.calendar)


def test_the_planned_gap_is_what_the_timetable_lacks(rosters: list[Roster]) -> None:
    for roster in rosters:
        required = np.where(roster.required > 0, roster.required, 6)
        scheduled = roster.complete.home == NONE
        filled = (roster.grid != NONE).sum(axis=1)
        lacking = np.flatnonzero(scheduled & (filled < required))
        assert sorted(roster.incomplete) == lacking.tolist()
        assert len(lacking) == roster.school.gap + roster.school.vacation_gap


def test_no_section_has_more_students_than_seats(rosters: list[Roster]) -> None:
    for roster in rosters:
        size, period = (
            np.array(c) for c in (roster.complete.sections.size, roster.complete.sections.period)
        )
        assert (size <= roster.seats).all()
        seats = roster.seats[period != NONE]
        assert ((seats >= 28) & (seats <= 42)).all()


def test_no_teacher_has_two_sections_at_once_or_more_than_five(rosters: list[Roster]) -> None:
    for roster in rosters:
        period = np.array(roster.complete.sections.period)
        pairs = np.stack([roster.teacher, period], axis=1)
        assert len(np.unique(pairs, axis=0)) == len(pairs)
        assert np.bincount(roster.teacher).max() <= 5
        assert len(np.unique(roster.teacher)) == roster.teachers


def test_nobody_sits_in_a_section_of_another_period_or_track(rosters: list[Roster]) -> None:
    for roster in rosters:
        period, track = (
            np.array(c) for c in (roster.complete.sections.period, roster.complete.sections.track)
        )
        student, column = np.nonzero(roster.grid != NONE)
        section = roster.grid[student, column]
        assert (period[section] == column).all()
        assert (track[section] == roster.tracks[student]).all()
