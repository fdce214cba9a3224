"""Whatever happens to the records, the kept answer is what plain Python counts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.db import Database
from sis.courses.models import Section, SectionMeeting
from sis.enrollment.models import SchoolEnrollment
from sis.scheduling.completeness import (
    Completeness,
    compute_completeness,
    list_completeness,
    refresh,
)
from sis.scheduling.completeness_check import verify
from sis.scheduling.models import ScheduleChange, SectionEnrollment
from tests.sis.scheduling.naive import Counts, naive_completeness
from tests.sis.scheduling.school_records import LOS_ANGELES, RULES, Records
from tests.support.databases import fresh_database

TOKYO = "Asia/Tokyo"
MONDAY = date(2015, 1, 12)
NOW = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)
PERIODS = ("1", "2", "H")

Owned = TypeVar("Owned", SchoolEnrollment, SectionEnrollment)
Step = tuple[str, int, int, int]

steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["enroll", "leave", "track", "seat", "drop", "meet", "move", "close", "day", "sweep"]
        ),
        st.integers(0, 7),
        st.integers(0, 7),
        st.integers(-1, 1),
    ),
    min_size=3,
    max_size=25,
)


class World:
    """Two schools in two zones, a few persons and sections; every change is noted."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.records = Records(session)
        self.today = MONDAY
        self.schools = [self.records.school(), self.records.school(TOKYO)]
        self.persons = [self.records.person() for _ in range(4)]
        self.sections = [
            self.records.section(school, periods, class_type=kind)
            for school in self.schools
            for periods, kind in (((), "scheduled"), (("1", "2"), "scheduled"), ((), "homeroom"))
        ]

    @property
    def on_dates(self) -> dict[str, date]:
        return {LOS_ANGELES: self.today, TOKYO: self.today + timedelta(1)}

    def step(self, name: str, first: int, second: int, days: int) -> None:
        person = self.persons[first % len(self.persons)]
        when = self.today + timedelta(days)
        getattr(self, f"_{name}")(person, second, when)
        self.session.flush()

    def _enroll(self, person: int, choice: int, when: date) -> None:
        self.records.enroll(
            self.schools[choice % 2],
            person,
            track="AB"[choice // 4],
            grade=("KG", "10")[choice // 2 % 2],
            begins_on=when,
            required=(None, 2, 1)[choice % 3],
        )
        self.records.changed(person)

    def _leave(self, person: int, choice: int, when: date) -> None:
        for one in self._all(SchoolEnrollment, person):
            one.begins_on, one.ends_on = None, when
            one.status = "active" if choice else "tobedeleted"
        self.records.changed(person)

    def _track(self, person: int, choice: int, when: date) -> None:
        for one in self._all(SchoolEnrollment, person):
            one.track, one.school_id = "AB"[choice % 2], self.schools[choice // 4]
        self.records.changed(person)

    def _seat(self, person: int, choice: int, when: date) -> None:
        section = self.sections[choice % len(self.sections)]
        self.records.seat(section, person, begins_on=when if choice == 7 else None)
        self.records.changed(person)

    def _drop(self, person: int, choice: int, when: date) -> None:
        for one in self._all(SectionEnrollment, person)[: choice + 1]:
            one.begins_on, one.ends_on = None, when
        self.records.changed(person)

    def _meet(self, person: int, choice: int, when: date) -> None:
        section = self.sections[choice % len(self.sections)]
        self.records.meeting(section, PERIODS[choice % 3], begins_on=when)
        self.records.changed(*self.persons)

    def _move(self, person: int, choice: int, when: date) -> None:
        for one in self.session.scalars(select(SectionMeeting)):
            one.begins_on, one.ends_on, one.period = None, when, PERIODS[choice % 3]
        self.records.changed(*self.persons)

    def _close(self, person: int, choice: int, when: date) -> None:
        section = self.session.get_one(Section, self.sections[choice % len(self.sections)])
        section.starts_on, section.ends_on = None, when
        self.records.changed(*self.persons)

    def _day(self, person: int, choice: int, when: date) -> None:
        self.today += timedelta(1)

    def _sweep(self, person: int, choice: int, when: date) -> None:
        before = _counts(compute_completeness(self.session, self.on_dates, RULES))
        refresh(self.session, self.on_dates, RULES, NOW)
        kept = _counts(list_completeness(self.session))
        assert kept == naive_completeness(self.session, self.on_dates, RULES)
        assert before == kept
        assert verify(self.session, RULES) == []

    def _all(self, model: type[Owned], person: int) -> list[Owned]:
        query = select(model).where(model.person_id == person).order_by(model.id)
        return list(self.session.scalars(query))


def _counts(rows: list[Completeness]) -> Counts:
    return {(one.school_id, one.track): (one.active_students, one.incomplete) for one in rows}


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def empty(request: pytest.FixtureRequest) -> Iterator[Database]:
    """One database for all examples: none of them commits."""
    with fresh_database(request.getfixturevalue(f"{request.param}_databases")) as database:
        yield database


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
@given(steps)
def test_incremental_sweeps_and_a_full_one_agree_with_plain_python(
    empty: Database, history: list[Step]
) -> None:
    with Session(empty.writer, autoflush=True) as session:
        world = World(session)
        for name, first, second, days in [*history, ("sweep", 0, 0, 0)]:
            world.step(name, first, second, days)
        session.rollback()


def test_a_change_that_commits_later_than_a_higher_id_is_not_lost(empty: Database) -> None:
    """On PostgreSQL ids are given before the commit; a sweep may come in between."""
    with empty.write() as session:
        records = Records(session)
        school = records.school()
        first, second = records.incomplete_students(school, 2)
        refresh(session, {LOS_ANGELES: MONDAY}, RULES, NOW)
    if empty.dialect == "postgresql":
        with Session(empty.writer) as slow, slow.begin():
            slow.execute(
                update(SchoolEnrollment)
                .where(SchoolEnrollment.person_id == first)
                .values(status="tobedeleted")
            )
            slow.add(ScheduleChange(person_id=first, at=NOW))
            slow.flush()
            with empty.write() as session:
                session.add(ScheduleChange(person_id=second, at=NOW))
            with empty.write() as session:
                refresh(session, {LOS_ANGELES: MONDAY}, RULES, NOW)
    else:
        with empty.write() as session:
            session.execute(
                update(SchoolEnrollment)
                .where(SchoolEnrollment.person_id == first)
                .values(status="tobedeleted")
            )
            session.add(ScheduleChange(person_id=first, at=NOW))
    with empty.write() as session:
        refresh(session, {LOS_ANGELES: MONDAY}, RULES, NOW)
        assert _counts(list_completeness(session)) == {(school, ""): (1, 1)}
