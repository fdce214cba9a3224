"""``schedule run`` and ``schedule undo``."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import uuid4

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from core.auth.actor import SYSTEM, system
from core.commandline import pass_runtime
from core.errors import AppError, Invalid
from core.runtime import Runtime
from sis.calendars.rules import local_date
from sis.organizations.queries import (
    SchoolCard,
    get_school_by_sourced_id_for,
    list_schools,
)
from sis.scheduling.requests.catalog import list_terms
from sis.scheduling.runs.actions import SCOPES, apply_run, request_run
from sis.scheduling.runs.computing import compute_runs
from sis.scheduling.runs.executor import running_executor
from sis.scheduling.runs.models import ScheduleRun
from sis.scheduling.runs.queries import get_run_for
from sis.scheduling.runs.undo import undo_run
from sis.settings import SisSettings

SOME_FAILED = 1
COMMAND = system("scheduling")


@click.group("schedule")
def schedule_group() -> None:
    """Place students with course requests into sections."""


@schedule_group.command("run")
@click.option("--school", "schools", multiple=True, help="A school's sourced id; repeatable.")
@click.option("--all", "everywhere", is_flag=True, help="All schools that teach in a term.")
@click.option("--term", help="Sourced id of the term; otherwise the first that is taught.")
@click.option("--scope", type=click.Choice(SCOPES), default="unscheduled", show_default=True)
@click.option("--max-moves", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--preview/--apply", "preview", default=True, help="Propose only, or apply too.")
@click.option("--key", help="Name of this run: the same key again takes up where it stopped.")
@pass_runtime
def run_engine(
    runtime: Runtime,
    schools: Sequence[str],
    everywhere: bool,
    term: str | None,
    scope: str,
    max_moves: int,
    preview: bool,
    key: str | None,
) -> None:
    """Compute placements for schools, and apply them with --apply.

    Prints one JSON line per school. One transaction per school: what stops in between is taken up
    again with the same --key.

    Exit codes: 0 all schools are done, 1 some failed or were refused, 2 wrong options.
    """
    if bool(schools) == everywhere:
        raise click.UsageError("Name schools with --school, or take --all.")
    key, now = key or str(uuid4()), runtime.clock.now()
    asked = {"scope": scope, "max_moves": max_moves}
    runs = list(_requested(runtime, _schools(runtime, schools), term, key, asked, now))
    with (
        _progress(len(runs)) as heard,
        running_executor(runtime.settings.of(SisSettings).scheduling) as executor,
    ):
        compute_runs(runtime, runs, executor, heard)
    states = [_finish(runtime, run_id, apply=not preview) for run_id in runs]
    click.echo(f"key {key}", err=True)
    sys.exit(0 if all(states) else SOME_FAILED)


@schedule_group.command("undo")
@click.argument("run_id", metavar="RUN", type=int)
@pass_runtime
def undo(runtime: Runtime, run_id: int) -> None:
    """Take an applied run back as one.

    Students whose schedule was changed since keep it, and are counted.

    Exit codes: 0 undone, 1 refused.
    """
    with runtime.database.write() as session:
        run = undo_run(session, run_id, by=COMMAND, now=runtime.clock.now())
    click.echo(json.dumps(_line(run)))


def _schools(runtime: Runtime, names: Sequence[str]) -> list[SchoolCard]:
    with runtime.database.read() as session:
        if not names:
            return list_schools(session, SYSTEM)
        return [get_school_by_sourced_id_for(session, SYSTEM, name) for name in names]


def _requested(
    runtime: Runtime,
    schools: Sequence[SchoolCard],
    term: str | None,
    key: str,
    asked: dict[str, object],
    now: datetime,
) -> Iterator[int]:
    for school in schools:
        with runtime.database.write() as session:
            on = local_date(now, school.time_zone)
            terms = [t for t in list_terms(session, school.id, on) if t.taught]
            chosen = next((t for t in terms if term in (None, t.sourced_id)), None)
            if chosen is None and len(schools) > 1:
                continue  # of all schools, those that teach in the term
            if chosen is None:
                raise Invalid(f"{school.name} teaches in no such term.", fields={"term": "unknown"})
            yield request_run(
                session,
                school_id=school.id,
                session_id=chosen.id,
                scope=str(asked["scope"]),
                max_moves=int(str(asked["max_moves"])),
                key=f"{key}:{school.sourced_id}:{chosen.sourced_id}",
                by=COMMAND,
                now=now,
            ).id


@contextmanager
def _progress(schools: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task("Schools", total=schools)
        yield lambda _run_id: progress.advance(task)


def _finish(runtime: Runtime, run_id: int, *, apply: bool) -> bool:
    """Apply if asked, print the line; whether it went well."""
    try:
        with runtime.database.write() as session:
            run = get_run_for(session, SYSTEM, run_id)
            if apply and run.status == "previewed":
                run = apply_run(session, run_id, by=COMMAND, now=runtime.clock.now())
    except AppError as refused:
        click.echo(json.dumps({"run": run_id, "refused": refused.message}))
        return False
    click.echo(json.dumps(_line(run)))
    return run.status in ("previewed", "applied", "undone")


def _line(run: ScheduleRun) -> dict[str, object]:
    figures = {k: v for k, v in (run.figures or {}).items() if k != "shortages"}
    return {"run": run.id, "school": run.school_id, "status": run.status, **figures}
