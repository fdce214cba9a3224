"""``schedule solve``: the engine on a file, without a database."""

import json
import sys
from pathlib import Path

import click

from core.clock import process_age
from core.errors import ConfigError, Problem

LEAST_SECONDS = 0.2
ENDING = 0.15
"""Seconds for writing the answer and for the interpreter's end."""


@click.group("schedule")
def schedule_group() -> None:
    """Place students with course requests into sections."""


@schedule_group.command("solve")
@click.option("--instance", "source", required=True, help="Instance file (JSON), or - for input.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.5),
    default=10.0,
    show_default=True,
    help="Wall time in all, the start of the program included.",
)
@click.option("--out", "target", required=True, help="Answer file, or - for output.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True)
def solve_file(source: str, seconds: float, target: str, seed: int) -> None:
    """Place all students of an instance file and explain what stays unfilled.

    The formats of both files: docs/scheduling-engine.md.

    Exit codes: 0 answered, 2 the instance cannot be read or has mistakes.
    """
    from sis.scheduling.engine.files import read_instance, write_answer
    from sis.scheduling.engine.solve import solve  # loads HiGHS: only when asked

    instance = read_instance(_read(source))
    left = max(LEAST_SECONDS, seconds - process_age() - ENDING)
    answer = solve(instance, seconds=left, seed=seed)
    _write(target, json.dumps(write_answer(answer)))
    figures = answer.figures
    state = "proved" if figures.proved else "not proved"
    click.echo(
        f"{figures.placed} of {figures.requests} requests placed (at most {figures.placed_bound}), "
        f"{figures.complete} of {figures.students} students complete "
        f"(at most {figures.complete_bound}; {state}) in {figures.seconds:.1f} s",
        err=True,
    )


def _read(source: str) -> str:
    try:
        return sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ConfigError(
            [Problem(source, f"cannot be read ({error})", "Name a JSON file of an instance.")]
        ) from error


def _write(target: str, text: str) -> None:
    if target == "-":
        click.echo(text)
        return
    try:
        Path(target).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            [Problem(target, f"cannot be written ({error})", "Name a file in a folder of yours.")]
        ) from error
