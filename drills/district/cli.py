"""``district generate``: the synthetic district as OneRoster files."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drills.district.sizes import SIZES

if TYPE_CHECKING:
    from drills.district.school import School


@click.group()
def district() -> None:
    """The synthetic district."""


@district.command()
@click.option(
    "--size",
    type=click.Choice(["small", "full"]),
    default="small",
    show_default=True,
    help="small: 60 schools, 35,000 students; full: 996 schools, 650,000 students.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=2015,
    show_default=True,
    help="The same seed and size write the same bytes.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder to write into; made when missing.",
)
@click.option("--zip", "packed", is_flag=True, help="Write oneroster.zip instead of loose files.")
@click.option(
    "--complete",
    is_flag=True,
    help="With full: also first-semester sections and every student's demographics.",
)
def generate(size: str, seed: int, out: Path, packed: bool, complete: bool) -> None:  # fmt: skip
    """Write a fictitious school district as OneRoster 1.2 CSV, and its support history.

    Exit codes: 0 written; 2 the options are wrong; 1 the folder cannot be written.
    """
    from drills.district.writing import generate as write_district  # loads polars: only when asked

    with click.progressbar(
        length=SIZES[size].students, label=f"Writing the {size} district", file=sys.stderr
    ) as bar:

        def advance(school: "School") -> None:
            bar.update(school.students)

        try:
            written = write_district(
                out, size=size, seed=seed, packed=packed, complete=complete, on_school=advance
            )
        except OSError as error:
            raise click.ClickException(f"{out} cannot be written: {error.strerror}") from error
    for name, rows in written.rows.items():
        click.echo(f"{name}.csv {rows}")
