"""A school month of attendance for the district of ``benchmarks.sweep_district``."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import text

from benchmarks.sweep_district import (
    ELEMENTARY,
    GROUPS,
    MADE_AT,
    PERIODS,
    ROOMS,
    SCHOOLS,
    Row,
    fill,
    school_of,
    write,
)
from core.db import Database
from sis.calendars.rules import weekdays

MONTH = 1
FIRST_DAY = date(2014, 8, 11)
DAYS = list(weekdays(FIRST_DAY, FIRST_DAY + timedelta(weeks=4)))
ABSENT_EVERY = 20
MISSING_EVERY = 200


def fill_month(database: Database, students: int) -> int:
    """Write the district with a month of attendance; the rows that a report reads."""
    rows = fill(database, students)
    with database.write() as session:
        session.execute(text("DELETE FROM calendar_date"))
        session.execute(text("UPDATE calendar SET starts_on = :first"), {"first": FIRST_DAY})
    schools = range(1, SCHOOLS + 1)
    days = ((one, day, "regular") for one in schools for day in DAYS)
    write(database, "calendar_date", ("calendar_id", "on_date", "day_type"), days)
    read = rows["school_enrollment"] + rows["section_enrollment"]
    for table, columns, content in _tables(students):
        read += write(database, table, columns, content)
    tidy = "ANALYZE" if database.dialect == "sqlite" else "VACUUM ANALYZE"
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(tidy))
    return read


def _tables(students: int) -> Iterator[tuple[str, Row, Iterator[Row]]]:
    yield (
        "attendance_submission",
        (
            *("id", "school_id", "section_id", "on_date", "period", "submitted_at"),
            *("submitted_by", "modified_at", "modified_by", "roster_size", "version"),
        ),
        _submissions(),
    )
    yield (
        "attendance_event",
        (
            *("id", "submission_id", "person_id", "school_id", "section_id", "on_date"),
            *("period", "status", "source", "version", "modified_at", "modified_by"),
        ),
        _events(students),
    )


def _submissions() -> Iterator[Row]:
    """Day after day, as they come."""
    number = 0
    for day in DAYS:
        for school in range(1, SCHOOLS + 1):
            for place in range(ROOMS if school <= ELEMENTARY else GROUPS * PERIODS):
                number += 1
                if number % MISSING_EVERY == 0:
                    continue
                period = "" if school <= ELEMENTARY else str(place % PERIODS + 1)
                yield (
                    *(number, school, school * 1_000 + place, day, period, MADE_AT),
                    *("teacher", MADE_AT, "teacher", 30, 1),
                )


def _events(students: int) -> Iterator[Row]:
    number = 0
    for place, day in enumerate(DAYS):
        for one in range(1, students + 1):
            if (one + place * 7) % ABSENT_EVERY:
                continue
            status = "absent_excused" if one % 2 else "absent_unexcused"
            school = school_of(one, students)
            for section, period in _classes(one, school):
                number += 1
                yield (
                    *(number, 1, one, school, section, day, period, status),
                    *("teacher", 1, MADE_AT, "teacher"),
                )


def _classes(student: int, school: int) -> Iterator[tuple[int, str]]:
    first = school * 1_000
    if school <= ELEMENTARY:
        yield first + student // SCHOOLS % ROOMS, ""
        return
    for period in range(PERIODS):
        yield first + student // SCHOOLS % GROUPS * PERIODS + period, str(period + 1)
