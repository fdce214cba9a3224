"""Comparing the counts that triggers keep with the records themselves."""

from typing import Any

from sqlalchemy import Integer, func, literal, select
from sqlalchemy.orm import Session

from core.db import Base
from sis.oneroster.rest.models import ListTally
from sis.oneroster.tallied import BLOCK, TALLIED, Tallied

Counts = dict[tuple[object, ...], int]


def miscounts(session: Session) -> dict[str, tuple[Counts, Counts]]:
    """Table to what its tallies say and what a full count says, where they differ."""
    session.flush()
    found = {}
    for table, tallied in TALLIED.items():
        told, true = _told(session, table), _true(session, table, tallied)
        if told != true:
            found[table] = told, true
    return found


def _told(session: Session, table: str) -> Counts:
    group = (ListTally.status, ListTally.kind, ListTally.block)
    amount = func.sum(ListTally.amount)
    rows = session.execute(
        select(*group, amount).where(ListTally.table_name == table).group_by(*group)
    )
    return {(status, kind, block): int(n) for status, kind, block, n in rows if n}


def _true(session: Session, name: str, tallied: Tallied) -> Counts:
    table = Base.metadata.tables[name]
    kind: Any = literal("") if tallied.kind is None else table.c[tallied.kind]
    block = table.c[tallied.key].op("/", return_type=Integer())(BLOCK)
    counted = select(table.c.status, kind.label("kind"), block.label("block")).subquery()
    rows = session.execute(select(*counted.c, func.count()).group_by(*counted.c))
    return {tuple(group): n for *group, n in rows}
