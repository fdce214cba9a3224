"""Many ids as one parameter of a statement, which is compiled once and has no limit of its own."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Select, bindparam, column, func, select
from sqlalchemy.orm import Session


def rows_of(session: Session, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """A select of these ids, for ``column.in_(rows_of(session, ids))``."""
    if session.get_bind().dialect.name == "postgresql":
        array = bindparam(None, list(ids), type_=ARRAY(BigInteger))
        return select(func.unnest(array))
    each = func.json_each(bindparam(None, json.dumps(list(ids)))).table_valued(column("value"))
    return select(each.c.value)
