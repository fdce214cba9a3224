"""Escalations: those of a group, those of alerts, those that are due."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from alerts.escalation.models import Escalation, EscalationAlert, EscalationEvent
from core.id_list import rows_of

ENDED = "ended"


def lock_open_of_group(session: Session, group_id: int) -> Escalation | None:
    """The group's escalation that has not ended, locked; or None."""
    statement = (
        select(Escalation)
        .where(Escalation.group_id == group_id, Escalation.state != ENDED)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalar(statement)


def lock_open_of_alerts(
    session: Session, alert_ids: Collection[int], states: Collection[str]
) -> Sequence[Escalation]:
    """The escalations in one of ``states`` that are about any of these alerts, locked."""
    if not alert_ids:
        return []
    concerned = exists().where(
        EscalationAlert.escalation_id == Escalation.id,
        EscalationAlert.alert_id.in_(rows_of(session, list(alert_ids))),
    )
    statement = (
        select(Escalation)
        .where(Escalation.state.in_(states), concerned)
        .order_by(Escalation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).all()


def list_alert_ids(session: Session, escalation_id: int) -> Sequence[int]:
    """The alerts that the escalation is about."""
    statement = select(EscalationAlert.alert_id).where(
        EscalationAlert.escalation_id == escalation_id
    )
    return session.scalars(statement.order_by(EscalationAlert.alert_id)).all()


def oldest_overdue_step(session: Session, now: datetime) -> datetime | None:
    """When the step came due that has waited longest at ``now``; None when none waits."""
    due = select(func.min(Escalation.next_step_at)).where(
        Escalation.state == "active", Escalation.next_step_at <= now
    )
    return session.scalar(due)


def list_escalations_of(session: Session, alert_id: int) -> Sequence[Escalation]:
    """Every escalation that was about the alert, newest first."""
    statement = (
        select(Escalation)
        .join(EscalationAlert, EscalationAlert.escalation_id == Escalation.id)
        .where(EscalationAlert.alert_id == alert_id)
        .order_by(Escalation.id.desc())
    )
    return session.scalars(statement).all()


def list_log(session: Session, escalation_id: int) -> Sequence[EscalationEvent]:
    """What the escalation did, oldest first."""
    statement = select(EscalationEvent).where(EscalationEvent.escalation_id == escalation_id)
    return session.scalars(statement.order_by(EscalationEvent.id)).all()
