"""``statistics report``, ``statistics reconcile`` and ``statistics count``."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import Progress, TaskID

from core.auth.actor import SYSTEM
from core.commandline import pass_runtime
from core.errors import NotFound
from core.runtime import Runtime
from sis.calendars.rules import local_date
from sis.statistical.counting import count_months, frames_due
from sis.statistical.district_sheets import overview_book
from sis.statistical.exporting import TYPES, export
from sis.statistical.jobs import count_plan
from sis.statistical.overview import get_overview
from sis.statistical.place import Place, get_place
from sis.statistical.queries.calendars import list_track_calendars
from sis.statistical.reconciling import as_lines, as_plain
from sis.statistical.reporting import list_frames, list_reports, rules_of, school_year_on
from sis.statistical.rules.facts import MonthFrame
from sis.statistical.rules.figures import figures_of
from sis.statistical.rules.report import MonthReport
from sis.statistical.school_book import live_book
from sis.statistical.school_month import Chosen, get_month_view, get_year_view
from sis.statistical.sheets import Book

Run = TypeVar("Run", bound=Callable[..., None])
SCOPES = ("school", "esc", "district")
UNBALANCED = 1
NOTHING = 2


@click.group()
def statistics() -> None:
    """Attendance reports of school months."""


def _where(command: Run) -> Run:
    """The options that say which month of which schools."""
    options = (
        click.argument("id_", metavar="[ID]", default=""),
        click.option("--scope", type=click.Choice(SCOPES), default="district", show_default=True),
        click.option("--month", type=click.IntRange(1, 60), required=True, help="School month."),
        click.option("--year", type=int, help="Year in which the school year ends; now."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@statistics.command("report")
@click.option("--track", help="Track of the school; by default its first.")
@click.option("--format", "form", type=click.Choice(list(TYPES)), default="csv", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@_where
@pass_runtime
def report(
    runtime: Runtime,
    id_: str,
    scope: str,
    month: int,
    year: int | None,
    track: str | None,
    form: str,
    out: Path,
) -> None:
    """Write the report of a school month, counted now.

    ID is the sourced id of the school or the service center. A school's report has its SMASR; CSV
    holds the first sheet, the SMASR or the list of schools.

    Exit codes: 0 written, 1 no such school, center, calendar or month, 2 wrong options.
    """
    with runtime.database.read() as session:
        place = get_place(session, scope, id_)
    book = (
        _school(runtime, place, year, month, track)
        if place.school
        else _schools(runtime, place, year, month)
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(export(book, form))
    click.echo(f"{book.title}: {out}", err=True)


def _school(
    runtime: Runtime, place: Place, year: int | None, month: int, track: str | None
) -> Book:
    rules, now = rules_of(runtime.settings), runtime.clock.now()
    chosen = Chosen(place.schools[0].id, year, track, month)
    with runtime.database.read() as session:
        view = get_month_view(session, SYSTEM, chosen, rules, now)
        if view.live is None or (track is not None and view.track != track):
            raise NotFound(view.empty.why if view.empty else f"There is no track {track!r}.")
        return live_book(view, get_year_view(session, view.year, rules), rules, now)


def _schools(runtime: Runtime, place: Place, year: int | None, month: int) -> Book:
    rules, now = rules_of(runtime.settings), runtime.clock.now()
    reports = list(_counted(runtime, place, year, month))
    if not reports:
        raise NotFound(f"No calendar of {place.name} has a school month {month}.")
    frames = [one.frame for one in reports]
    keys = [(one.school_id, one.track, one.number) for one in frames]
    figures = [figures_of(one, rules.version) for one in reports]
    with runtime.database.read() as session:
        overview = get_overview(
            session,
            place.schools,
            place.name,
            school_year=frames[0].school_year,
            month=month,
            rules=rules,
            now=now,
            figures=dict(zip(keys, figures, strict=True)),
        )
    return overview_book(overview, now)


def _counted(runtime: Runtime, place: Place, year: int | None, month: int) -> Iterator[MonthReport]:
    """The reports of the place's schools, one after the other, with progress."""
    rules, now = rules_of(runtime.settings), runtime.clock.now()
    with runtime.database.read() as session:
        schools = {school.id: school for school in place.schools}
        zone = place.schools[0].time_zone if place.schools else "UTC"
        school_year = year or school_year_on(local_date(now, zone))
        calendars = list_track_calendars(session, school_year, rules.months)
        frames = list_frames(calendars, schools, month, rules, now)
        with _progress("Counting schools", len(frames)) as (bar, task):
            for found in list_reports(session, frames, rules):
                bar.advance(task)
                yield found


@contextmanager
def _progress(what: str, total: int) -> Iterator[tuple[Progress, TaskID]]:
    with Progress(console=Console(stderr=True), transient=True) as bar:
        yield bar, bar.add_task(what, total=total)


@statistics.command("reconcile")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_where
@pass_runtime
def reconcile(
    runtime: Runtime, id_: str, scope: str, month: int, year: int | None, as_json: bool
) -> None:
    """Say where figures that must agree do not, and what is at fault; people by id only.

    Exit codes: 0 everything balances, 1 something does not, 2 nothing to reconcile.
    """
    with runtime.database.read() as session:
        place = get_place(session, scope, id_)
    schools = {school.id: school for school in place.schools}
    counted, wrong = 0, []
    for found in _counted(runtime, place, year, month):
        counted += 1
        if not found.balances or found.faults:
            wrong.append(found)
    if as_json:
        plain = [as_plain(one, schools[one.frame.school_id]) for one in wrong]
        click.echo(json.dumps({"counted": counted, "at_fault": plain}, indent=2))
    else:
        for one in wrong:
            click.echo("\n".join(as_lines(one, schools[one.frame.school_id])))
        unbalanced = sum(not one.balances for one in wrong)
        click.echo(f"{counted:,} counted, {unbalanced:,} do not balance")
    if not counted:
        sys.exit(NOTHING)
    sys.exit(UNBALANCED if any(not one.balances for one in wrong) else 0)


@statistics.command("count")
@pass_runtime
def count(runtime: Runtime) -> None:
    """Count the school months that the nightly count would count now.

    Exit codes: 0 done.
    """
    plan, now = count_plan(runtime.settings), runtime.clock.now()
    with runtime.database.read() as session:
        frames: list[MonthFrame] = frames_due(session, plan, now)
    with _progress("Counting school months", len(frames)) as (bar, task):
        done = count_months(
            runtime.database,
            frames,
            plan.rules,
            now,
            tell=lambda number: bar.update(task, completed=number),
        )
    click.echo(f"{done:,} school months counted")
