"""Whole columns of text from whole columns of numbers."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from drills.district.headers import HEADERS
from drills.district.shapes import Ints

Column = pl.Series | str | bool | None


def numbered(prefix: str, numbers: Ints, width: int, suffix: str = "") -> pl.Series:
    """``U-0000012`` for 12, prefix ``U-`` and width 7."""
    return prefix + pl.Series(numbers).cast(pl.String).str.zfill(width) + suffix


def pick(choices: tuple[str | None, ...], which: Ints) -> pl.Series:
    """``choices[i]`` for each ``i`` of ``which``; None writes an empty field."""
    return pl.Series(list(choices), dtype=pl.String).gather(which)


def dates(days: Ints) -> pl.Series:
    """ISO dates from ordinals (``date.toordinal``); 0 writes an empty field."""
    since_1970 = pl.Series(days) - date(1970, 1, 1).toordinal()
    text = since_1970.cast(pl.Int32).cast(pl.Date).cast(pl.String)
    return pl.select(pl.when(pl.Series(days) > 0).then(text)).to_series()


def numbers(values: Ints) -> pl.Series:
    """Decimal text; 0 writes an empty field."""
    series = pl.Series(values)
    return pl.select(pl.when(series > 0).then(series.cast(pl.String))).to_series()


def frame(file: str, height: int, columns: Mapping[str, Column]) -> pl.DataFrame:
    """The rows of a file with its exact header; a plain value fills its column, a missing one is
    empty."""

    def column(name: str) -> pl.Series:
        value = columns.get(name)
        if isinstance(value, pl.Series):
            return value.alias(name)
        kind = pl.Boolean if isinstance(value, bool) else pl.String
        return pl.repeat(value, height, dtype=kind, eager=True).alias(name)

    unknown = set(columns) - set(HEADERS[file])
    if unknown:
        raise ValueError(f"{file}.csv has no column {sorted(unknown)}")
    return pl.DataFrame([column(name) for name in HEADERS[file]])
