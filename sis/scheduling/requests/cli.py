"""``import requests``."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from core.auth.actor import system
from core.commandline import pass_runtime
from core.runtime import Runtime
from sis.oneroster.refusal import ImportRefused
from sis.oneroster.rejects import Rejects

SOME_REJECTED = 1
NOTHING_IMPORTED = 2


@click.group("import")
def import_group() -> None:
    """Bring in records from elsewhere."""


@import_group.command("requests")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write rejected rows; by default under the data folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@pass_runtime
def requests(runtime: Runtime, path: Path, rejects: Path | None, as_json: bool) -> None:
    """Import course requests from a CSV file.

    Columns: student_id, school, term, course_code, priority, alternate_of. Rows that cannot be
    kept are written to a CSV file with line, column and reason; all others come in, in one
    transaction. Importing the same file again changes nothing.

    Exit codes: 0 all rows are in, 1 some were rejected, 2 nothing was imported.
    """
    from sis.scheduling.requests.importing import import_requests  # loads polars: only when asked

    if rejects is None:
        name = f"rejects-requests-{runtime.clock.real_now():%Y%m%d-%H%M%S}.csv"
        rejects = runtime.data_folder / "imports" / name
    try:
        with (
            Console(stderr=True).status(f"Importing {path.name}"),
            Rejects(rejects) as written,
            runtime.database.write() as session,
        ):
            counts = import_requests(
                session, path, rejects=written, by=system("importer"), now=runtime.clock.now()
            )
    except ImportRefused as refused:
        click.echo(refused.message, err=True)
        sys.exit(NOTHING_IMPORTED)
    if as_json:
        click.echo(json.dumps(asdict(counts), indent=2))
    else:
        click.echo(
            f"{counts.rows:,} rows in = {counts.new:,} new + {counts.changed:,} changed"
            f" + {counts.unchanged:,} unchanged + {counts.rejected:,} rejected"
        )
        if counts.rejected:
            click.echo(f"rejected rows: {rejects}")
    sys.exit(SOME_REJECTED if counts.rejected else 0)
