"""Alerts and their history."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from alerts.rules import EventKind
from core.db import Base, BigKey, Id, JsonDict

EXPIRES = text("expires_at IS NOT NULL")


class Alert(Base):
    """The newest episode of one set of labels.

    ``alertname``, ``school`` (a sourced id), ``service`` and ``severity`` repeat labels, empty
    when there is no such label, so that they can be searched. Times are the district's.
    ``expires_at`` is when it is resolved without another report, ``times_out`` that this is only
    how long its reporter may be silent. ``routed_by`` is the configuration of routes that gave it
    its groups (see ``alerts.routing.queries.version_of``), empty when none has.
    """

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint("status IN ('firing', 'resolved')", name="status"),
        CheckConstraint("(status = 'resolved') = (ends_at IS NOT NULL)", name="ends"),
        CheckConstraint("length(fingerprint) = 16", name="fingerprint"),
        CheckConstraint("expires_at IS NULL OR status = 'firing'", name="expires"),
        Index(None, "status", "starts_at", "id"),
        Index(None, "school", "status", "starts_at", "id"),
        Index(None, "service", "status"),
        Index(None, "severity", "status"),
        Index(None, "alertname", "status"),
        Index(None, "status", "routed_by"),
        Index(
            "ix_alert_expires_at",
            "expires_at",
            postgresql_where=EXPIRES,
            sqlite_where=EXPIRES,
        ),
    )

    id: Mapped[Id]
    fingerprint: Mapped[str] = mapped_column(unique=True)
    labels: Mapped[JsonDict]
    annotations: Mapped[JsonDict]
    status: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    times_out: Mapped[bool]
    generator_url: Mapped[str]
    routed_by: Mapped[str]
    alertname: Mapped[str]
    school: Mapped[str]
    service: Mapped[str]
    severity: Mapped[str]


class AlertEvent(Base):
    """Something that happened to an alert; rows are written once and never changed.

    ``kind`` is one of ``alerts.rules.EventKind``; ``detail`` holds the annotations when it began
    to fire or was resolved, and otherwise what there is to say. ``at`` is the district's time,
    ``recorded_at`` the machine's.
    """

    __tablename__ = "alert_event"
    __table_args__ = (
        CheckConstraint(
            f"kind IN ({', '.join(repr(kind.value) for kind in EventKind)})", name="kind"
        ),
        Index(None, "alert_id", "id"),
    )

    id: Mapped[Id]
    alert_id: Mapped[int] = mapped_column(BigKey, ForeignKey("alert.id"))
    kind: Mapped[str]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    detail: Mapped[JsonDict]
