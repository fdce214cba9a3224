"""From a term of a filter to a condition: only fields that a resource lists, only bound values."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum
from math import isfinite
from typing import Any

from sqlalchemy import ColumnElement, and_, false, literal, not_, null, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from sis.oneroster.rest.queries.dialects import CodePoints, contains
from sis.oneroster.rest.rules import (
    FilterError,
    Term,
    parse_date,
    parse_flag,
    parse_moment,
)

Condition = ColumnElement[bool]
Column = ColumnElement[Any] | InstrumentedAttribute[Any]
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_SHOWN = timedelta(milliseconds=1)


class Kind(Enum):
    """How the values of a field compare; words are a comma list in one column."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "dateTime"
    FLAG = "boolean"
    WORDS = "list"


@dataclass(frozen=True)
class Field:
    """A field that can be filtered and sorted by.

    ``through`` turns a condition on ``column`` into one on the resource when the column belongs
    to another table; ``order`` is then what sorts. ``many`` fields have several values, match by
    any of them, and sort nothing. ``words`` are the standard's words for ours.
    """

    column: Column
    kind: Kind = Kind.TEXT
    through: Callable[[Condition], Condition] | None = None
    order: ColumnElement[Any] | None = None
    many: bool = False
    words: Mapping[str, str] = field(default_factory=dict)


def absent(kind: Kind = Kind.TEXT) -> Field:
    """A field of the standard that these records have no value for."""
    return Field(null(), kind)


def reference(foreign: Column, key: Column, column: Column, kind: Kind = Kind.TEXT) -> Field:
    """A column of the one record whose ``key`` stands in ``foreign``."""
    return Field(
        column,
        kind,
        through=lambda condition: foreign.in_(select(key).where(condition)),
        order=select(column).where(key == foreign).scalar_subquery(),
    )


def ordering(found: Field, name: str) -> ColumnElement[Any]:
    """What sorts by the field; FilterError when nothing can."""
    if found.many or found.kind is Kind.WORDS:
        raise FilterError(f"{name} has several values and cannot be sorted by.")
    column: Any = found.order if found.order is not None else found.column
    return CodePoints(column) if found.kind is Kind.TEXT else column


def condition(found: Field, term: Term) -> Condition:
    """The term as a condition on the resource; FilterError for a value of the wrong kind."""
    term = replace(term, value=found.words.get(term.value, term.value))
    if found.many and term.operator == "!=":
        return not_(_reach(found, _compare(found, replace(term, operator="="))))
    met = _reach(found, _compare(found, term))
    if found.through is not None and term.operator == "!=":
        return or_(met, not_(_reach(found, found.column.is_not(None))))
    return met


def _reach(found: Field, met: Condition) -> Condition:
    return met if found.through is None else found.through(met)


def _compare(found: Field, term: Term) -> Condition:
    if isinstance(found.column, type(null())):
        return literal(True) if term.operator == "!=" else false()
    column: Any = found.column
    try:
        return _BY_KIND[found.kind](column, term)
    except (ValueError, OverflowError) as error:
        raise FilterError(
            f"{term.field} is compared with a {found.kind.value}; {term.value!r} is none."
        ) from error


def _plain(column: Any, term: Term, value: Any, ordered: Any = None) -> Condition:
    met: Condition
    if term.operator == "=":
        met = column == value
    elif term.operator == "!=":
        met = column.is_distinct_from(value)
    elif term.operator == "~":
        raise FilterError(f"{term.field} is no text, so that ~ does not apply to it.")
    else:
        met = _COMPARE[term.operator](column if ordered is None else ordered, value)
    return met


def _text(column: Any, term: Term) -> Condition:
    if term.operator == "~":
        return contains(column, term.value)
    return _plain(column, term, term.value, CodePoints(column))


def _number(column: Any, term: Term) -> Condition:
    value = float(term.value)
    if not isfinite(value):
        raise ValueError(term.value)
    return _plain(column, term, value)


def _date(column: Any, term: Term) -> Condition:
    return _plain(column, term, parse_date(term.value))


def _moment(column: Any, term: Term) -> Condition:
    """Moments are shown to the millisecond, and compare as they are shown."""
    begin = parse_moment(term.value)
    begin = begin.replace(microsecond=begin.microsecond // 1000 * 1000)
    end = begin + _SHOWN
    within: Condition = and_(column >= begin, column < end)
    if term.operator == "=":
        return within
    if term.operator == "!=":
        return or_(column < begin, column >= end, column.is_(None))
    return _plain(
        column,
        {">": replace(term, operator=">="), "<=": replace(term, operator="<")}.get(
            term.operator, term
        ),
        end if term.operator in (">", "<=") else begin,
    )


def _flag(column: Any, term: Term) -> Condition:
    value = parse_flag(term.value)
    if term.operator not in ("=", "!="):
        raise FilterError(f"{term.field} is a boolean; only = and != apply to it.")
    return _plain(column, term, value)


def _words(column: Any, term: Term) -> Condition:
    """``=`` asks for lists that have the word, or all words of a comma list."""
    wanted = [word.strip() for word in term.value.split(",")]
    if term.operator == "~":
        return and_(*(contains(column, word) for word in wanted))
    listed = literal(",") + column + literal(",")
    has: Condition = and_(*(contains(listed, f",{word},") for word in wanted))
    if term.operator == "=":
        return has
    if term.operator == "!=":
        return or_(column.is_(None), not_(has))
    raise FilterError(f"{term.field} is a list; only =, != and ~ apply to it.")


_BY_KIND: Mapping[Kind, Callable[[Any, Term], Condition]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
    Kind.FLAG: _flag,
    Kind.WORDS: _words,
}
