"""``import oneroster``."""

import json
import sys
from pathlib import Path

import click
from rich.console import Console

from core.auth.actor import system
from core.commandline import pass_runtime
from core.runtime import Runtime
from sis.oneroster.refusal import ImportRefused
from sis.oneroster.reporting import progress_on, report
from sis.settings import SisSettings

SOME_REJECTED = 1
NOTHING_IMPORTED = 2


@click.group("import")
def import_group() -> None:
    """Bring in records from elsewhere."""


@import_group.command("oneroster")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Do everything, save nothing.")
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write rejected rows; by default under the data folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@pass_runtime
def oneroster(
    runtime: Runtime, path: Path, dry_run: bool, rejects: Path | None, as_json: bool
) -> None:
    """Import a OneRoster CSV set (1.1 or 1.2), a folder or a zip.

    Rows that cannot be kept are written to a CSV file with file, line, column and reason; all
    others come in, in one transaction. Importing the same set again changes nothing.

    Exit codes: 0 all rows are in, 1 some were rejected, 2 nothing was imported.
    """
    from sis.oneroster.importing import import_oneroster  # loads polars: only when asked

    now = runtime.clock.now()
    if rejects is None:
        name = f"rejects-{runtime.clock.real_now():%Y%m%d-%H%M%S}.csv"
        rejects = runtime.data_folder / "imports" / name
    try:
        summary = import_oneroster(
            runtime.database,
            path,
            rejects=rejects,
            now=now,
            by=system("importer"),
            settings=runtime.settings.of(SisSettings),
            progress=progress_on(Console(stderr=True)),
            dry_run=dry_run,
        )
    except ImportRefused as refused:
        if as_json:
            click.echo(json.dumps({"refused": True, "problems": refused.problems}, indent=2))
        click.echo(refused.message, err=True)
        sys.exit(NOTHING_IMPORTED)
    if as_json:
        click.echo(json.dumps(summary.counts(), indent=2))
    else:
        click.echo("\n".join(report(summary)))
    sys.exit(SOME_REJECTED if summary.rejected else 0)
