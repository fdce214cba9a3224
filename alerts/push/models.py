"""Browsers that asked for alerts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigKey, Id


class PushSubscription(Base):
    """One browser of one person; ``name`` is what it calls itself. Times are the machine's."""

    __tablename__ = "push_subscription"
    __table_args__ = (
        CheckConstraint("endpoint <> ''", name="endpoint"),
        CheckConstraint("p256dh <> '' AND auth <> ''", name="keys"),
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    endpoint: Mapped[str] = mapped_column(unique=True)
    p256dh: Mapped[str]
    auth: Mapped[str]
    name: Mapped[str]
    created_at: Mapped[datetime]
