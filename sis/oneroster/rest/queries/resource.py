"""What the service needs to know of a kind of object, and of a list of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from sis.oneroster.rest.links import Links
from sis.oneroster.rest.queries.fields import Column, Condition, Field, Kind

Record = dict[str, Any]
Load = Callable[[Session, Sequence[int], Links], Mapping[int, Record]]
SEEN_WITH_DELETED = frozenset({"status", "dateLastModified"})


@dataclass(frozen=True)
class Resource:
    """A kind of object.

    ``single`` and ``plural`` are its names in answers; ``key`` is the number that unsorted lists
    go by; ``status`` tells the deleted ones; ``fields`` can be filtered and sorted by;
    ``properties`` are the standard's fields, with the parts of those that have some;
    ``within`` limits to what belongs to schools; ``load`` makes the objects of some keys;
    ``tables`` are those that a list of them may depend on; ``tallied`` is the one that is counted
    while it is written; its kind has the name of a field.
    """

    single: str
    plural: str
    key: Column
    sourced_id: Column
    status: Column
    fields: Mapping[str, Field]
    properties: Mapping[str, frozenset[str]]
    load: Load
    tables: frozenset[str]
    within: Callable[[Collection[int]], Condition] | None = None
    tallied: str | None = None


@dataclass(frozen=True)
class Narrowing:
    """A part of a resource: those of a kind (students), or those that belong to something."""

    name: str
    conditions: tuple[Condition, ...] = ()
    tables: frozenset[str] = field(default_factory=frozenset)


REFERENCE = frozenset({"href", "sourcedId", "type"})
COMMON: Mapping[str, frozenset[str]] = {
    "sourcedId": frozenset(),
    "status": frozenset(),
    "dateLastModified": frozenset(),
    "metadata": frozenset(),
}


def properties(names: str, *references: str, **parts: frozenset[str]) -> dict[str, frozenset[str]]:
    """The standard's fields of an object: ``names`` with spaces between, then its references."""
    plain = dict.fromkeys(names.split(), frozenset[str]())
    return {**COMMON, **plain, **dict.fromkeys(references, REFERENCE), **parts}


def common_fields(sourced_id: Column, status: Column, modified_at: Column) -> dict[str, Field]:
    """The fields that every object has."""
    return {
        "sourcedId": Field(sourced_id),
        "status": Field(status),
        "dateLastModified": Field(modified_at, Kind.MOMENT),
    }
