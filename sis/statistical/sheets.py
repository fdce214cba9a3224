"""Tables that a page shows and a file holds: the same rows, so the same figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

Cell = str | int | date | Decimal | None


class Kind(StrEnum):
    """What the values of a column are: words, heads, days (or parts of them), averages, dates."""

    TEXT = "text"
    WHOLE = "whole"
    DAYS = "days"
    AVERAGE = "average"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """``name`` is unique in its sheet."""

    name: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Sheet:
    """Rows under columns; ``total`` is one row more. ``empty`` says why there are no rows."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    total: tuple[Cell, ...] | None = None
    empty: str = ""


@dataclass(frozen=True)
class Book:
    """Several sheets, the first of which is what a CSV file holds, and facts about them all."""

    title: str
    about: tuple[tuple[str, str], ...]
    sheets: tuple[Sheet, ...]


def text_columns(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def whole_columns(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.WHOLE) for name in names)


def days_columns(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.DAYS) for name in names)


def average_columns(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.AVERAGE) for name in names)


def days_of(parts: int, day_parts: int) -> Decimal:
    """Parts of days as days, with two places where they are not whole."""
    return rounded(Fraction(parts, day_parts))


def rounded(value: Fraction) -> Decimal:
    """The value with two places, halves up; without any where it is whole."""
    if value.denominator == 1:
        return Decimal(value.numerator)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def shown(value: Cell, kind: Kind) -> str:
    """A value as pages show it: ``1,234``, ``513,765.90``, ``2014-09-08``."""
    if value is None:
        return "–"
    if kind is Kind.AVERAGE and isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, int | Decimal):
        return f"{value:,}"
    return str(value)
