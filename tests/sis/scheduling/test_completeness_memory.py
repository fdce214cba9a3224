"""What a refresh remembers of its answer is what the database says, or it is not used."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.db import Database
from sis.scheduling.completeness import list_completeness, list_snapshots, refresh
from sis.scheduling.models import ScheduleGap, ScheduleSnapshot, ScheduleTally
from tests.sis.scheduling.school_records import LOS_ANGELES, RULES, Records

NOW = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)
TODAY = {LOS_ANGELES: date(2015, 1, 12)}

Answer = dict[int, tuple[int, int, tuple[str, ...]]]


@pytest.fixture
def records(session: Session) -> Records:
    return Records(session)


def _sweep(session: Session) -> str:
    """The token after it."""
    refresh(session, TODAY, RULES, NOW)
    return list_snapshots(session)[LOS_ANGELES].token


def _answer(session: Session) -> Answer:
    return {
        one.school_id: (one.active_students, one.incomplete, one.sample_ids)
        for one in list_completeness(session)
    }


def _read(session: Session) -> Answer:
    """As a process finds it that made none of it."""
    session.execute(update(ScheduleSnapshot).values(token="of another process"))
    return _answer(session)


def test_after_changes_the_memory_is_what_the_tables_hold(records: Records) -> None:
    session = records.session
    schools = [records.school() for _ in range(3)]
    persons = [records.enroll(school, required=1) for school in schools for _ in range(2)]
    _sweep(session)
    records.seat(records.section(schools[0], ["1"]), persons[0])
    records.enroll(schools[1], persons[5], required=1)
    records.changed(persons[0], persons[5])
    _sweep(session)
    remembered = _answer(session)
    assert remembered == _read(session)
    assert {school: found[:2] for school, found in remembered.items()} == {
        schools[0]: (2, 1),
        schools[1]: (3, 3),
        schools[2]: (2, 2),
    }
    assert len(remembered[schools[0]][2]) == 1


def test_the_token_stays_while_the_answer_does(records: Records) -> None:
    session = records.session
    school = records.school()
    person = records.enroll(school, required=2)
    tokens = [_sweep(session), _sweep(session)]
    records.seat(records.section(school, ["1"]), person)
    records.changed(person)
    tokens.append(_sweep(session))
    assert session.scalars(select(ScheduleGap.filled_periods)).all() == [1]
    assert len(set(tokens)) == 1
    records.seat(records.section(school, ["2"]), person)
    records.changed(person)
    assert _sweep(session) not in tokens
    assert _answer(session) == {school: (1, 0, ())}


def test_what_another_process_refreshed_is_read_again(records: Records) -> None:
    school = records.school()
    person = records.enroll(school)
    _sweep(records.session)
    records.session.execute(update(ScheduleTally).values(active_students=9))
    assert _answer(records.session)[school][0] == 1
    assert _read(records.session)[school][0] == 9
    records.changed(person)
    assert _sweep(records.session) == "of another process"
    assert _answer(records.session)[school][0] == 9


def test_a_refresh_that_was_rolled_back_is_not_remembered(database: Database) -> None:
    with database.write() as session:
        records = Records(session)
        school = records.school()
        records.enroll(school)
        _sweep(session)
    with Session(database.writer) as session:
        records.session = session
        records.changed(records.enroll(school))
        _sweep(session)
        assert _answer(session)[school][:2] == (2, 2)
        session.rollback()
    with database.read() as session:
        assert _answer(session)[school][:2] == (1, 1)
