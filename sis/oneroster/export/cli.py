"""``export oneroster``."""

import json
import sys
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from core.auth.actor import system
from core.commandline import pass_runtime
from core.errors import AppError
from core.runtime import Runtime
from sis.oneroster.export.exporting import export_oneroster
from sis.oneroster.reporting import progress_on
from sis.settings import SisSettings

NOTHING_EXPORTED = 2


def _moment(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter("Give a time such as 2015-01-12T00:00:00Z.") from error
    if moment.tzinfo is None:
        raise click.BadParameter("Give the time with its zone, such as 2015-01-12T00:00:00Z.")
    return moment


@click.group("export")
def export_group() -> None:
    """Give records to other systems."""


@export_group.command("oneroster")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="A folder that is new, empty or holds an earlier set; or a file that ends in .zip.",
)
@click.option(
    "--since",
    callback=_moment,
    help="Only what changed at this time or later, as a delta set: 2015-01-12T00:00:00Z.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@pass_runtime
def oneroster(runtime: Runtime, out: Path, since: datetime | None, as_json: bool) -> None:
    """Export a OneRoster 1.2 CSV set: everything, or with --since what changed.

    The set appears under its name only when it is whole. Passwords never leave.

    Exit codes: 0 the set is there, 2 nothing was exported.
    """
    try:
        summary = export_oneroster(
            runtime.database,
            out,
            since=since,
            zone=runtime.settings.of(SisSettings).time_zone,
            by=system("exporter"),
            now=runtime.clock.now(),
            progress=progress_on(Console(stderr=True)),
        )
    except AppError as refusal:
        click.echo(refusal.message, err=True)
        sys.exit(NOTHING_EXPORTED)
    if as_json:
        counts = {"mode": summary.mode, "rows": summary.rows, "left_out": summary.left_out}
        click.echo(json.dumps(counts, indent=2))
        return
    for name, rows in summary.rows.items():
        click.echo(f"{name}: {rows:,} rows")
    if summary.left_out:
        click.echo(f"calendars of no school year, left out: {summary.left_out:,}")
