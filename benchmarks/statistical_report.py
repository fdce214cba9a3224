"""The statistical report of a whole district for one school month, on both databases.

650,000 students in 1,000 schools (35,000 with --size small) with 20 days of attendance: every
class submitted but one in 200, and 5 % of the students absent on a day, half of them with an
excuse. Measured are the report of every school with its sections, its summary and its
reconciliation, its share of memory, the same for one large high school with every student's line,
and the state of the certifications; beside a count that reads the rows of the same tables.

    python -m benchmarks statistical_report
"""

import resource
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from sqlalchemy import text

from benchmarks.attendance_district import DAYS, MONTH, fill_month
from benchmarks.context import DIALECTS, Context
from core.auth.actor import SYSTEM
from core.clock import monotonic
from core.db import Database
from sis.organizations.queries import list_schools
from sis.statistical.queries.calendars import list_track_calendars
from sis.statistical.queries.certified import list_uncertified
from sis.statistical.reporting import get_live, list_frames, list_reports
from sis.statistical.rules.policy import StatisticsRules

STUDENTS = {"small": 35_000, "full": 650_000}
NOW = datetime(2014, 11, 1, tzinfo=UTC)
TABLES = (
    "SELECT count(status) FROM school_enrollment",
    "SELECT count(status) FROM section_enrollment",
    "SELECT count(status) FROM attendance_event",
    "SELECT count(submitted_by) FROM attendance_submission",
)
SCHOOL_YEAR = 2015
LARGEST = 601
"""A high school of the benchmark's district."""


def run(context: Context) -> Iterator[dict[str, object]]:
    """Seconds, and ``ratio`` to reading the same rows."""
    for dialect in DIALECTS:
        with context.database(dialect) as database:
            rows = fill_month(database, STUDENTS[context.size])
            reference = _seconds(lambda: _scan(database))
            before = _megabytes()
            took = _seconds(lambda: _district(database, STUDENTS[context.size]))
            shape = f"{STUDENTS[context.size]:,} students, {rows:,} rows"
            yield _figure(f"report of the district ({shape})", took, dialect, reference)
            yield {
                "name": f"memory that it took, {dialect}",
                "value": round(_megabytes() - before, 1),
                "unit": "MB",
            }
            one = _seconds(lambda: _school(database))
            yield _figure("report of one high school with lines", one, dialect, reference)
            state = _seconds(lambda: _state(database))
            yield _figure("certification state of the district", state, dialect, reference)


def _scan(database: Database) -> None:
    with database.read() as session:
        for statement in TABLES:
            session.execute(text(statement)).scalar_one()


def _district(database: Database, students: int) -> None:
    """Every school's report; all of its students were there all month."""
    rules = StatisticsRules()
    with database.read() as session:
        schools = {school.id: school for school in list_schools(session, SYSTEM)}
        calendars = list_track_calendars(session, SCHOOL_YEAR, rules.months)
        frames = list_frames(calendars, schools, MONTH, rules, NOW)
        days = sum(report.sums.membership for report in list_reports(session, frames, rules))
    assert days == students * len(DAYS)


def _school(database: Database) -> None:
    rules = StatisticsRules()
    with database.read() as session:
        schools = {school.id: school for school in list_schools(session, SYSTEM, ids=[LARGEST])}
        calendars = list_track_calendars(session, SCHOOL_YEAR, rules.months, [LARGEST])
        (frame,) = list_frames(calendars, schools, MONTH, rules, NOW)
        get_live(session, frame, rules)


def _state(database: Database) -> None:
    with database.read() as session:
        assert list_uncertified(session, SCHOOL_YEAR, MONTH, NOW)


def _seconds(measure: Callable[[], None]) -> float:
    started = monotonic()
    measure()
    return monotonic() - started


def _megabytes() -> float:
    """The most that this process ever took."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _figure(name: str, seconds: float, dialect: str, reference: float) -> dict[str, object]:
    return {
        "name": f"{name}, {dialect}",
        "value": round(seconds, 3),
        "unit": "s",
        "reference": round(reference, 3),
        "ratio": round(seconds / reference, 2),
    }
