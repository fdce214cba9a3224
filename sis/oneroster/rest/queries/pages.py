"""Pages of any resource."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from sis.oneroster.rest.models import ListTally
from sis.oneroster.rest.queries import positions, tallies
from sis.oneroster.rest.queries.dialects import CodePoints
from sis.oneroster.rest.queries.fields import Column, Condition, Field, condition, ordering
from sis.oneroster.rest.queries.positions import KeptPositions, change_stamp
from sis.oneroster.rest.queries.resource import SEEN_WITH_DELETED, Narrowing, Resource
from sis.oneroster.rest.rules import Filter
from sis.oneroster.tallied import TALLIED


@dataclass(frozen=True)
class Listing:
    """A list of a resource: narrowed, filtered, limited to ``schools`` (None: the district).

    ``name`` tells it from every other list of the process.
    """

    resource: Resource
    name: tuple[object, ...]
    narrowing: Narrowing
    filter: Filter | None = None
    schools: Collection[int] | None = None

    def keys(self) -> Select[Any]:
        """The keys of all its objects, in no order."""
        return select(self.resource.key).where(*self._conditions())

    def tables(self) -> frozenset[str]:
        """Those that decide what is in it."""
        return self.resource.tables | self.narrowing.tables

    def counts(self) -> Condition | None:
        """The tallies of its objects; None when tallies do not tell these apart from others."""
        table = self.resource.tallied
        if table is None or self.narrowing.conditions or self._limits():
            return None
        told = {"status": Field(ListTally.status)}
        kind = TALLIED[table].kind
        if kind is not None:
            told[kind] = replace(self.resource.fields[kind], column=ListTally.kind)
        if self.filter is not None and not self.filter.names() <= told.keys():
            return None
        of_table = ListTally.table_name == table
        return and_(of_table, *self._matches(told, ListTally.status))

    def _conditions(self) -> list[Condition]:
        matches = self._matches(self.resource.fields, self.resource.status)
        return [*self.narrowing.conditions, *matches, *self._limits()]

    def _matches(self, fields: Mapping[str, Field], status: Column) -> list[Condition]:
        if self.filter is None:
            return [status == "active"]
        terms = [condition(fields[term.field], term) for term in self.filter.terms]
        met = and_(*terms) if self.filter.joined == "AND" else or_(*terms)
        if self.filter.names() & SEEN_WITH_DELETED:
            return [met]
        return [status == "active", met]

    def _limits(self) -> list[Condition]:
        if self.schools is None or self.resource.within is None:
            return []
        return [self.resource.within(self.schools)]


def list_keys(
    session: Session,
    kept: KeptPositions,
    listing: Listing,
    *,
    commits: int | None,
    limit: int,
    offset: int,
    sort: str | None = None,
    descending: bool = False,
) -> tuple[list[int], int]:
    """The keys of a page and how many objects the whole list has.

    ``commits`` is what ``commits_so_far`` said before the session began.
    """
    keys, counts = listing.keys(), listing.counts()
    if counts is not None:
        total, keys_at = tallies.count(session, counts), partial(tallies.keys_at, session, counts)
    else:
        found = kept.of(listing.name, change_stamp(session, listing.tables(), commits))
        total = positions.count(session, found, keys)
        keys_at = partial(positions.keys_at, session, found)
    limit = min(limit, total - offset)
    if limit <= 0:
        return [], total
    if sort is not None:
        return _sorted(session, listing, keys, sort, descending, offset, limit), total
    return keys_at(keys, listing.resource.key, offset, limit), total


def _sorted(
    session: Session,
    listing: Listing,
    keys: Select[Any],
    sort: str,
    descending: bool,
    offset: int,
    limit: int,
) -> list[int]:
    by: Any = ordering(listing.resource.fields[sort], sort)
    by = (by.desc() if descending else by.asc()).nulls_last()
    tie = CodePoints(listing.resource.sourced_id)
    page = keys.order_by(by, tie).offset(offset).limit(limit)
    return list(session.scalars(page))


def find_key(
    session: Session, resource: Resource, sourced_id: str, *conditions: Condition
) -> int | None:
    """The key of the object of that id that fulfils the conditions, or None."""
    statement = select(resource.key).where(resource.sourced_id == sourced_id, *conditions)
    found: int | None = session.scalar(statement)
    return found


def find_keys(
    session: Session, resource: Resource, sourced_ids: Collection[str], *conditions: Condition
) -> dict[str, int]:
    """From the ids to the keys of those objects that are not deleted and fulfil the conditions."""
    rows = session.execute(
        select(resource.sourced_id, resource.key).where(
            resource.sourced_id.in_(sourced_ids), resource.status == "active", *conditions
        )
    )
    return {sourced_id: key for sourced_id, key in rows}
