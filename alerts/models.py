"""Alerts and their history."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigKey, Id, JsonDict


class Alert(Base):
    """The newest episode of one set of labels.

    ``alertname``, ``school`` (a sourced id), ``service`` and ``severity`` repeat labels, empty
    when there is no such label, so that they can be searched. Times are the district's.
    """

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint("status IN ('firing', 'resolved')", name="status"),
        CheckConstraint("(status = 'resolved') = (ends_at IS NOT NULL)", name="ends"),
        CheckConstraint("length(fingerprint) = 16", name="fingerprint"),
        Index(None, "status", "starts_at", "id"),
        Index(None, "school", "status"),
        Index(None, "service", "status"),
        Index(None, "severity", "status"),
        Index(None, "alertname", "status"),
    )

    id: Mapped[Id]
    fingerprint: Mapped[str] = mapped_column(unique=True)
    labels: Mapped[JsonDict]
    annotations: Mapped[JsonDict]
    status: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    alertname: Mapped[str]
    school: Mapped[str]
    service: Mapped[str]
    severity: Mapped[str]


class AlertEvent(Base):
    """A change of an alert's status; rows are written once and never changed.

    ``at`` is the district's time of the change, ``recorded_at`` the machine's.
    """

    __tablename__ = "alert_event"
    __table_args__ = (
        CheckConstraint("status IN ('firing', 'resolved')", name="status"),
        Index(None, "alert_id", "id"),
    )

    id: Mapped[Id]
    alert_id: Mapped[int] = mapped_column(BigKey, ForeignKey("alert.id"))
    status: Mapped[str]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    annotations: Mapped[JsonDict]
