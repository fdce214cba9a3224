"""Adding a row unless its key is taken, decided by the database and not by a look before."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.db import Base


def insert_new(session: Session, model: type[Base], **values: Any) -> bool:
    """Insert the row; False when one with the same unique key is there already.

    A row of another transaction that is not finished is waited for.
    """
    insert = (
        postgresql.insert(model)
        if session.get_bind().dialect.name == "postgresql"
        else sqlite.insert(model)
    )
    key = next(iter(model.__table__.primary_key))
    statement = insert.values(**values).on_conflict_do_nothing().returning(key)
    return session.execute(statement).first() is not None
