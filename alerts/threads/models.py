"""What channels remember of their earlier messages."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigKey, Id, JsonDict


class DeliveryThread(Base):
    """The messages of one lane of the outbox about one group of alerts.

    ``kept`` is the channel's own: where its message stands, which mail began the thread.
    ``newest_id`` is the outbox message that was told last, of all that were told; 0 before the
    first. While a message is on its way it holds the thread, until ``held_until`` at most. Times
    are the machine's.
    """

    __tablename__ = "delivery_thread"
    __table_args__ = (
        UniqueConstraint("lane", "group_key"),
        CheckConstraint("(holder_id IS NULL) = (held_until IS NULL)", name="held"),
    )

    id: Mapped[Id]
    lane: Mapped[str]
    group_key: Mapped[str]
    kept: Mapped[JsonDict]
    newest_id: Mapped[int] = mapped_column(BigKey)
    holder_id: Mapped[int | None] = mapped_column(BigKey)
    held_until: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(index=True)
