"""The command line's manners: one listing of every command, refusals as sentences, exit codes."""

import sys
from collections.abc import Iterator
from copy import copy
from typing import Any

import click

from core.errors import AppError, ConfigError, ProviderError

REFUSED = 1
MISUSED = 2


def exit_codes(command: click.Command) -> str:
    """The ``Exit codes:`` sentence of a command's help; every command has one."""
    _, _, rest = (command.help or "").partition("Exit codes:")
    return " ".join(rest.split())


def walk(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command below the group with its full name: ``import oneroster``."""
    for name, command in sorted(group.commands.items()):
        full = f"{prefix}{name}"
        if isinstance(command, click.Group):
            yield from walk(command, f"{full} ")
        else:
            yield full, command


class CommandLine(click.Group):
    """The root group: its help lists all commands at once, with their exit codes."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name, command in walk(self):
            codes = exit_codes(command)
            text = command.get_short_help_str(limit=200)
            rows.append((name, f"{text} [exit: {codes}]" if codes else text))
        with formatter.section("Commands"):
            formatter.write_dl(rows, col_max=28)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            click.echo(str(error), err=True)
            sys.exit(MISUSED)
        except AppError as error:
            click.echo(error.message, err=True)
            for field, sentence in error.fields.items():
                click.echo(f"  {field}: {sentence}", err=True)
            sys.exit(REFUSED)
        except ProviderError as error:
            click.echo(str(error), err=True)
            sys.exit(REFUSED)


def merge(root: click.Group, commands: Iterator[click.Command] | list[click.Command]) -> None:
    """Add commands; two groups of one name (``import``) become one group with both's commands."""
    for command in commands:
        known = root.commands.get(command.name or "")
        if isinstance(known, click.Group) and isinstance(command, click.Group):
            merge(known, list(command.commands.values()))
        elif known is not None:
            raise ValueError(f"two commands are named {command.name}")
        elif isinstance(command, click.Group):
            own = copy(command)  # the package's own group stays as it is
            own.commands = dict(command.commands)
            root.add_command(own)
        else:
            root.add_command(command)
