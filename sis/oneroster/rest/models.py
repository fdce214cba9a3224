"""What the service keeps for itself."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id


class RecordChange(Base):
    """PostgreSQL: a statement wrote to a table. A trigger adds the row in the writer's own
    transaction, so that whoever cannot see the row cannot see the change either.
    """

    __tablename__ = "record_change"
    __table_args__ = (Index(None, "table_name", "id"),)

    id: Mapped[Id]
    table_name: Mapped[str]
    at: Mapped[datetime]


class ListTally(Base):
    """How many records of a table have a status, a kind, and a key in a block of keys.

    Triggers keep it in the writer's own transaction. On SQLite there is one row, ``part`` 0, for
    each of these. On PostgreSQL every statement adds rows of its own, so that writers never wait
    for each other: the sum of the parts counts, and a job folds them into part 0.
    """

    __tablename__ = "list_tally"
    __table_args__ = ({"sqlite_with_rowid": False},)

    table_name: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    block: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    part: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)
