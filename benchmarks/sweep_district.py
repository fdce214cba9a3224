"""A district of any size for the sweep, written straight into the tables.

It has the proportions of the real one: 1,000 schools, 60 % of them elementary with 54 % of the
students in one room each, the others with seven sections a student.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import text

from core.db import Database

SCHOOLS = 1_000
ELEMENTARY = 600
SCHOOL_DAY = date(2015, 1, 12)
MADE_AT = datetime(2014, 8, 1, tzinfo=UTC)
INCOMPLETE_EVERY = 190
PERIODS = 7

Row = tuple[Any, ...]
_SOURCED = ("id", "sourced_id", "source", "status", "modified_at")


def _sourced(letter: str, number: int) -> Row:
    return (number, f"{letter}{number}", "bench", "active", MADE_AT)


def _is_elementary(school: int) -> bool:
    return school <= ELEMENTARY


def fill(database: Database, students: int) -> dict[str, int]:
    """Write the district; the number of rows by table."""
    written: dict[str, int] = {}
    for table, columns, rows in _tables(students):
        written[table] = write(database, table, columns, rows)
    tidy = "ANALYZE" if database.dialect == "sqlite" else "VACUUM ANALYZE"
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(tidy))
    return written


def write(database: Database, table: str, columns: Row, rows: Iterable[Row]) -> int:
    names = ", ".join(columns)
    count = 0
    with database.writer.begin() as connection:
        cursor = connection.connection.cursor()
        for chunk in _chunks(rows, 50_000):
            count += len(chunk)
            if database.dialect == "sqlite":
                marks = ", ".join("?" * len(columns))
                cursor.executemany(
                    f"INSERT INTO {table} ({names}) VALUES ({marks})",
                    [tuple(_sqlite(value) for value in row) for row in chunk],
                )
            else:
                page = io.StringIO()
                csv.writer(page).writerows(chunk)
                with cursor.copy(
                    f"COPY {table} ({names}) FROM STDIN (FORMAT csv, NULL 'none')"
                ) as copy:
                    copy.write(page.getvalue())
    return count


def _sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return value.isoformat() if isinstance(value, date) else value


def _chunks(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def school_of(student: int, students: int) -> int:
    """54 % of the students go to the elementary schools."""
    young = students * 54 // 100
    if student <= young:
        return student % ELEMENTARY + 1
    return ELEMENTARY + 1 + student % (SCHOOLS - ELEMENTARY)


def _tables(students: int) -> Iterator[tuple[str, Row, Iterator[Row]]]:
    schools = range(1, SCHOOLS + 1)
    persons = range(1, students + 1)
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
        "calendar",
        ("id", "school_id", "track", "starts_on", "ends_on", "derived"),
        ((one, one, "", date(2014, 7, 1), date(2015, 7, 1), 0) for one in schools),
    )
    yield (
        "calendar_date",
        ("calendar_id", "on_date", "day_type"),
        ((one, SCHOOL_DAY, "regular") for one in schools),
    )
    yield (
        "class_period",
        ("id", "school_id", "day_type", "label", "starts_at", "ends_at", "derived"),
        ((one, one, "regular", "1", "08:00:00", "15:00:00", 0) for one in schools),
    )
    yield (
        "person",
        (*_SOURCED, "given_name", "family_name", "enabled"),
        ((*_sourced("P", one), "Given", "Family", 1) for one in persons),
    )
    yield (
        "school_enrollment",
        (*_SOURCED, "person_id", "school_id", "track", "grade", "is_primary"),
        _enrollments(students),
    )
    yield (
        "section",
        (*_SOURCED, "title", "class_type", "school_id", "track"),
        _sections(),
    )
    yield ("section_meeting", ("id", "section_id", "period"), _meetings())
    yield (
        "section_enrollment",
        (*_SOURCED, "section_id", "person_id", "role"),
        _seats(students),
    )


def _enrollments(students: int) -> Iterator[Row]:
    for one in range(1, students + 1):
        school = school_of(one, students)
        grade = "03" if _is_elementary(school) else "10"
        yield (*_sourced("E", one), one, school, "", grade, 1)


ROOMS = 25
GROUPS = 25


def _sections() -> Iterator[Row]:
    """25 rooms in an elementary school; 25 groups of seven periods in another."""
    for school in range(1, SCHOOLS + 1):
        for place in range(ROOMS if _is_elementary(school) else GROUPS * PERIODS):
            number = school * 1_000 + place
            yield (*_sourced("C", number), "Class", _class_type(school), school, "")


def _class_type(school: int) -> str:
    return "homeroom" if _is_elementary(school) else "scheduled"


def _meetings() -> Iterator[Row]:
    for school in range(ELEMENTARY + 1, SCHOOLS + 1):
        for place in range(GROUPS * PERIODS):
            number = school * 1_000 + place
            yield (number, number, str(place % PERIODS + 1))


def _seats(students: int) -> Iterator[Row]:
    number = 0
    for one in range(1, students + 1):
        school = school_of(one, students)
        first = school * 1_000
        if _is_elementary(school):
            number += 1
            yield (*_sourced("X", number), first + one // SCHOOLS % ROOMS, one, "student")
            continue
        taken = PERIODS - 2 if one % INCOMPLETE_EVERY == 0 else PERIODS
        for period in range(taken):
            number += 1
            section = first + one // SCHOOLS % GROUPS * PERIODS + period
            yield (*_sourced("X", number), section, one, "student")
