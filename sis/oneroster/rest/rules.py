"""The service's query language and the formats of its values.

Source: 1EdTech OneRoster 1.2, REST bindings: filtering, field selection and paging.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

Operator = Literal["=", "!=", ">", ">=", "<", "<=", "~"]
_TERM = re.compile(
    r"\s*(?P<field>[A-Za-z_][A-Za-z0-9_.]*)\s*(?P<operator>!=|>=|<=|=|>|<|~)"
    r"\s*'(?P<value>(?:[^']|'')*)'"
)
_JOIN = re.compile(r"\s+(?P<word>AND|OR)\s+")
_LOST_PLUS = re.compile(r"(T.*) (\d\d:?\d\d)$")  # a plus sign that an address turned into a space
SOURCED_ID = re.compile(r"[0-9A-Za-z.\-_/@]{1,255}")
GRADING_PERIOD = "@grading"
"""What a session without parts is called when it is graded as a whole; see ``rest.queries``."""


class FilterError(ValueError):
    """What is wrong with a filter, as a sentence."""


@dataclass(frozen=True)
class Term:
    """``field operator 'value'``; the value has its quotes unescaped."""

    field: str
    operator: Operator
    value: str


@dataclass(frozen=True)
class Filter:
    """One or two terms; ``joined`` says how two are combined."""

    terms: tuple[Term, ...]
    joined: Literal["AND", "OR"] = "AND"

    def names(self) -> frozenset[str]:
        return frozenset(term.field for term in self.terms)


def _term(text: str, at: int) -> tuple[Term, int]:
    found = _TERM.match(text, at)
    if found is None:
        raise FilterError(
            f"At character {at + 1}, expected field OP 'value' with one of = != > >= < <= ~."
        )
    operator: Any = found["operator"]
    return Term(found["field"], operator, found["value"].replace("''", "'")), found.end()


def parse_filter(text: str) -> Filter:
    """``familyName='O''Neil' AND status='active'``; FilterError when it is not such."""
    first, at = _term(text, 0)
    if not text[at:].strip():
        return Filter((first,))
    join = _JOIN.match(text, at)
    if join is None:
        raise FilterError(f"At character {at + 1}, expected AND or OR between two terms.")
    second, at = _term(text, join.end())
    if text[at:].strip():
        raise FilterError("A filter has at most two terms, with one AND or OR.")
    return Filter((first, second), "AND" if join["word"] == "AND" else "OR")


def parse_moment(text: str) -> datetime:
    """A dateTime or a date, in UTC unless it says otherwise; ValueError for anything else."""
    moment = datetime.fromisoformat(_LOST_PLUS.sub(r"\1+\2", text.strip()))
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


def parse_date(text: str) -> date:
    """A date, also the one that a dateTime begins with; ValueError for anything else."""
    text = text.strip()
    if len(text) > 10:
        parse_moment(text)
    return date.fromisoformat(text[:10])


def parse_flag(text: str) -> bool:
    """``true`` or ``false``; ValueError for anything else."""
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def write_moment(moment: datetime) -> str:
    """To the millisecond, as most programs read it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_flag(flag: bool) -> str:
    return "true" if flag else "false"


def write_words(words: str | None) -> list[str] | None:
    """A comma list as the words in it; None when there is none."""
    found = [word.strip() for word in (words or "").split(",") if word.strip()]
    return found or None


def without_nothing(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record without what is None: the standard has no nulls."""
    return {name: value for name, value in record.items() if value is not None}


def select_fields(record: Mapping[str, Any], paths: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """The parts of a record that the paths name, in the record's own order."""
    chosen: dict[str, list[tuple[str, ...]]] = {}
    for head, *rest in paths:
        chosen.setdefault(head, []).append(tuple(rest))
    return {name: _part(value, chosen[name]) for name, value in record.items() if name in chosen}


def _part(value: Any, paths: Sequence[tuple[str, ...]]) -> Any:
    if () in paths:
        return value
    if isinstance(value, list):
        return [_part(item, paths) for item in value]
    return select_fields(value, paths) if isinstance(value, Mapping) else value
