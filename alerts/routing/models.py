"""Groups of alerts, who is in them, and what each channel was last told about them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigKey, Id, JsonDict

DUE = text("due_at IS NOT NULL")


class AlertGroup(Base):
    """Alerts of one route that are told together.

    ``slot`` is a digest of receiver and group key, which may be long. ``route_key`` finds the
    route in the configuration. ``due_at`` is the next flush in the district's time, None when
    nothing is planned; ``flushed_at`` the last one, None before the first one since the group had
    no alerts; ``emptied_at`` is when its last alert left.
    """

    __tablename__ = "alert_group"
    __table_args__ = (
        UniqueConstraint("slot"),
        CheckConstraint("length(slot) = 40", name="slot"),
        CheckConstraint("emptied_at IS NULL OR due_at IS NULL", name="empty"),
        Index("ix_alert_group_due_at", "due_at", postgresql_where=DUE, sqlite_where=DUE),
    )

    id: Mapped[Id]
    slot: Mapped[str]
    group_key: Mapped[str]
    route_key: Mapped[str]
    receiver: Mapped[str]
    labels: Mapped[JsonDict]
    due_at: Mapped[datetime | None]
    flushed_at: Mapped[datetime | None]
    emptied_at: Mapped[datetime | None]


class AlertGroupMember(Base):
    """An alert in a group; ``suppressed_by`` is what held it back at the last flush, or empty."""

    __tablename__ = "alert_group_member"
    __table_args__ = (Index(None, "alert_id"),)

    group_id: Mapped[int] = mapped_column(BigKey, ForeignKey("alert_group.id"), primary_key=True)
    alert_id: Mapped[int] = mapped_column(BigKey, ForeignKey("alert.id"), primary_key=True)
    suppressed_by: Mapped[str]


class NotificationRecord(Base):
    """What a channel was last told about a group: the notification log.

    ``firing`` and ``resolved`` are ids of alerts; ``number`` counts the messages. ``told_at`` is
    the district's time.
    """

    __tablename__ = "notification_record"
    __table_args__ = (
        UniqueConstraint("group_id", "channel"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(BigKey, ForeignKey("alert_group.id"))
    channel: Mapped[str]
    firing: Mapped[list[int]]
    resolved: Mapped[list[int]]
    told_at: Mapped[datetime]
    reason: Mapped[str]
    number: Mapped[int]


class StormBucket(Base):
    """How many messages a capped channel may still send; see ``alerts.routing.rules.storm``."""

    __tablename__ = "storm_bucket"
    __table_args__ = (
        UniqueConstraint("receiver", "channel"),
        CheckConstraint("tokens >= 0", name="tokens"),
    )

    id: Mapped[Id]
    receiver: Mapped[str]
    channel: Mapped[str]
    tokens: Mapped[float]
    filled_at: Mapped[datetime]
