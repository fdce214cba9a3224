"""``oncall import``."""

import sys
from pathlib import Path
from typing import NoReturn

import click
import yaml
from pydantic import ValidationError

from alerts.oncall.file import OnCallFile, import_file, problems
from core.auth.actor import system
from core.commandline import MISUSED, pass_runtime
from core.runtime import Runtime


@click.group("oncall")
def oncall() -> None:
    """On-call schedules."""


@oncall.command("import")
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would be done, save nothing.")
@pass_runtime
def import_command(runtime: Runtime, path: Path, dry_run: bool) -> None:
    """Make and change schedules as a YAML file says; docs/on-call.md shows one.

    Exit codes: 0 done, 2 every problem of the file listed and nothing done.
    """
    try:
        file = OnCallFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        _give_up(path, [str(error)])
    except ValidationError as error:
        _give_up(path, [f"{_place(each['loc'])}: {each['msg']}" for each in error.errors()])
    with runtime.database.write() as session:
        found = problems(session, file)
        if found:
            _give_up(path, found)
        lines = import_file(session, file, by=system("oncall"), now=runtime.clock.now())
        if dry_run:
            session.rollback()
    for line in lines:
        click.echo(line)


def _place(location: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".") or "the file"


def _give_up(path: Path, found: list[str]) -> NoReturn:
    click.echo(f"{path.name} has {len(found)} problems:", err=True)
    for problem in found:
        click.echo(f"  {problem}", err=True)
    sys.exit(MISUSED)
