"""``import calendar``."""

import csv
import json
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from core.auth.actor import system
from core.commandline import pass_runtime
from core.runtime import Runtime
from sis.calendars.importing import Outcome, import_file
from sis.calendars.rules_file import NotACalendar, Reject, read_file

SOME_REJECTED = 1
NOTHING_IMPORTED = 2


@click.group("import")
def import_group() -> None:
    """Bring in records from elsewhere."""


@import_group.command("calendar")
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Do everything, save nothing.")
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write rejected rows; by default under the data folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@pass_runtime
def calendar(
    runtime: Runtime, path: Path, dry_run: bool, rejects: Path | None, as_json: bool
) -> None:
    """Import a CSV file of days (school,track,date,day_type), or of bells.

    Bells have the columns school,day_type,period,starts,ends.

    Rows that cannot be kept are written to a CSV file with file, line, column and reason; all
    others come in, in one transaction. Importing the same file again changes nothing.

    Exit codes: 0 all rows are in, 1 some were rejected, 2 nothing was imported.
    """
    try:
        file = read_file(path.read_bytes())
    except NotACalendar as error:
        click.echo(f"{path.name}: {error}", err=True)
        sys.exit(NOTHING_IMPORTED)
    with (
        Progress(console=Console(stderr=True), transient=True) as bar,
        runtime.database.write() as session,
    ):
        task = bar.add_task("Importing", total=len(file.days) + len(file.bells))
        outcome = import_file(
            session,
            file,
            by=system("importer"),
            now=runtime.clock.now(),
            dry_run=dry_run,
            progress=lambda rows: bar.advance(task, rows),
        )
    if outcome.rejects:
        if rejects is None:
            name = f"rejects-calendar-{runtime.clock.real_now():%Y%m%d-%H%M%S}.csv"
            rejects = runtime.data_folder / "imports" / name
        _write(rejects, path.name, outcome.rejects)
    click.echo(_told(outcome, rejects, as_json=as_json))
    sys.exit(SOME_REJECTED if outcome.rejects else 0)


def _write(target: Path, name: str, rejects: list[Reject]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("file", "line", "column", "reason"))
        writer.writerows((name, one.line, one.column, one.reason) for one in rejects)


def _told(outcome: Outcome, rejects: Path | None, *, as_json: bool) -> str:
    counts = {
        "rows": outcome.rows,
        "changed": outcome.changed,
        "unchanged": outcome.unchanged,
        "new_calendars": outcome.new_calendars,
        "rejected": len({one.line for one in outcome.rejects}),
    }
    if as_json:
        return json.dumps(counts, indent=2)
    lines = [f"{name.replace('_', ' ')}: {count:,}" for name, count in counts.items()]
    return "\n".join([*lines, *([f"rejected rows: {rejects}"] if outcome.rejects else [])])
