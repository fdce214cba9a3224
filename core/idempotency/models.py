"""The table of kept answers; its times are the machine's."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id, JsonDict


class IdempotencyKey(Base):
    """One key of one actor: the digest of what was asked, and the answer that was given.

    The row is written in the transaction of the change itself; ``status`` is set before commit.
    """

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("actor", "key"), Index(None, "created_at"))

    id: Mapped[Id]
    actor: Mapped[str]
    key: Mapped[str]
    fingerprint: Mapped[str]
    status: Mapped[int | None]
    headers: Mapped[JsonDict | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
