"""``python app.py alerts import-alertmanager FILE``."""

from pathlib import Path
from typing import Any

import click
import yaml

from alerts.alertmanager.importing.rules.section_text import dump, replaced
from alerts.alertmanager.importing.rules.translation import Translation, translate
from alerts.routing.replaying import read_candidate
from core.errors import ConfigError, Invalid, Problem

_OURS = ("route", "receivers", "inhibit_rules", "time_intervals", "resolve_timeout")


@click.group("alerts")
def alerts_group() -> None:
    """Routes, silences and deliveries of alerts.

    Exit codes: 0 done, 1 refused, 2 wrong usage or configuration.
    """


@alerts_group.command("import-alertmanager")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--write",
    "config",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="CONFIG_YAML",
    help="Put the section into this configuration instead of printing it.",
)
def import_alertmanager(file: Path, config: Path | None) -> None:
    """Turn an alertmanager.yml into the section alerts of config.yaml.

    Says on standard error what could not be carried over and which secrets to put into the
    environment. With --write the other sections, and what alerts holds besides routes and
    receivers, stay as they are.

    Exit codes: 0 done, 2 the file cannot be read or is no configuration of Alertmanager.
    """
    found = translate(_read(file))
    _check(file, dump(found.section))
    if config is None:
        click.echo(dump(found.section), nl=False)
    else:
        _write(config, found.section)
    _report(found)


def _read(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        remedy = "Give the path of an alertmanager.yml."
        raise ConfigError(
            [Problem(str(file), f"cannot be read ({error.strerror})", remedy)]
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        remedy = "Correct the line that it names."
        raise ConfigError([Problem(str(file), f"is not YAML ({error})", remedy)]) from error


def _check(file: Path, section: str) -> None:
    """Say where the section would be refused at the next start; the file is then at fault."""
    try:
        read_candidate(section)
    except Invalid as refusal:
        remedy = "Correct it in the file."
        raise ConfigError([Problem(str(file), refusal.message, remedy)]) from refusal


def _write(config: Path, section: dict[str, Any]) -> None:
    """Replace the routes and receivers; what else the section holds is kept."""
    text = config.read_text(encoding="utf-8")
    kept = (yaml.safe_load(text) or {}).get("alerts") or {}
    kept = {name: part for name, part in kept.items() if name not in _OURS}
    written = config.with_suffix(".importing")
    written.write_text(replaced(text, dump({**section, **kept})), encoding="utf-8")
    written.replace(config)
    click.echo(f"{config} is written; check it with: python app.py config", err=True)


def _report(found: Translation) -> None:
    if found.secrets:
        click.echo("Put these secrets into the environment:", err=True)
    for name, what in found.secrets.items():
        click.echo(f"  {name}: {what}", err=True)
    if found.lost:
        click.echo("Not carried over:", err=True)
    for line in found.lost:
        click.echo(f"  {line}", err=True)
