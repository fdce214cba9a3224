"""The outbox and its delivery log."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigKey, Id, JsonDict
from core.outbox.rules import CLAIMABLE, State

CLAIMABLE_ROWS = text(f"state IN ({', '.join(repr(state.value) for state in CLAIMABLE)})")
"""The condition of the partial index, literally: SQLite uses the index only for the same words."""

ADDRESSED_ROWS = text("recipient <> ''")


class OutboxMessage(Base):
    """Something that must reach the outside; written with the change that it tells of.

    ``next_attempt_at`` is when it comes due: for a message being sent, the end of its lease.
    ``recipient`` is empty where a message goes to a place and not to an address.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("topic", "key"),
        CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed', 'dead')", name="state"),
        CheckConstraint(
            "state <> 'sending' OR (leased_until IS NOT NULL AND lease_owner IS NOT NULL)",
            name="lease",
        ),
        Index(
            "ix_outbox_message_due",
            "next_attempt_at",
            "id",
            postgresql_where=CLAIMABLE_ROWS,
            sqlite_where=CLAIMABLE_ROWS,
        ),
        Index(None, "topic", "state", "id"),
        Index(
            "ix_outbox_message_recipient",
            "recipient",
            "id",
            postgresql_where=ADDRESSED_ROWS,
            sqlite_where=ADDRESSED_ROWS,
        ),
    )

    id: Mapped[Id]
    topic: Mapped[str]
    key: Mapped[str]
    lane: Mapped[str]
    recipient: Mapped[str] = mapped_column(default="")
    payload: Mapped[JsonDict]
    state: Mapped[str] = mapped_column(default=State.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    enqueued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    receipt: Mapped[str | None]
    last_error: Mapped[str | None]


class OutboxAttempt(Base):
    """One try at one message; written once, when its end is known."""

    __tablename__ = "outbox_attempt"
    __table_args__ = (
        CheckConstraint("outcome IN ('sent', 'failed', 'dead', 'lost')", name="outcome"),
        Index(None, "message_id", "attempt"),
    )

    id: Mapped[Id]
    message_id: Mapped[int] = mapped_column(BigKey, ForeignKey("outbox_message.id"))
    attempt: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    outcome: Mapped[str]
    detail: Mapped[str]
