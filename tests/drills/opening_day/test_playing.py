"""The records of a whole morning, played on a clock that tests move."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.audit.models import AuditEntry
from core.db import Database
from core.runtime import Runtime
from drills.opening_day.actions import ensure_script, perform_record
from drills.opening_day.models import DrillEvent
from drills.opening_day.queries import list_due, progress
from drills.opening_day.running import play_records
from sis.courses.models import Section
from sis.enrollment.models import SchoolEnrollment
from sis.scheduling.models import SectionEnrollment
from tests.drills.town import DAY, at, gaps, play_until, runtime_on, settle_few, settle_tiny


class Crash(Exception):
    """Stands for kill -9."""


def at_dawn(database: Database, var: Path) -> Runtime:
    runtime = runtime_on(database, var)
    with database.write() as session:
        assert ensure_script(session, runtime, DAY, seed=1) > 30
    return runtime


@pytest.fixture
def town(database: Database, tmp_path: Path) -> Runtime:
    """A few schools of the tiny district at dawn, with their script written."""
    assert settle_few(database, tmp_path).rejected == 0
    return at_dawn(database, tmp_path)


@pytest.fixture
def whole_town(database: Database, tmp_path: Path) -> Runtime:
    """All of the tiny district."""
    assert settle_tiny(database, tmp_path).rejected == 0
    return at_dawn(database, tmp_path)


def counts(runtime: Runtime) -> tuple[int, int, int]:
    """(section enrolments, school enrolments, audit rows) that are in the database."""
    tables = (SectionEnrollment, SchoolEnrollment, AuditEntry)
    with runtime.database.read() as session:
        found = [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
    return found[0], found[1], found[2]


def crash_in_the_middle(runtime: Runtime, event_id: int) -> None:
    with runtime.database.write() as session:
        assert perform_record(session, event_id, DAY, at(7, 30)) is not None
        session.flush()
        raise Crash


def test_the_morning_alarms_at_ten_worsens_and_calms_by_noon(whole_town: Runtime) -> None:
    town = whole_town
    dawn = gaps(town)
    over_at_dawn = {name for name, gap in dawn.items() if gap > 10}
    play_until(town, at(9, 59))
    at_ten = gaps(town)
    over_at_ten = {name for name, gap in at_ten.items() if gap > 10}
    assert over_at_ten
    assert over_at_ten <= over_at_dawn
    assert [name for name, gap in dawn.items() if gap == 10] == [
        name for name, gap in at_ten.items() if gap == 10
    ]
    play_until(town, at(10, 41))
    worse = {name for name, gap in gaps(town).items() if gap > 10} - over_at_ten
    assert len(worse) == 1
    play_until(town, at(12))
    noon = gaps(town)
    assert not {name for name, gap in noon.items() if gap > 10}
    assert sum(noon.values()) < 0.2 * sum(dawn.values())


def test_nobody_is_seated_beyond_the_seats_or_twice_in_a_period(town: Runtime) -> None:
    play_until(town, at(13))
    taken = (
        select(SectionEnrollment.section_id, func.count().label("students"))
        .where(SectionEnrollment.role == "student", SectionEnrollment.ends_on.is_(None))
        .group_by(SectionEnrollment.section_id)
        .subquery()
    )
    crowded = select(Section.id).join(taken, taken.c.section_id == Section.id)
    with town.database.read() as session:
        assert session.scalars(crowded.where(taken.c.students > Section.seats)).all() == []
        refused = [
            event.outcome
            for event in session.scalars(select(DrillEvent).where(DrillEvent.lane == "records"))
            if event.outcome is None or "refused" in event.outcome
        ]
    assert refused == []


def test_every_change_is_audited_as_the_work_of_school_staff(town: Runtime) -> None:
    play_until(town, at(9))
    with town.database.read() as session:
        actors = set(
            session.scalars(
                select(AuditEntry.actor).where(AuditEntry.action == "section.add_student")
            )
        )
    assert actors
    assert all(actor.startswith("drill:S-") for actor in actors)


def test_the_script_is_written_once(town: Runtime) -> None:
    play_until(town, at(8, 30))
    with town.database.write() as session:
        before = progress(session)
        assert ensure_script(session, town, DAY, seed=1) == 0
        assert ensure_script(session, town, DAY, seed=99) == 0
        assert progress(session) == before
    play_until(town, at(23))
    with town.database.write() as session:
        assert ensure_script(session, town, DAY, seed=1) == 0


def test_a_crash_before_the_commit_leaves_nothing_and_the_restart_does_it_once(
    town: Runtime,
) -> None:
    play_until(town, at(7, 10))
    before = counts(town)
    with town.database.read() as session:
        [event] = list_due(session, "records", at(12), 1)
    with pytest.raises(Crash):
        crash_in_the_middle(town, event.id)
    assert counts(town) == before
    with town.database.write() as session:
        assert perform_record(session, event.id, DAY, at(7, 30)) is not None
    after = counts(town)
    assert after > before
    with town.database.write() as session:
        assert perform_record(session, event.id, DAY, at(7, 31)) is None
    assert counts(town) == after


def test_a_drill_that_was_down_does_everything_at_once_with_the_same_result(
    town: Runtime,
) -> None:
    play_until(town, at(12, 30))
    with town.database.read() as session:
        left = list_due(session, "records", at(23), 1000)
        waiting = session.scalars(
            select(DrillEvent.due_at).where(DrillEvent.lane == "records").order_by(DrillEvent.id)
        ).all()
    assert left == []
    assert waiting == sorted(waiting)
    assert play_records(town) == 0
    assert not [gap for gap in gaps(town).values() if gap > 10]


def test_a_student_whom_somebody_else_has_placed_is_left_as_is(town: Runtime) -> None:
    with town.database.read() as session:
        event = next(e for e in list_due(session, "records", at(12), 500) if e.kind == "schedule")
    with town.database.write() as session:
        first = perform_record(session, event.id, DAY, at(7))
        assert first is not None
        assert first["added"] > 0
    with town.database.write() as session:
        twin = DrillEvent(
            key="by-hand",
            lane="records",
            kind="schedule",
            due_at=event.due_at,
            payload=dict(event.payload),
        )
        session.add(twin)
        session.flush()
        before = session.scalar(select(func.count()).select_from(SectionEnrollment))
        assert perform_record(session, twin.id, DAY, at(7)) == {"added": 0}
        assert session.scalar(select(func.count()).select_from(SectionEnrollment)) == before


def test_a_refusal_is_kept_as_the_outcome(town: Runtime) -> None:
    with town.database.read() as session:
        drop = next(e for e in list_due(session, "records", at(12), 500) if e.kind == "drop")
    with town.database.write() as session:
        assert perform_record(session, drop.id, DAY, at(9, 30)) == {}
    with town.database.write() as session:
        again = DrillEvent(
            key="again", lane="records", kind="drop", due_at=drop.due_at, payload=drop.payload
        )
        session.add(again)
        session.flush()
        assert perform_record(session, again.id, DAY, at(9, 31)) == {"refused": "not_found"}


def test_a_day_without_school_has_no_script(database: Database, tmp_path: Path) -> None:
    settle_few(database, tmp_path)
    runtime = runtime_on(database, tmp_path)
    sunday = DAY.replace(day=11)
    with database.write() as session:
        assert ensure_script(session, runtime, sunday, seed=1) == 0
        assert progress(session).events == 0
