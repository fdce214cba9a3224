"""What an evaluation remembers is what the database says, or it is not used."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from core.db import Database
from monitors import memory
from monitors.bookkeeping import find_last_run, load_known
from monitors.models import RunRecord, StateRecord
from monitors.rules import State
from tests.monitors.stage import NAME, Stage

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


def _next(stage: Stage) -> None:
    stage.clock.advance(MINUTE)
    stage.sweep()


def test_after_every_sweep_the_memory_is_what_the_table_holds(stage: Stage) -> None:
    schools = [stage.add_school(number) for number in (0, 9, 11)]
    for step in range(5):
        _next(stage)
        if step == 1:
            schools.append(stage.add_school(12))
        with stage.database.read() as session:
            last = find_last_run(session, NAME)
            assert last is not None
            assert memory.recall(NAME, last.token) == load_known(session, NAME)
            assert len(load_known(session, NAME)) == len(schools) - (step == 1)


def test_states_that_another_process_wrote_are_read_again(stage: Stage) -> None:
    school = stage.add_school(11)
    _next(stage)
    with stage.database.write() as session:
        session.execute(update(StateRecord).values(state="ok", value=3))
        session.execute(update(RunRecord).values(token="of another process"))
    assert memory.recall(NAME, "of another process") is None
    _next(stage)
    moves = [(one.from_state, one.to_state) for one in stage.transitions()]
    assert moves == [(State.OK, State.FIRING)] * 2
    assert stage.states()[school].value == 11


def test_what_was_rolled_back_is_not_remembered(stage: Stage) -> None:
    stage.add_school(11)
    _next(stage)
    with stage.database.read() as session:
        before = find_last_run(session, NAME)
        kept = load_known(session, NAME)
    memory.keep(NAME, "never committed", [], {})
    assert before is not None
    assert memory.recall(NAME, before.token) is None
    _next(stage)
    with stage.database.read() as session:
        assert load_known(session, NAME) == kept
    assert len(stage.transitions()) == 1


def test_a_run_from_before_tokens_is_not_remembered() -> None:
    memory.keep("quiet", "", [], {})
    assert memory.recall("quiet", "") is None
