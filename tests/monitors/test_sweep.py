"""Whole sweeps on both databases: records in, states, transitions, alerts and samples out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from alerts.models import Alert
from core.db import Database
from monitors.models import SampleRecord, StateRecord
from monitors.queries import list_history, list_runs, list_series, list_states
from monitors.rules import State
from sis.calendars.models import CalendarDate
from sis.enrollment.models import SchoolEnrollment
from sis.organizations.models import Organization
from sis.scheduling.completeness import forget
from sis.scheduling.models import ScheduleChange
from tests.monitors.stage import MONDAY, NAME, TEN, Stage, counted_statements

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


def _withdraw(session: Session, school_id: int, number: int, now: datetime) -> None:
    """Students without a schedule leave, and their change is noted."""
    persons = session.scalars(
        select(SchoolEnrollment.person_id)
        .where(SchoolEnrollment.school_id == school_id, SchoolEnrollment.ends_on.is_(None))
        .order_by(SchoolEnrollment.id)
        .limit(number)
    ).all()
    session.execute(
        update(SchoolEnrollment)
        .where(SchoolEnrollment.person_id.in_(persons))
        .values(ends_on=MONDAY)
    )
    session.add_all(ScheduleChange(person_id=one, at=now) for one in persons)


def test_eleven_fire_at_ten_and_ten_do_not(stage: Stage) -> None:
    ten, eleven = stage.add_school(10), stage.add_school(11)
    stage.clock.at = TEN - timedelta(seconds=1)
    stage.sweep()
    assert {one: state.state for one, state in stage.states().items()} == {
        ten: State.OK,
        eleven: State.PENDING,
    }
    stage.clock.at = TEN
    stage.sweep()
    found = stage.states()
    assert {one: state.state for one, state in found.items()} == {
        ten: State.OK,
        eleven: State.FIRING,
    }
    assert (found[eleven].value, found[eleven].threshold, found[eleven].denominator) == (11, 10, 12)
    assert (found[eleven].since, found[eleven].fresh_at, found[eleven].checked_at) == (TEN,) * 3
    assert [(one.from_state, one.to_state) for one in stage.transitions()] == [
        (State.OK, State.PENDING),
        (State.PENDING, State.FIRING),
    ]


def test_a_firing_school_raises_one_alert_without_names(stage: Stage) -> None:
    school = stage.add_school(11, name="Bell Senior High")
    for _ in range(3):
        stage.sweep()
        stage.clock.advance(MINUTE)
    with stage.database.read() as session:
        [(labels, said)] = session.execute(select(Alert.labels, Alert.annotations)).all()
        sourced_id = session.scalar(select(Organization.sourced_id))
    assert labels == {
        "alertname": "SchedulingIncomplete",
        "severity": "critical",
        "service": "scheduling",
        "probe": NAME,
        "school": sourced_id,
    }
    assert said["summary"] == (
        "Bell Senior High: 11 of 12 students have no complete schedule (limit 10)"
    )
    assert said["path"] == f"/schools/{school}"
    assert len(said["sample_ids"].split(", ")) == 11


def test_it_clears_at_eight_twice_in_a_row(stage: Stage) -> None:
    school = stage.add_school(12)
    seen = []
    for leaving in (0, 3, 1, 0, 0):
        with stage.database.write() as session:
            _withdraw(session, school, leaving, stage.clock.now())
        stage.sweep()
        seen.append((stage.states()[school].value, stage.states()[school].state))
        stage.clock.advance(MINUTE)
    assert seen == [
        (12, State.FIRING),
        (9, State.FIRING),
        (8, State.FIRING),
        (8, State.RESOLVED),
        (8, State.RESOLVED),
    ]
    with stage.database.read() as session:
        assert session.scalars(select(Alert.status)).all() == ["resolved"]


def test_dismissal_ends_the_alert(stage: Stage) -> None:
    school = stage.add_school(11)
    stage.sweep()
    stage.clock.at = datetime(2015, 1, 12, 23, 0, tzinfo=UTC)
    stage.sweep()
    stage.clock.advance(MINUTE)
    stage.sweep()
    assert stage.states()[school].state is State.RESOLVED
    assert stage.states()[school].value == 11


@pytest.mark.parametrize(
    ("day_type", "at", "state"),
    [
        ("holiday", TEN, State.OK),
        ("vacation", TEN, State.OK),
        ("minimum", TEN, State.FIRING),
        ("minimum", datetime(2015, 1, 12, 20, 0, tzinfo=UTC), State.OK),
    ],
)
def test_the_kind_of_day_decides(stage: Stage, day_type: str, at: datetime, state: State) -> None:
    school = stage.add_school(11)
    with stage.records() as records:
        records.session.execute(update(CalendarDate).values(day_type=day_type))
        records.bells(school, "minimum", last=datetime(2015, 1, 12, 12, 0, tzinfo=UTC).time())
    stage.clock.at = at
    stage.sweep()
    assert stage.states()[school].state is state


def test_a_track_on_vacation_does_not_count(stage: Stage) -> None:
    with stage.records() as records:
        school = records.school()
        records.bells(school)
        records.calendar(school, [MONDAY], track="A")
        records.calendar(school, [MONDAY], track="B", day_type="vacation")
        records.incomplete_students(school, 4, track="A")
        records.incomplete_students(school, 40, track="B")
    stage.sweep()
    found = stage.states()[school]
    assert (found.state, found.value, found.denominator) == (State.OK, 4, 4)


def test_a_school_in_another_zone_has_its_own_ten_oclock(stage: Stage) -> None:
    east = stage.add_school(11, zone="America/New_York")
    west = stage.add_school(11)
    stage.clock.at = TEN - timedelta(hours=3)
    stage.sweep()
    assert stage.states()[east].state is State.FIRING
    assert stage.states()[west].state is State.PENDING


@pytest.mark.parametrize(
    ("day", "hour"), [(date(2015, 3, 8), 17), (date(2014, 11, 2), 18)], ids=["forward", "back"]
)
def test_after_both_nights_when_clocks_change(stage: Stage, day: date, hour: int) -> None:
    with stage.records() as records:
        school = records.school()
        records.calendar(school, [day])
        records.bells(school)
        records.incomplete_students(school, 11)
    stage.clock.at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(seconds=1)
    stage.sweep()
    assert stage.states()[school].state is State.PENDING
    stage.clock.advance(timedelta(seconds=1))
    stage.sweep()
    assert stage.states()[school].state is State.FIRING


def test_a_school_without_a_calendar_is_unknown(stage: Stage) -> None:
    with stage.records() as records:
        school = records.school()
        records.incomplete_students(school, 3)
    stage.sweep()
    found = stage.states()[school]
    assert (found.state, found.note) == (State.UNKNOWN, "there is no calendar")
    assert found.unknown_since == TEN


def test_a_year_that_was_not_loaded_is_unknown_and_a_gap_in_it_is_not(stage: Stage) -> None:
    with stage.records() as records:
        over, between = records.school(), records.school()
        records.calendar(over, [], ends_on=MONDAY)
        records.calendar(between, [], ends_on=MONDAY)
        records.calendar(between, [], starts_on=date(2015, 2, 1), ends_on=date(2015, 6, 1))
        for school in (over, between):
            records.incomplete_students(school, 20)
    stage.sweep()
    assert stage.states()[over].note == "the calendar ends before today"
    assert stage.states()[between].state is State.OK


def test_a_restart_forgets_nothing(stage: Stage, database: Database) -> None:
    school = stage.add_school(11)
    stage.sweep()
    with database.write() as session:
        _withdraw(session, school, 5, TEN)
    stage.clock.advance(MINUTE)
    stage.sweep()
    again = Stage(database, clock=stage.clock)
    again.clock.advance(MINUTE)
    again.sweep()
    assert [one.to_state for one in again.transitions()] == [State.FIRING, State.RESOLVED]


def test_an_older_result_is_discarded(stage: Stage) -> None:
    school = stage.add_school(11)
    stage.sweep()
    stage.clock.at = TEN - MINUTE
    assert stage.sweep().discarded
    assert stage.states()[school].state is State.FIRING


def test_a_second_sweep_of_the_same_moment_takes_the_place_of_the_first(stage: Stage) -> None:
    stage.add_school(11)
    stage.sweep()
    stage.sweep()
    with stage.database.read() as session:
        assert len(list_series(session, NAME, TEN, TEN)) == 1


def test_only_what_changed_is_written(stage: Stage) -> None:
    stage.add_school(3)
    stage.add_school(12)
    assert stage.sweep().changed == 2
    stage.clock.advance(MINUTE)
    with counted_statements(stage.database) as seen:
        done = stage.sweep()
    assert (done.subjects, done.changed, done.moved) == (2, 0, 0)
    assert not [one for one in seen if "probe_state" in one and not one.startswith("SELECT")]


def test_a_closed_school_is_taken_off_and_its_alert_resolved(stage: Stage) -> None:
    school = stage.add_school(11)
    stage.add_school(0)
    stage.sweep()
    with stage.database.write() as session:
        session.execute(
            update(Organization).where(Organization.id == school).values(status="tobedeleted")
        )
    seen = []
    for _ in range(18):
        stage.clock.advance(MINUTE)
        stage.sweep()
        seen.append(stage.states()[school].state if school in stage.states() else None)
    assert seen == [State.FIRING, *[State.RESOLVED] * 15, None, None]


def test_the_series_and_the_history_tell_the_day(stage: Stage) -> None:
    school = stage.add_school(11)
    other = stage.add_school(2)
    stage.sweep()
    stage.clock.advance(MINUTE)
    stage.sweep()
    with stage.database.write() as session:
        _withdraw(session, school, 4, stage.clock.now())
    stage.clock.advance(MINUTE)
    stage.sweep()
    with stage.database.read() as session:
        series = list_series(session, NAME, TEN, TEN + timedelta(hours=1))
        assert [(one.at - TEN, one.value, one.firing) for one in series] == [
            (0 * MINUTE, 13, 1),
            (1 * MINUTE, 13, 1),
            (2 * MINUTE, 9, 1),
        ]
        history = list_history(session, NAME, school, TEN + MINUTE)
        assert [(one.at - TEN, one.value) for one in history] == [(0 * MINUTE, 11), (2 * MINUTE, 7)]
        assert len(list_history(session, NAME, other, TEN)) == 1
        assert [one.school_id for one in list_states(session, {other})] == [other]
        assert list_runs(session)[NAME].subjects == 2


def test_the_number_of_statements_does_not_grow_with_the_schools(stage: Stage) -> None:
    counts = []
    for more in (3, 27):
        with stage.records() as records:
            for _ in range(more):
                school = records.school()
                records.calendar(school, [MONDAY])
                records.bells(school)
                records.incomplete_students(school, 11)
        with stage.database.write() as session:
            session.execute(delete(StateRecord))
            session.execute(delete(SampleRecord))
            forget(session)
        with counted_statements(stage.database) as seen:
            stage.sweep()
        counts.append(len(seen))
        stage.clock.advance(MINUTE)
    assert counts[1] <= counts[0]
