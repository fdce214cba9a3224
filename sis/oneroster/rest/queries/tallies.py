"""How many objects a long list has and where the n-th is, from counts that the database keeps.

Triggers count the records of some tables by status, kind and block of keys, in the transaction
that writes them. What can be told from these needs no walk, however much is written meanwhile.
"""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from sis.oneroster.rest.models import ListTally
from sis.oneroster.rest.queries.fields import Condition
from sis.oneroster.tallied import BLOCK


def count(session: Session, counts: Condition) -> int:
    """The sum of the tallies that fulfil the condition."""
    return int(session.scalar(select(func.sum(ListTally.amount)).where(counts)) or 0)


def keys_at(
    session: Session, counts: Condition, keys: Select[Any], key: Any, offset: int, limit: int
) -> list[int]:
    """``limit`` keys in their own order, from the ``offset``-th on.

    ``counts`` are the tallies of these ``keys``, which have no order yet; there are at least
    ``offset + limit`` of them.
    """
    blocks = (
        select(ListTally.block, func.sum(ListTally.amount).label("amount"))
        .where(counts)
        .group_by(ListTally.block)
        .subquery()
    )
    until = func.sum(blocks.c.amount).over(order_by=blocks.c.block).label("until")
    running = select(blocks.c.block, until).subquery()
    first, last, before = session.execute(
        select(
            func.min(running.c.block).filter(running.c.until > offset),
            func.min(running.c.block).filter(running.c.until >= offset + limit),
            func.max(running.c.until).filter(running.c.until <= offset),
        )
    ).one()
    page = (
        keys.where(key >= first * BLOCK, key < (last + 1) * BLOCK)
        .order_by(key)
        .offset(offset - int(before or 0))
        .limit(limit)
    )
    return list(session.scalars(page))
