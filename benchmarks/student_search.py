"""Finding one student among 650,000 (20,000 with --size small): the search before create.

Names are the synthetic district's, so the common ones are as common as in life. Each figure is the
slower end (p95) of searches for students drawn at random, in milliseconds, beside a look-up of one
person by primary key in the same run; ``indexed`` says that no plan reads a whole table, which a
database rightly does with a small one.

    python -m benchmarks student_search
"""

import random
import statistics
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from benchmarks.context import DIALECTS, Context
from benchmarks.sweep_district import SCHOOLS, write
from core.clock import monotonic
from core.db import Database
from drills.district import names
from sis.enrollment.newcomers import NewStudent, find_suspects
from sis.enrollment.rules.policy import DEFAULT_POLICY
from sis.enrollment.search_queries import list_born, list_named, list_numbered
from sis.people.models import Person

STUDENTS = {"small": 20_000, "full": 650_000}
SEARCHES = 100
FIRST_BIRTH_DATE, BIRTH_DATES = date(1996, 9, 1), 4_750
MADE_AT = "2014-08-01 00:00:00.000000"


def run(context: Context) -> Iterator[dict[str, object]]:
    """p95 in milliseconds (ratio: times the look-up by primary key)."""
    students = STUDENTS[context.size]
    for dialect in DIALECTS:
        with context.database(dialect) as database:
            _fill(database, students)
            yield from _figures(database, dialect, students)


def _figures(database: Database, dialect: str, students: int) -> Iterator[dict[str, object]]:
    dice = random.Random(2015)
    with database.read() as session:
        people = [dice.randrange(1, students + 1) for _ in range(SEARCHES)]
        drawn = [_drawn(session, number) for number in people]
        plain = _p95(lambda one: session.get(Person, one[0], populate_existing=True), drawn)
        searches: dict[str, Callable[[Drawn], object]] = {
            "birth date": lambda one: list_born(session, [_born(one[1])]),
            "names": lambda one: list_named(session, one[1].family_name, one[1].given_name),
            "number": lambda one: list_numbered(session, f"N{one[0]}"),
            "duplicate check": lambda one: find_suspects(session, one[1], DEFAULT_POLICY),
        }
        for name, search in searches.items():
            with _Plans(database, session) as plans:
                value = _p95(search, drawn)
            yield {
                "name": f"student search by {name}, {students:,} students, {dialect}",
                "value": round(value, 2),
                "unit": "ms p95",
                "reference": round(plain, 2),
                "ratio": round(value / plain, 1),
                "indexed": plans.are_indexed(),
            }


Drawn = tuple[int, NewStudent]


def _p95(search: Callable[[Drawn], object], drawn: Iterable[Drawn]) -> float:
    times = []
    for one in drawn:
        began = monotonic()
        search(one)
        times.append((monotonic() - began) * 1000)
    return statistics.quantiles(times, n=20)[-1]


def _drawn(session: Session, number: int) -> Drawn:
    row = session.execute(
        text(
            "SELECT given_name, family_name, birth_date FROM person"
            " JOIN demographics ON person_id = id WHERE id = :id"
        ),
        {"id": number},
    ).one()
    born = row[2] if isinstance(row[2], date) else date.fromisoformat(row[2])
    return number, NewStudent(row[0], row[1], birth_date=born)


def _born(student: NewStudent) -> date:
    assert student.birth_date is not None
    return student.birth_date


class _Plans:
    """Asks the database for the plan of every statement of the block, once for each text."""

    def __init__(self, database: Database, session: Session) -> None:
        self._sqlite = database.dialect == "sqlite"
        self._session = session
        self._statements: dict[str, Any] = {}

    def __enter__(self) -> "_Plans":
        self._engine = self._session.get_bind()
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)

    def _note(
        self, _c: object, _cursor: object, statement: str, parameters: Any, *_: object
    ) -> None:
        self._statements.setdefault(statement, parameters)

    def are_indexed(self) -> bool:
        return not any("SCAN " in plan or "Seq Scan on" in plan for plan in self._explained())

    def _explained(self) -> Iterator[str]:
        connection = self._session.connection()
        head = "EXPLAIN QUERY PLAN " if self._sqlite else "EXPLAIN "
        for statement, parameters in self._statements.items():
            for row in connection.exec_driver_sql(head + statement, parameters):
                yield str(row[-1])


_SOURCED = ("id", "sourced_id", "source", "status", "modified_at")


def _sourced(letter: str, number: int) -> tuple[object, ...]:
    return (number, f"{letter}{number}", "bench", "active", MADE_AT)


def _fill(database: Database, students: int) -> None:
    for table, columns, rows in _tables(students):
        write(database, table, columns, rows)
    tidy = "ANALYZE" if database.dialect == "sqlite" else "VACUUM ANALYZE"
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(tidy))


def _tables(
    students: int,
) -> Iterator[tuple[str, tuple[str, ...], Iterator[tuple[object, ...]]]]:
    rng = np.random.default_rng(2015)
    heritage = names.heritages(students, rng)
    given = names.given_names(heritage, rng.integers(0, 2, students), rng).to_list()
    family = names.family_names(heritage, rng).to_list()
    days = rng.integers(0, BIRTH_DATES, students).tolist()
    schools, people = range(1, SCHOOLS + 1), range(1, students + 1)
    yield (
        "organization",
        (*_SOURCED, "name", "type"),
        ((*_sourced("S", one), f"School {one}", "school") for one in schools),
    )
    yield (
        "school",
        ("organization_id", "level", "time_zone"),
        ((one, "other", "America/Los_Angeles") for one in schools),
    )
    yield (
        "person",
        (*_SOURCED, "given_name", "family_name", "identifier", "enabled"),
        ((*_sourced("P", n), given[n - 1], family[n - 1], f"N{n}", 1) for n in people),
    )
    yield (
        "demographics",
        ("person_id", "status", "birth_date", "modified_at"),
        ((n, "active", FIRST_BIRTH_DATE + timedelta(days[n - 1]), MADE_AT) for n in people),
    )
    yield (
        "school_enrollment",
        (*_SOURCED, "person_id", "school_id", "track", "grade", "is_primary"),
        ((*_sourced("E", n), n, n % SCHOOLS + 1, "", "09", 1) for n in people),
    )
