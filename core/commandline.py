"""The command line's manners: one listing of every command, refusals as sentences, exit codes.

A command is imported when it is called, so that calling one does not load what the others need.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from core.errors import AppError, ConfigError, ProviderError
from core.program import Program

if TYPE_CHECKING:  # loads the database: only when a command asks for its runtime
    from core.runtime import Runtime

REFUSED = 1
MISUSED = 2

Places = Mapping[str, str]
"""The name of a command or group to the ``module:attribute`` where it is.

A name of two words (``import calendar``) is one command out of that group, so that several packages
can have commands of one group.
"""

Given = ParamSpec("Given")
Result = TypeVar("Result")


def pass_runtime(
    command: Callable[Concatenate["Runtime", Given], Result],
) -> Callable[Given, Result]:
    """Hand a command settings, database and clock.

    The context carries the Program, which makes them now, or a runtime that is made already.
    """

    @wraps(command)
    def with_runtime(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        carried = click.get_current_context().obj
        runtime = carried.runtime if isinstance(carried, Program) else carried
        return command(runtime, *args, **kwargs)

    return with_runtime


def exit_codes(command: click.Command) -> str:
    """The ``Exit codes:`` sentence of a command's help; every command has one."""
    _, _, rest = (command.help or "").partition("Exit codes:")
    return " ".join(rest.split())


def walk(
    ctx: click.Context, group: click.Group, prefix: str = ""
) -> Iterator[tuple[str, click.Command]]:
    """Every command below the group with its full name: ``import oneroster``; loads them all."""
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if isinstance(command, click.Group):
            yield from walk(ctx, command, f"{prefix}{name} ")
        elif command is not None:
            yield f"{prefix}{name}", command


class LateGroup(click.Group):
    """A group of commands that are imported when they are called or listed."""

    def __init__(self, *args: Any, places: Places | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places: dict[str, str] = dict(places or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({name.partition(" ")[0] for name in self.places} | self.commands.keys())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands:
            found = self._find(cmd_name)
            if found is None:
                return None
            self.commands[cmd_name] = found
        return self.commands[cmd_name]

    def _find(self, name: str) -> click.Command | None:
        if name in self.places:
            return load(self.places[name])
        parts = {
            rest: place
            for full, place in self.places.items()
            for first, _, rest in [full.partition(" ")]
            if first == name
        }
        return SharedGroup(name, parts) if parts else None


class SharedGroup(click.Group):
    """One group out of commands that stand in groups of its name in several packages."""

    def __init__(self, name: str, places: Places) -> None:
        super().__init__(name)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self._places.get(cmd_name)
        return None if place is None else _group(place).commands[cmd_name]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _group(next(iter(self._places.values()))).format_help_text(ctx, formatter)


def load(place: str) -> click.Command:
    """The command or group at ``module:attribute``."""
    module, _, attribute = place.partition(":")
    found: click.Command = getattr(import_module(module), attribute)
    return found


def _group(place: str) -> click.Group:
    found = load(place)
    if not isinstance(found, click.Group):
        raise TypeError(f"{place} is no group of commands")
    return found


class CommandLine(LateGroup):
    """The root group: its help lists all commands at once, with their exit codes."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name, command in walk(ctx, self):
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
