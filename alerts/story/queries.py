"""Reading one alert's story."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.escalation.models import EscalationAlert, EscalationEvent
from alerts.models import Alert, AlertEvent
from alerts.queries import visible_schools
from alerts.routing.models import AlertGroup
from alerts.silences.models import Silence
from core.auth.actor import Actor

_MOST_STEPS = 500
"""Lines of escalations beside one page of events."""


def list_newest_events(
    session: Session, alert_id: int, *, before_id: int | None, limit: int
) -> Sequence[AlertEvent]:
    """The history of one alert, newest first; ``before_id`` ends the page before."""
    statement = select(AlertEvent).where(AlertEvent.alert_id == alert_id)
    if before_id is not None:
        statement = statement.where(AlertEvent.id < before_id)
    return session.scalars(statement.order_by(AlertEvent.id.desc()).limit(limit)).all()


def list_escalation_steps(
    session: Session, alert_id: int, *, since: datetime | None, before: datetime | None
) -> Sequence[EscalationEvent]:
    """What the escalations about one alert did from ``since`` until ``before``, newest first."""
    statement = (
        select(EscalationEvent)
        .join(EscalationAlert, EscalationAlert.escalation_id == EscalationEvent.escalation_id)
        .where(EscalationAlert.alert_id == alert_id)
    )
    if since is not None:
        statement = statement.where(EscalationEvent.at >= since)
    if before is not None:
        statement = statement.where(EscalationEvent.at < before)
    return session.scalars(statement.order_by(EscalationEvent.id.desc()).limit(_MOST_STEPS)).all()


def list_due(session: Session, slots: Collection[str]) -> dict[str, datetime | None]:
    """When each of the groups is looked at next, by slot; None when nothing is planned."""
    statement = select(AlertGroup.slot, AlertGroup.due_at).where(AlertGroup.slot.in_(slots))
    return {slot: due_at for slot, due_at in session.execute(statement)}


def list_silences_in_reach(session: Session, actor: Actor, uuids: Collection[str]) -> set[str]:
    """Those of the silences that the actor may look at."""
    statement = select(Silence.uuid).where(Silence.uuid.in_(uuids))
    schools = visible_schools(session, actor)
    if schools is not None:
        statement = statement.where(Silence.school.in_(schools))
    return set(session.scalars(statement))


def list_alerts_in_reach(
    session: Session, actor: Actor, fingerprints: Collection[str]
) -> dict[str, str]:
    """Those of the alerts that the actor may look at: fingerprint -> alertname."""
    statement = select(Alert.fingerprint, Alert.alertname).where(
        Alert.fingerprint.in_(fingerprints)
    )
    schools = visible_schools(session, actor)
    if schools is not None:
        statement = statement.where(Alert.school.in_(schools))
    return {fingerprint: name for fingerprint, name in session.execute(statement)}
