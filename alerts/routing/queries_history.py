"""What alerts did in the past, for a replay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerts.models import Alert, AlertEvent
from alerts.rules import Status
from core.db import JsonDict


@dataclass(frozen=True)
class PastChange:
    """An alert began to fire or was resolved."""

    alert_id: int
    at: datetime
    status: str
    fingerprint: str
    labels: JsonDict
    annotations: JsonDict


def list_changes(
    session: Session, since: datetime, until: datetime, limit: int
) -> list[PastChange]:
    """What began and ended in ``[since, until)``, oldest first; at most ``limit``."""
    statement = (
        select(
            AlertEvent.alert_id,
            AlertEvent.at,
            AlertEvent.kind,
            Alert.fingerprint,
            Alert.labels,
            AlertEvent.detail,
        )
        .join(Alert, Alert.id == AlertEvent.alert_id)
        .where(
            AlertEvent.at >= since,
            AlertEvent.at < until,
            AlertEvent.kind.in_([Status.FIRING, Status.RESOLVED]),
        )
        .order_by(AlertEvent.at, AlertEvent.id)
        .limit(limit)
    )
    return [PastChange(*row) for row in session.execute(statement)]


def list_firing_at(session: Session, at: datetime, limit: int) -> Sequence[PastChange]:
    """Alerts that fired already ``at`` that time, in the episode that is known last."""
    statement = (
        select(
            Alert.id,
            Alert.starts_at,
            Alert.status,
            Alert.fingerprint,
            Alert.labels,
            Alert.annotations,
        )
        .where(Alert.starts_at < at, or_(Alert.ends_at.is_(None), Alert.ends_at >= at))
        .order_by(Alert.starts_at, Alert.id)
        .limit(limit)
    )
    rows = session.execute(statement)
    return [
        PastChange(alert_id, starts_at, Status.FIRING, fingerprint, labels, annotations)
        for alert_id, starts_at, _, fingerprint, labels, annotations in rows
    ]
