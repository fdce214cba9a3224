"""Whose schedule is complete, and that the kept answer never drifts from the records."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from sis.enrollment.models import SchoolEnrollment
from sis.scheduling.completeness import (
    Completeness,
    compute_completeness,
    forget,
    list_completeness,
    list_snapshots,
    refresh,
    sample_ids,
)
from sis.scheduling.completeness_check import verify
from sis.scheduling.models import ScheduleChange, ScheduleGap, ScheduleTally
from sis.scheduling.rules import SchedulingRules
from tests.sis.scheduling.school_records import LOS_ANGELES, RULES, SIX, Records

MONDAY = date(2015, 1, 12)
NOW = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)
TODAY = {LOS_ANGELES: MONDAY}


@pytest.fixture
def records(session: Session) -> Records:
    return Records(session)


def _sweep(session: Session, on: date = MONDAY, rules: SchedulingRules = RULES) -> None:
    refresh(session, {LOS_ANGELES: on}, rules, NOW)


def _counts(session: Session) -> dict[tuple[int, str], tuple[int, int]]:
    return {
        (one.school_id, one.track): (one.active_students, one.incomplete)
        for one in list_completeness(session)
    }


def test_six_filled_periods_are_complete_and_five_are_not(records: Records) -> None:
    school = records.school()
    records.complete_students(school, 2)
    short = records.enroll(school)
    for period in SIX[:5]:
        records.seat(records.section(school, [period]), short)
    _sweep(records.session)
    assert _counts(records.session) == {(school, ""): (3, 1)}


def test_two_sections_in_one_period_fill_it_once(records: Records) -> None:
    school = records.school()
    person = records.enroll(school, required=2)
    for _ in range(2):
        records.seat(records.section(school, ["3"]), person)
    _sweep(records.session)
    assert _counts(records.session)[school, ""] == (1, 1)


def test_a_section_in_two_periods_fills_both(records: Records) -> None:
    school = records.school()
    records.seat(records.section(school, ["3", "4"]), records.enroll(school, required=2))
    _sweep(records.session)
    assert _counts(records.session)[school, ""] == (1, 0)


def test_a_section_without_meetings_fills_a_period_of_its_own(records: Records) -> None:
    school = records.school()
    person = records.enroll(school, required=2)
    for _ in range(2):
        records.seat(records.section(school), person)
    _sweep(records.session)
    assert _counts(records.session)[school, ""] == (1, 0)


def test_a_section_whose_meetings_have_all_ended_fills_nothing(records: Records) -> None:
    school = records.school()
    section = records.section(school)
    records.meeting(section, "1", ends_on=MONDAY)
    records.seat(section, records.enroll(school, required=1))
    _sweep(records.session)
    assert _counts(records.session)[school, ""] == (1, 1)


@pytest.mark.parametrize(("required", "incomplete"), [(0, 0), (1, 0), (2, 1)])
def test_a_homeroom_counts_only_for_a_student_who_sits_in_one_room(
    records: Records, required: int, incomplete: int
) -> None:
    school = records.school()
    person = records.enroll(school, required=required)
    records.seat(records.section(school, ["H"], class_type="homeroom"), person)
    records.seat(records.section(school, ["1"]), person)
    _sweep(records.session)
    assert _counts(records.session)[school, ""] == (1, incomplete)


def test_the_grade_decides_unless_the_student_has_a_number_of_their_own(records: Records) -> None:
    school = records.school()
    room = records.section(school, class_type="homeroom")
    for grade, required in (("KG", None), ("10", None), ("10", 1), (None, None)):
        records.seat(room, records.enroll(school, grade=grade, required=required))
    _sweep(records.session)
    assert _counts(records.session)[school, ""] == (4, 2)


@pytest.mark.parametrize(
    ("begins_on", "ends_on", "active"),
    [
        (None, None, 1),
        (MONDAY, None, 1),
        (MONDAY + timedelta(1), None, 0),
        (None, MONDAY, 0),
        (None, MONDAY + timedelta(1), 1),
    ],
)
def test_dates_are_half_open(
    records: Records, begins_on: date | None, ends_on: date | None, active: int
) -> None:
    school = records.school()
    person = records.enroll(school, begins_on=begins_on, ends_on=ends_on, required=1)
    records.seat(records.section(school, ["1"]), person, begins_on=MONDAY, ends_on=MONDAY)
    _sweep(records.session)
    assert _counts(records.session) == ({(school, ""): (1, 1)} if active else {})


Spoil = Callable[[Records, int, int], None]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda r, s, p: r.seat(r.section(s, ["1"]), p, role="aide"),
        lambda r, s, p: r.seat(r.section(s, ["1"]), p, status="tobedeleted"),
        lambda r, s, p: r.seat(r.section(s, ["1"], status="tobedeleted"), p),
        lambda r, s, p: r.seat(r.section(s, ["1"], starts_on=MONDAY + timedelta(1)), p),
        lambda r, s, p: r.seat(r.section(s, ["1"], ends_on=MONDAY), p),
        lambda r, s, p: r.seat(r.section(r.school(), ["1"]), p),
    ],
    ids=["aide", "deleted seat", "deleted section", "next term", "last term", "other school"],
)
def test_a_seat_that_does_not_count_fills_nothing(records: Records, spoil: Spoil) -> None:
    school = records.school()
    person = records.enroll(school, required=1)
    spoil(records, school, person)
    _sweep(records.session)
    assert _counts(records.session)[school, ""] == (1, 1)


def test_a_student_enrolled_twice_at_a_school_counts_once(records: Records) -> None:
    school = records.school()
    person = records.enroll(school)
    records.enroll(school, person)
    _sweep(records.session)
    assert _counts(records.session) == {(school, ""): (1, 1)}


def test_tracks_are_counted_apart(records: Records) -> None:
    school = records.school()
    records.incomplete_students(school, 2, track="A")
    records.complete_students(school, 3, track="B")
    _sweep(records.session)
    assert _counts(records.session) == {(school, "A"): (2, 2), (school, "B"): (3, 0)}


def test_each_zone_has_its_own_date(records: Records) -> None:
    west, east = records.school(), records.school("Asia/Tokyo")
    for school in (west, east):
        records.enroll(school, begins_on=MONDAY + timedelta(1))
    refresh(
        records.session,
        {LOS_ANGELES: MONDAY, "Asia/Tokyo": MONDAY + timedelta(1)},
        RULES,
        NOW,
    )
    assert _counts(records.session) == {(east, ""): (1, 1)}


def test_nothing_is_looked_at_again_without_a_noted_change(records: Records) -> None:
    school = records.school()
    _sweep(records.session)
    person = records.enroll(school)
    _sweep(records.session)
    assert _counts(records.session) == {}
    records.changed(person)
    _sweep(records.session)
    assert _counts(records.session) == {(school, ""): (1, 1)}
    assert records.session.scalar(select(func.count()).select_from(ScheduleChange)) == 0


def test_a_forgotten_answer_is_computed_again(records: Records) -> None:
    school = records.school()
    _sweep(records.session)
    records.enroll(school)
    forget(records.session)
    assert list_snapshots(records.session) == {}
    _sweep(records.session)
    assert _counts(records.session) == {(school, ""): (1, 1)}


@pytest.mark.parametrize(
    ("on", "rules"),
    [(MONDAY + timedelta(1), RULES), (MONDAY, SchedulingRules(5, RULES.periods_by_grade))],
    ids=["next day", "other rules"],
)
def test_another_day_or_other_rules_are_computed_again(
    records: Records, on: date, rules: SchedulingRules
) -> None:
    school = records.school()
    _sweep(records.session)
    records.enroll(school)
    _sweep(records.session, on, rules)
    assert _counts(records.session) == {(school, ""): (1, 1)}
    assert list_snapshots(records.session)[LOS_ANGELES].as_of == on


def test_one_zone_is_rebuilt_while_another_is_updated(records: Records) -> None:
    """Past midnight in the east, the same persons still belong to yesterday in the west."""
    west, east = records.school(), records.school("America/New_York")
    person = records.enroll(west)
    records.enroll(east, person)
    both = {LOS_ANGELES: MONDAY, "America/New_York": MONDAY}
    refresh(records.session, both, RULES, NOW)
    records.changed(person)
    refresh(records.session, both | {"America/New_York": MONDAY + timedelta(1)}, RULES, NOW)
    assert _counts(records.session) == {(west, ""): (1, 1), (east, ""): (1, 1)}


def test_a_change_of_track_moves_the_student(records: Records) -> None:
    school = records.school()
    person = records.enroll(school, track="A")
    _sweep(records.session)
    records.session.execute(update(SchoolEnrollment).values(track="B"))
    records.changed(person)
    _sweep(records.session)
    assert _counts(records.session) == {(school, "B"): (1, 1)}


def test_samples_are_sourced_ids_and_at_most_twenty(records: Records) -> None:
    school = records.school()
    records.incomplete_students(school, 25)
    records.incomplete_students(records.school(), 1)
    _sweep(records.session)
    found = {one.school_id: one for one in list_completeness(records.session)}[school]
    assert (found.incomplete, len(found.sample_ids)) == (25, 20)
    assert sample_ids(records.session, school) == list(found.sample_ids)
    assert all(one.startswith("P-") for one in found.sample_ids)


def test_another_day_is_answered_without_touching_what_is_kept(records: Records) -> None:
    school = records.school()
    person = records.enroll(school)
    late = records.enroll(school, begins_on=MONDAY + timedelta(1))
    _sweep(records.session)
    tomorrow = compute_completeness(records.session, {LOS_ANGELES: MONDAY + timedelta(1)}, RULES)
    ids = tuple(f"P-{n}" for n in (2, 4))
    assert tomorrow == [Completeness(school, "", 2, 2, ids)]
    assert person != late
    assert _counts(records.session) == {(school, ""): (1, 1)}


def test_the_self_check_finds_what_is_wrong_and_ignores_what_waits(records: Records) -> None:
    school = records.school()
    first, second = records.incomplete_students(school, 2)
    _sweep(records.session)
    assert verify(records.session, RULES) == []
    records.session.execute(delete(ScheduleGap).where(ScheduleGap.person_id == first))
    records.session.execute(update(ScheduleTally).values(active_students=9))
    found = verify(records.session, RULES)
    assert [(one.what, one.kept, one.right) for one in found] == [
        ("tally", (9,), (2,)),
        ("gap", None, (6, 0)),
    ]
    records.changed(first)
    assert verify(records.session, RULES) == []
    assert second != first
