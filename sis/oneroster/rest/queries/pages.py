"""Pages of any resource."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from sis.oneroster.rest.queries.dialects import CodePoints
from sis.oneroster.rest.queries.fields import Condition, condition, ordering
from sis.oneroster.rest.queries.positions import KeptPositions, change_stamp, count, keys_at
from sis.oneroster.rest.queries.resource import SEEN_WITH_DELETED, Narrowing, Resource
from sis.oneroster.rest.rules import Filter


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

    def _conditions(self) -> list[Condition]:
        found = list(self.narrowing.conditions)
        if self.filter is None or not self.filter.names() & SEEN_WITH_DELETED:
            found.append(self.resource.status == "active")
        if self.filter is not None:
            terms = [condition(self.resource.fields[t.field], t) for t in self.filter.terms]
            found.append(and_(*terms) if self.filter.joined == "AND" else or_(*terms))
        if self.schools is not None and self.resource.within is not None:
            found.append(self.resource.within(self.schools))
        return found


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
    positions = kept.of(listing.name, change_stamp(session, listing.tables(), commits))
    keys = listing.keys()
    total = count(session, positions, keys)
    if offset >= total:
        return [], total
    if sort is None:
        found = keys_at(session, positions, keys, listing.resource.key, offset, limit)
        return found, total
    by: Any = ordering(listing.resource.fields[sort], sort)
    by = (by.desc() if descending else by.asc()).nulls_last()
    tie = CodePoints(listing.resource.sourced_id)
    page = keys.order_by(by, tie).offset(offset).limit(limit)
    return list(session.scalars(page)), total


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
