"""``rollover run`` and ``rollover report``."""

import json
import sys

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy.orm import Session

from core.auth.actor import Actor, system
from core.commandline import pass_runtime
from core.runtime import Runtime
from sis.courses.catalog import TermCard, find_term
from sis.organizations.queries import find_school_by_sourced_id
from sis.rollover.actions import request_run
from sis.rollover.queries import get_run, list_runs
from sis.rollover.report import Report, report_of
from sis.rollover.rules.policy import REASON_LABELS, Reason
from sis.rollover.running import Done, work

NOT_ALL = 1


@click.group("rollover")
def rollover_group() -> None:
    """Carry sections and placements over into the next term."""


@rollover_group.command("run")
@click.option("--from", "old", required=True, metavar="TERM", help="Sourced id of the old term.")
@click.option("--to", "new", required=True, metavar="TERM", help="Sourced id of the new term.")
@click.option("--school", "schools", multiple=True, metavar="ID", help="Sourced id; repeatable.")
@click.option("--sections-only", is_flag=True, help="Copy the sections forward without students.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@pass_runtime
def run(
    runtime: Runtime,
    old: str,
    new: str,
    schools: tuple[str, ...],
    sections_only: bool,
    as_json: bool,
) -> None:
    """Roll schools over into the next term, each whole in one transaction.

    Without --school all schools with sections in the old term. What an interrupted run has done
    stays done: run the same again and it goes on. Running it once more changes nothing.

    Exit codes: 0 all schools are rolled over, 1 some did not balance, 2 wrong usage.
    """
    by = system("rollover")
    with runtime.database.write() as session:
        wanted = request_run(
            session,
            from_id=_term(session, old, "--from").id,
            to_id=_term(session, new, "--to").id,
            school_ids=[_school(session, by, one) for one in schools] or None,
            students=not sections_only,
            by=by,
            now=runtime.clock.now(),
        )
        run_id, waiting = wanted.id, report_of(session, wanted).count("waiting")
    with _progress(quiet=as_json) as progress:
        task = progress.add_task("Rolling over", total=waiting, note="")

        def told(done: Done) -> None:
            progress.update(task, advance=1, note=f"{done.name}: {done.status}")

        work(runtime, run_id, by=by, told=told)
    with runtime.database.read() as session:
        report = report_of(session, get_run(session, run_id))
    _show(report, as_json)
    sys.exit(0 if report.done else NOT_ALL)


@rollover_group.command("report")
@click.option("--run", "run_id", type=int, help="Number of the run; by default the newest.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@pass_runtime
def report(runtime: Runtime, run_id: int | None, as_json: bool) -> None:
    """Show how far a rollover is, school by school.

    Exit codes: 0 all schools are rolled over, 1 some are not, 2 wrong usage.
    """
    with runtime.database.read() as session:
        runs = [get_run(session, run_id)] if run_id else list_runs(session, 1)
        if not runs:
            raise click.UsageError("Nothing has been rolled over yet: use rollover run.")
        found = report_of(session, runs[0])
    _show(found, as_json)
    sys.exit(0 if found.done else NOT_ALL)


def _term(session: Session, sourced_id: str, option: str) -> TermCard:
    term = find_term(session, sourced_id)
    if term is None:
        raise click.UsageError(f"{option}: there is no term {sourced_id}.")
    return term


def _school(session: Session, by: Actor, sourced_id: str) -> int:
    school = find_school_by_sourced_id(session, by, sourced_id)
    if school is None:
        raise click.UsageError(f"--school: there is no school {sourced_id}.")
    return school.id


def _progress(*, quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
        console=Console(stderr=True),
        disable=quiet,
    )


def _show(report: Report, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=2))
        return
    table = Table("School", "State", "Sections", "Placements", "Carried", "Left", "Complete")
    for one in report.schools:
        counts = one.counts
        numbers = (
            (
                f"{counts['sections']:,}",
                f"{counts['places']:,}",
                f"{counts['places_carried']:,}",
                f"{one.left:,}",
                f"{counts['old']['complete']:,} > {counts['new_after']['complete']:,}",
            )
            if counts
            else ("",) * 5
        )
        table.add_row(one.name, one.detail or one.status, *numbers)
    console = Console()
    console.print(table)
    for reason, count in report.reasons.items():
        console.print(f"{count:,} placements stayed behind: {REASON_LABELS[Reason(reason)]}")
    console.print(f"{report.old.title} to {report.new.title}: {report.headline}")
