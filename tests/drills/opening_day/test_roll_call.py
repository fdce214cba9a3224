"""Teachers of the drill take attendance through the public action."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.auth.accounts.actions import create_account
from core.auth.actor import system
from core.clock import FrozenClock
from core.db import Database
from core.runtime import Runtime
from drills.opening_day.roll_call import Due, RollCall, list_due
from sis.attendance.models import AttendanceEvent, AttendanceSubmission
from tests.drills.town import DAWN, DAY, at, runtime_on, settle_few

SEED = 1


@pytest.fixture
def town(database: Database, tmp_path: Path) -> Runtime:
    assert settle_few(database, tmp_path).rejected == 0
    return runtime_on(database, tmp_path)


def planned(runtime: Runtime) -> list[Due]:
    with runtime.database.read() as session:
        return list_due(session, DAY, SEED)


def count(runtime: Runtime, model: type[AttendanceSubmission] | type[AttendanceEvent]) -> int:
    with runtime.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_classes_are_submitted_after_their_bell_and_once_after_a_restart(town: Runtime) -> None:
    classes = planned(town)
    assert RollCall(town, DAY, SEED, classes).take(1000) == 0, "no bell has rung at dawn"
    town = Runtime(town.settings, town.database, FrozenClock(at(8, 15)))
    due = [one for one in classes if one.at <= at(8, 15)]
    assert 10 < len(due) < len(classes)
    assert RollCall(town, DAY, SEED, classes).take(5) == 5
    again = RollCall(town, DAY, SEED, planned(town))
    assert again.take(1000) == len(due) - 5
    assert again.next_at is not None
    assert again.next_at > at(8, 15)
    assert count(town, AttendanceSubmission) == len(due)
    with town.database.read() as session:
        seats = session.scalar(select(func.sum(AttendanceSubmission.roster_size))) or 0
    assert 0.03 < count(town, AttendanceEvent) / seats < 0.2


def test_who_may_sign_in_submits_for_themselves(town: Runtime) -> None:
    busiest = planned(town)[0].teacher
    with town.database.write() as session:
        create_account(
            session,
            "teacher",
            display_name="A teacher",
            password="a-password-of-theirs",
            role="teacher",
            organizations=[],
            person_key=busiest,
            by=system("tests"),
            now=DAWN,
        )
    assert busiest not in {one.teacher for one in planned(town)}


def test_a_class_that_does_not_meet_after_all_is_left_out(town: Runtime) -> None:
    nobody = Due(at(8), 999_999, "1", "S-none", "T-none")
    town = Runtime(town.settings, town.database, FrozenClock(at(9)))
    assert RollCall(town, DAY, SEED, [nobody]).take(10) == 1
    assert count(town, AttendanceSubmission) == 0
