"""How many objects a list has and where in it the n-th is, without walking it each time.

Both are found out by walking the list once and are kept as long as nothing that the list depends
on has been written. Whether something has is exact: PostgreSQL's triggers leave a row for each
statement in the writer's own transaction, SQLite counts commits.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.db import Database
from sis.oneroster.rest.models import RecordChange

Stamp = tuple[Any, ...]
STRIDE = 1_000
KEPT = 500


def commits_so_far(database: Database) -> int | None:
    """SQLite: a number of the commits. Read it before the session's first statement, so that it
    is never newer than what the session sees.
    """
    return database.sqlite_version_of_data() if database.dialect == "sqlite" else None


def change_stamp(session: Session, tables: frozenset[str], commits: int | None) -> Stamp:
    """Differs once one of the tables was written to and the session could see it."""
    if commits is not None:
        return (commits,)
    row = RecordChange.id
    return tuple(
        session.execute(
            select(func.count(row), func.min(row), func.max(row), func.sum(row)).where(
                RecordChange.table_name.in_(sorted(tables))
            )
        ).one()
    )


@dataclass
class Positions:
    """What is known of one list: its length, and the key at each multiple of the stride."""

    stamp: Stamp
    total: int | None = None
    anchors: list[int] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)


class KeptPositions:
    """The lists that were asked for last, for one process."""

    def __init__(self) -> None:
        self._lists: OrderedDict[Hashable, Positions] = OrderedDict()
        self._lock = Lock()

    def of(self, name: Hashable, stamp: Stamp) -> Positions:
        """What is known of the list of that name; nothing if something was written since."""
        with self._lock:
            found = self._lists.get(name)
            if found is None or found.stamp != stamp:
                found = self._lists[name] = Positions(stamp)
            self._lists.move_to_end(name)
            while len(self._lists) > KEPT:
                self._lists.popitem(last=False)
            return found


def count(session: Session, positions: Positions, keys: Select[int]) -> int:
    """How many keys there are; of several requests that want to know at once, one counts."""
    with positions.lock:
        if positions.total is None:
            counted = keys.with_only_columns(func.count(), maintain_column_froms=True)
            positions.total = session.scalar(counted) or 0
        return positions.total


def keys_at(
    session: Session, positions: Positions, keys: Select[Any], key: Any, offset: int, limit: int
) -> list[int]:
    """``limit`` keys in their own order, from the ``offset``-th on; ``keys`` has no order yet.

    The list is counted already. Pages near its end are found from there.
    """
    total = positions.total or 0
    limit = min(limit, max(0, total - offset))
    behind = total - offset - limit
    if behind < min(offset, STRIDE):
        page = keys.order_by(key.desc()).offset(behind).limit(limit)
        return list(reversed(session.scalars(page).all()))
    start = offset // STRIDE
    if start:
        with positions.lock:
            anchor = _anchor(session, positions.anchors, keys, key, start)
        if anchor is None:
            return []
        keys = keys.where(key >= anchor)
    page = keys.order_by(key).offset(offset - start * STRIDE).limit(limit)
    return list(session.scalars(page))


def _anchor(
    session: Session, anchors: list[int], keys: Select[int], key: Any, number: int
) -> int | None:
    """The key at ``number`` strides; the walk goes on from the last one known."""
    while len(anchors) < number:
        begin = keys.where(key >= anchors[-1]) if anchors else keys
        found = session.scalar(begin.order_by(key).offset(STRIDE).limit(1))
        if found is None:
            return None
        anchors.append(found)
    return anchors[number - 1]
