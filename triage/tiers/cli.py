"""``tiers compute``, ``tiers show`` and ``import support-history``."""

import json
import sys
from pathlib import Path

import click

from core.auth.actor import SYSTEM, system
from core.commandline import pass_runtime
from core.errors import Invalid
from core.runtime import Runtime
from sis.organizations.queries import get_school_by_sourced_id_for, list_schools
from triage.tiers.actions import compute_tiers, tier_plan
from triage.tiers.models import SchoolTier
from triage.tiers.queries import get_explanation, latest_tiers
from triage.tiers.support_history import Summary, import_history, write_rejects

SHOWN_REJECTS = 5


@click.group()
def tiers() -> None:
    """The support tier of every school."""


@tiers.command("compute")
@pass_runtime
def compute(runtime: Runtime) -> None:
    """Compute all tiers now.

    Exit codes: 0 done, 1 refused (no schools yet).
    """
    with runtime.database.write() as session:
        run = compute_tiers(
            session,
            plan=tier_plan(runtime.settings),
            by=system("command line"),
            now=runtime.clock.now(),
        )
    counts = ", ".join(f"tier {tier}: {count}" for tier, count in run.inputs["by_tier"].items())
    click.echo(f"{run.inputs['schools']} schools ({counts})")


@tiers.command("show")
@click.option("--school", help="Sourced id of one school; tells why it is in its tier.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_runtime
def show(runtime: Runtime, school: str | None, as_json: bool) -> None:
    """Show the newest tiers, most need first, or one school's explanation.

    Exit codes: 0 shown, 1 no such school or no tiers yet.
    """
    with runtime.database.read() as session:
        if school is not None:
            card = get_school_by_sourced_id_for(session, SYSTEM, school)
            row = get_explanation(session, SYSTEM, card.id)
            click.echo(_one(row, card.sourced_id, card.name, as_json))
            return
        names = {one.id: (one.sourced_id, one.name) for one in list_schools(session, SYSTEM)}
        rows = [row for row in latest_tiers(session).values() if row.school_id in names]
        if not rows:
            click.echo("No tiers were computed yet: run `tiers compute`.", err=True)
            sys.exit(1)
        click.echo(_all(rows, names, as_json))


def _plain(row: SchoolTier, sourced_id: str, name: str) -> dict[str, object]:
    return {
        "school": sourced_id,
        "name": name,
        "tier": row.tier,
        "need_hours": row.need_hours,
        "rank": row.rank,
        "tickets_this_year": row.tickets_this_year,
        "raw_rank": row.raw_rank,
        "flagged": row.flagged,
    }


def _one(row: SchoolTier, sourced_id: str, name: str, as_json: bool) -> str:
    if as_json:
        return json.dumps({**_plain(row, sourced_id, name), **row.explanation}, indent=2)
    return "\n".join([f"{name} ({sourced_id}): tier {row.tier}", *row.explanation["sentences"]])


def _all(rows: list[SchoolTier], names: dict[int, tuple[str, str]], as_json: bool) -> str:
    if as_json:
        return json.dumps([_plain(row, *names[row.school_id]) for row in rows], indent=2)
    head = f"{'rank':>4}  tier  {'hours':>6}  {'tickets':>7}  {'raw rank':>8}  school"
    lines = [
        f"{row.rank:>4}  {row.tier:>4}  {row.need_hours:>6.1f}  {row.tickets_this_year:>7}"
        f"  {row.raw_rank:>8}  {names[row.school_id][1]}"
        for row in rows
    ]
    return "\n".join([head, *lines])


@click.command("support-history")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--rejects",
    type=click.Path(path_type=Path),
    help="Where rows that were left out are written; default support-history-rejects.csv in VAR.",
)
@pass_runtime
def support_history(runtime: Runtime, path: Path, rejects: Path | None) -> None:
    """Import weekly ticket counts of another desk (school, week_starts_on, category, tickets).

    Exit codes: 0 every row was taken, 1 some rows were rejected, 2 nothing could be read.
    """
    target = rejects or runtime.data_folder / "support-history-rejects.csv"
    try:
        with runtime.database.write() as session:
            summary = import_history(session, path, by=system("importer"), now=runtime.clock.now())
    except Invalid as error:
        click.echo(error.message, err=True)
        sys.exit(2)
    click.echo(
        f"{summary.read:,} rows = {summary.imported:,} imported"
        f" + {summary.unchanged:,} unchanged + {summary.rejected:,} rejected"
    )
    if summary.rejects:
        write_rejects(target, path, summary.rejects)
        _complain(summary, target)
        sys.exit(1)


def _complain(summary: Summary, target: Path) -> None:
    for one in summary.rejects[:SHOWN_REJECTS]:
        click.echo(f"  line {one.line}: {one.column} {one.value!r} {one.reason}", err=True)
    click.echo(f"All {summary.rejected:,} rejected rows are in {target}", err=True)


@click.group("import")
def imports() -> None:
    """Bring records in from elsewhere."""


imports.add_command(support_history)
