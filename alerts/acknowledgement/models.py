"""Who has said of which alert that they are on it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigKey, Id

OPEN = text("ended_at IS NULL")


class Acknowledgement(Base):
    """One person's word on one alert; at most one of an alert is open.

    ``event_id`` is the alert's newest event at that moment: later ones tell whether the word still
    holds. Times are the district's; ``remind_at`` is when its author is asked next.
    """

    __tablename__ = "alert_acknowledgement"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended"),
        CheckConstraint(
            "ended_because IN ('withdrawn', 'expired', 'changed', 'resolved')", name="because"
        ),
        CheckConstraint("expires_at > acknowledged_at", name="expires"),
        Index(
            "uq_alert_acknowledgement_open",
            "alert_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index(
            "ix_alert_acknowledgement_remind",
            "remind_at",
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index(None, "alert_id", "id"),
    )

    id: Mapped[Id]
    alert_id: Mapped[int] = mapped_column(BigKey, ForeignKey("alert.id"))
    event_id: Mapped[int] = mapped_column(BigKey)
    sticky: Mapped[bool]
    note: Mapped[str]
    by_actor: Mapped[str]
    by_name: Mapped[str]
    acknowledged_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None]
    ended_by: Mapped[str | None]
