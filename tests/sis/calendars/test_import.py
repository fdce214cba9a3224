"""Importing days and bells: every bad row with its reason, the rest comes in, twice is once."""

import csv
import json
from datetime import date, time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM
from core.clock import FrozenClock
from core.db import Database
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings
from sis.calendars.cli import import_group
from sis.calendars.importing import Outcome, import_file
from sis.calendars.queries import day_type_on, list_bells
from sis.calendars.queries_changes import Part
from sis.calendars.queries_years import get_calendar_year
from sis.calendars.rules import Bell
from sis.calendars.rules_file import NotACalendar, Reject, read_file
from sis.calendars.undo import undo
from tests.sis.calendars.stage import days_of, make_year, seen
from tests.sis.school import MONDAY, NOW, Town

HEADER = "school,track,date,day_type\n"
BELLS = "school,day_type,period,starts,ends\n"


@pytest.fixture
def school(session: Session) -> int:
    school = Town(session).school("S-1")
    make_year(session, school)
    return school


def _import(session: Session, text: str, *, dry_run: bool = False) -> Outcome:
    file = read_file(text.encode())
    return import_file(session, file, by=SYSTEM, now=NOW, dry_run=dry_run)


def test_every_bad_row_has_its_line_column_and_reason() -> None:
    file = read_file(
        (
            HEADER
            + ",,2015-01-12,holiday\n"
            + "S-1,,12 January,holiday\n"
            + "S-1,,2015-01-17,holiday\n"
            + "S-1,,2015-01-12,picnic\n"
            + "S-1,,2015-01-13,holiday\n"
            + "S-1,,2015-01-13,vacation\n"
            + f"S-1,{'x' * 21},2015-01-13,vacation\n"
            + "S-1\n"
        ).encode("utf-8-sig")
    )
    assert [(row.line, row.on) for row in file.days] == [(6, date(2015, 1, 13))]
    assert sorted(file.rejects, key=lambda one: one.line) == [
        Reject(2, "school", "It is empty."),
        Reject(3, "date", "'12 January' is not a date such as 2015-01-19."),
        Reject(4, "date", "2015-01-17 is a Saturday; calendars have weekdays only."),
        Reject(5, "day_type", "'picnic' is not one of regular, minimum, holiday, vacation."),
        Reject(7, "day_type", "Line 6 says holiday for this day."),
        Reject(8, "track", "A track's name has at most 20 characters."),
        Reject(9, "date", "'' is not a date such as 2015-01-19."),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The first line must name the columns"),
        (b"a,b\n1,2\n", "The first line must name the columns"),
        (HEADER.encode() + b"S\xff\n", "Line 2 is not UTF-8"),
        (HEADER.encode() + b"S\0\n", "NUL"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(NotACalendar, match=sentence):
        read_file(content)


@given(st.binary(max_size=200))
def test_no_file_is_too_strange_to_answer(content: bytes) -> None:
    for header in (HEADER, BELLS, ""):
        try:
            file = read_file(header.encode() + content)
        except NotACalendar:
            continue
        assert len(file.days) + len(file.bells) + len(file.rejects) >= 0


def test_days_come_in_once_and_can_be_undone(session: Session, school: int) -> None:
    text = HEADER + "S-1,,2015-01-12,holiday\nS-1,,2015-01-13,regular\nS-9,,2015-01-12,holiday\n"
    first = _import(session, text)
    assert (first.rows, first.changed, first.unchanged, len(first.rejects)) == (3, 1, 1, 1)
    assert day_type_on(session, school, "", MONDAY) == "holiday"
    known = seen(session, days_of(school))
    again = _import(session, text)
    assert (again.changed, again.unchanged) == (0, 2)
    assert seen(session, days_of(school)) == known
    undo(session, days_of(school), seen=known, by=SYSTEM, now=NOW)
    assert day_type_on(session, school, "", MONDAY) == "regular"


def test_a_track_without_a_calendar_gets_one(session: Session, school: int) -> None:
    outcome = _import(session, HEADER + "S-1,B,2015-01-12,regular\nS-1,B,2015-03-02,minimum\n")
    assert (outcome.new_calendars, outcome.changed) == (1, 2)
    year = get_calendar_year(session, school, "B", 2015)
    assert (year.starts_on, year.ends_on) == (MONDAY, date(2015, 3, 3))
    late = _import(session, HEADER + "S-1,B,2015-04-06,regular\n")
    assert late.rejects == [
        Reject(2, "date", "The calendar of 2014-2015 does not reach this date.")
    ]


def test_a_dry_run_says_what_it_would_do_and_saves_nothing(session: Session, school: int) -> None:
    outcome = _import(session, HEADER + "S-1,,2015-01-12,holiday\n", dry_run=True)
    assert outcome.changed == 1
    assert day_type_on(session, school, "", MONDAY) == "regular"


def test_the_bells_of_a_type_of_day_come_in_together_or_not_at_all(
    session: Session, school: int
) -> None:
    good = BELLS + "S-1,regular,1,08:00,09:00\nS-1,regular,2,09:00,10:00\n"
    assert _import(session, good).changed == 2
    assert list_bells(session, school) == [
        Bell("regular", "1", time(8), time(9)),
        Bell("regular", "2", time(9), time(10)),
    ]
    assert _import(session, good).unchanged == 2
    spoiled = _import(session, good.replace("10:00", "noon") + "S-1,minimum,1,08:00,08:30\n")
    assert [(one.line, one.column) for one in spoiled.rejects] == [(2, "period"), (3, "ends")]
    assert spoiled.changed == 1
    backwards = _import(session, BELLS + "S-1,regular,1,09:00,08:00\nS-9,regular,1,09:00,10:00\n")
    assert [one.reason for one in backwards.rejects] == [
        "It does not end after it starts.",
        "There is no school S-9 that you may see.",
    ]
    assert len(list_bells(session, school)) == 2


def test_a_period_in_which_sections_meet_stays(session: Session, school: int) -> None:
    _import(session, BELLS + "S-1,regular,1,08:00,09:00\nS-1,regular,2,09:00,10:00\n")
    Town(session).section(school, "Algebra", "2")
    outcome = _import(session, BELLS + "S-1,regular,1,08:00,09:00\n")
    assert "Algebra (period 2)" in outcome.rejects[0].reason
    assert seen(session, Part("bells", school)) > 0


def test_the_command_writes_what_it_left_out(database: Database, tmp_path: Path) -> None:
    with database.write() as session:
        make_year(session, Town(session).school("S-1"))
    settings = Settings(core=CoreSettings(), sections={}, var=tmp_path, database_url=database.url)
    runtime = Runtime(settings, database, FrozenClock(NOW))
    path, rejects = tmp_path / "days.csv", tmp_path / "rejects.csv"
    path.write_text(HEADER + "S-1,,2015-01-12,holiday\nS-1,,2015-01-13,picnic\n")
    arguments = ["calendar", str(path), "--json", "--rejects", str(rejects)]
    result = CliRunner().invoke(import_group, arguments, obj=runtime)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["changed"] == 1
    [head, row] = csv.reader(rejects.read_text().splitlines())
    assert (head, row[:3]) == (["file", "line", "column", "reason"], ["days.csv", "3", "day_type"])
    again = CliRunner().invoke(import_group, arguments, obj=runtime)
    assert json.loads(again.stdout)["changed"] == 0
    path.write_text("nothing")
    assert CliRunner().invoke(import_group, arguments, obj=runtime).exit_code == 2
