"""Escalations under way, what they are about, and what they have done."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigKey, Id, JsonDict

_OPEN = text("state <> 'ended'")
_ACTIVE = text("state = 'active'")
_DUE = text("state = 'pending'")


class Escalation(Base):
    """One walk along a chain for one group of alerts; a group has at most one that is open.

    ``steps`` is the chain as it was when it began. ``step`` is the index of the step that comes
    next and ``next_step_at`` when, in the district's time. ``round`` counts how often the chain has
    begun again for whatever reason, ``repeats`` how often by its own step ``repeat`` since. The
    states: ``active`` walks, ``acknowledged`` waits for the people who are on it, ``exhausted``
    has told everybody it could.
    """

    __tablename__ = "escalation"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'acknowledged', 'exhausted', 'ended')", name="state"),
        CheckConstraint("(state = 'active') = (next_step_at IS NOT NULL)", name="next_step"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("step >= 0 AND round >= 0", name="position"),
        CheckConstraint("repeats BETWEEN 0 AND 5", name="repeats"),
        Index(
            "uq_escalation_open_group",
            "group_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "ix_escalation_due",
            "next_step_at",
            "id",
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(BigKey)
    chain: Mapped[str]
    steps: Mapped[list[JsonDict]] = mapped_column(JSON)
    notification: Mapped[JsonDict]
    state: Mapped[str]
    step: Mapped[int]
    round: Mapped[int]
    repeats: Mapped[int]
    next_step_at: Mapped[datetime | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None]


class EscalationAlert(Base):
    """An alert that an escalation is about."""

    __tablename__ = "escalation_alert"
    __table_args__ = (Index(None, "alert_id", "escalation_id"),)

    escalation_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("escalation.id"), primary_key=True
    )
    alert_id: Mapped[int] = mapped_column(BigKey, ForeignKey("alert.id"), primary_key=True)


class EscalationEvent(Base):
    """What an escalation did; rows are written once and never changed.

    ``step`` is an index into the chain, or null for what concerns the whole.
    """

    __tablename__ = "escalation_event"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('started', 'joined', 'told', 'nobody', 'waiting', 'repeated',"
            " 'acknowledged', 'resumed', 'exhausted', 'ended')",
            name="kind",
        ),
        Index(None, "escalation_id", "id"),
    )

    id: Mapped[Id]
    escalation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("escalation.id"))
    at: Mapped[datetime]
    kind: Mapped[str]
    step: Mapped[int | None]
    round: Mapped[int]
    detail: Mapped[str]


class EscalationPage(Base):
    """One message to one address of one person, of one step of an escalation.

    It is told at ``due_at``, the district's time, unless somebody acknowledges before.
    """

    __tablename__ = "escalation_page"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'told', 'cancelled')", name="state"),
        CheckConstraint("method IN ('mail', 'sms', 'voice', 'slack', 'push')", name="method"),
        UniqueConstraint("escalation_id", "round", "step", "contact_id", "due_at"),
        Index("ix_escalation_page_due", "due_at", sqlite_where=_DUE, postgresql_where=_DUE),
    )

    id: Mapped[Id]
    escalation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("escalation.id"))
    round: Mapped[int]
    step: Mapped[int]
    user_id: Mapped[int] = mapped_column(BigKey)
    contact_id: Mapped[int] = mapped_column(BigKey)
    method: Mapped[str]
    address: Mapped[str]
    state: Mapped[str]
    due_at: Mapped[datetime]


class RoundRobin(Base):
    """Whose turn is next in a round robin step; ``taken`` counts the turns so far."""

    __tablename__ = "escalation_round_robin"

    chain: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    taken: Mapped[int]
