"""The header of each file, checked for all files before any of them is read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sis.oneroster.formats import METADATA, Layout, layout
from sis.oneroster.manifest import Manifest
from sis.oneroster.package import Package
from sis.oneroster.reading import read_header
from sis.oneroster.refusal import ImportRefused

_NEVER_READ = ("password",)


@dataclass(frozen=True)
class Header:
    """``columns`` as the file has them, under their standard names; ``kept`` are those to load."""

    columns: tuple[str, ...]
    kept: tuple[str, ...]
    warnings: tuple[str, ...]


def read_headers(package: Package, manifest: Manifest) -> dict[str, Header]:
    """The headers of all files that are kept, by name.

    Raises ImportRefused with the problems of all files at once.
    """
    headers: dict[str, Header] = {}
    problems: list[str] = []
    for name in sorted(manifest.modes):
        expected = layout(manifest.version, name)
        if expected is None:
            continue
        try:
            with package.open(f"{name}.csv") as stream:
                columns = read_header(stream, f"{name}.csv")
        except ImportRefused as refused:
            problems += refused.problems
            continue
        problems += _problems(expected, columns)
        headers[name] = _header(expected, columns)
    if problems:
        raise ImportRefused(problems)
    return headers


def _standard(expected: Layout, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns under their standard names, whatever the case they are written in."""
    names = {name.lower(): name for name in expected.columns}
    return tuple(names.get(column.lower(), column) for column in columns)


def _problems(expected: Layout, found: Sequence[str]) -> list[str]:
    columns = _standard(expected, found)
    problems = [
        f"{expected.name}.csv: the column {column or '(blank)'} is there {count} times."
        for column, count in Counter(columns).items()
        if count > 1 and column
    ]
    missing = [name for name in expected.columns if name in expected.required - set(columns)]
    if missing:
        problems.append(
            f"{expected.name}.csv: the header lacks {', '.join(missing)}; "
            f"it begins with {', '.join(columns[:3])!r}."
        )
    return problems


def _header(expected: Layout, found: Sequence[str]) -> Header:
    columns = _standard(expected, found)
    # Blank names get a number, so that every field has a name of its own.
    named = tuple(column or f"column {number}" for number, column in enumerate(columns, start=1))
    known = set(expected.columns)
    kept = tuple(
        column
        for column in named
        if (column in known or column.startswith(METADATA)) and column not in _NEVER_READ
    )
    warnings = [
        f"the column {column} is written {original}"
        for column, original in zip(columns, found, strict=True)
        if column != original
    ]
    warnings += [
        f"the column {column} is not OneRoster's and has no prefix metadata.; it was not read"
        for column in named
        if column not in known and not column.startswith(METADATA)
    ]
    absent = [column for column in expected.columns if column not in columns]
    if absent:
        warnings.append(f"the header lacks {', '.join(absent)}; what is stored stays")
    return Header(named, kept, tuple(warnings))
