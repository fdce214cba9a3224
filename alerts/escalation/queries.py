"""Escalations: those of a group, those of alerts, those that are due."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from alerts.escalation.models import (
    Escalation,
    EscalationAlert,
    EscalationEvent,
    EscalationPage,
    RoundRobin,
)
from alerts.models import Alert, AlertEvent
from alerts.rules import Status
from core.id_list import rows_of
from core.upsert import insert_new

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


def lock_due(session: Session, now: datetime, limit: int) -> Sequence[Escalation]:
    """Escalations whose next step is due, most overdue first; those of other walkers are left."""
    statement = (
        select(Escalation)
        .where(Escalation.state == "active", Escalation.next_step_at <= now)
        .order_by(Escalation.next_step_at, Escalation.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).all()


def lock_due_pages(
    session: Session, now: datetime, limit: int
) -> Sequence[tuple[EscalationPage, Escalation]]:
    """Pages that are due, most overdue first, with the escalation that they belong to, locked."""
    statement = (
        select(EscalationPage, Escalation)
        .join(Escalation, Escalation.id == EscalationPage.escalation_id)
        .where(EscalationPage.state == "pending", EscalationPage.due_at <= now)
        .order_by(EscalationPage.due_at, EscalationPage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return [(page, found) for page, found in session.execute(statement)]


def list_pending_pages(session: Session, escalation_id: int) -> Sequence[EscalationPage]:
    """Pages that have not been told yet."""
    statement = select(EscalationPage).where(
        EscalationPage.escalation_id == escalation_id, EscalationPage.state == "pending"
    )
    return session.scalars(statement).all()


def next_due(session: Session) -> datetime | None:
    """When the next step or page is due, or was; None when nothing is planned. Without a lock."""
    step = select(func.min(Escalation.next_step_at)).where(Escalation.state == "active")
    page = select(func.min(EscalationPage.due_at)).where(EscalationPage.state == "pending")
    due = [at for at in (session.scalar(step), session.scalar(page)) if at is not None]
    return min(due, default=None)


def list_firing(session: Session, escalation_id: int, limit: int) -> Sequence[Alert]:
    """The alerts of the escalation that fire, the oldest first."""
    statement = select(Alert).where(*_fires(escalation_id)).order_by(Alert.starts_at, Alert.id)
    return session.scalars(statement.limit(limit)).all()


def list_begun_after(
    session: Session, alert_ids: Collection[int], since: datetime
) -> Sequence[int]:
    """Those of the alerts that began after ``since``."""
    statement = select(Alert.id).where(
        Alert.id.in_(rows_of(session, list(alert_ids))), Alert.starts_at > since
    )
    return session.scalars(statement).all()


def count_firing(session: Session, escalation_id: int) -> int:
    """How many of its alerts fire."""
    statement = select(func.count()).select_from(Alert).where(*_fires(escalation_id))
    return session.scalar(statement) or 0


def _fires(escalation_id: int) -> tuple[ColumnElement[bool], ...]:
    mine = select(EscalationAlert.alert_id).where(EscalationAlert.escalation_id == escalation_id)
    return Alert.status == Status.FIRING, Alert.id.in_(mine)


def count_recent_firings(session: Session, escalation_id: int, since: datetime) -> int:
    """How many times its alerts began to fire after ``since``."""
    mine = select(EscalationAlert.alert_id).where(EscalationAlert.escalation_id == escalation_id)
    statement = (
        select(func.count())
        .select_from(AlertEvent)
        .where(
            AlertEvent.alert_id.in_(mine),
            AlertEvent.kind == Status.FIRING,
            AlertEvent.at > since,
        )
    )
    return session.scalar(statement) or 0


def find_last_event(session: Session, escalation_id: int) -> EscalationEvent | None:
    """The newest line of its log."""
    statement = select(EscalationEvent).where(EscalationEvent.escalation_id == escalation_id)
    return session.scalar(statement.order_by(EscalationEvent.id.desc()).limit(1))


def lock_turn(session: Session, chain: str, step: int) -> RoundRobin:
    """Whose turn it is in a round robin step, locked; made when it is the first time."""
    insert_new(session, RoundRobin, chain=chain, step=step, taken=0)
    statement = (
        select(RoundRobin)
        .where(RoundRobin.chain == chain, RoundRobin.step == step)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one()


def list_alert_ids(session: Session, escalation_id: int) -> Sequence[int]:
    """The alerts that the escalation is about."""
    statement = select(EscalationAlert.alert_id).where(
        EscalationAlert.escalation_id == escalation_id
    )
    return session.scalars(statement.order_by(EscalationAlert.alert_id)).all()


def oldest_overdue_step(session: Session, now: datetime) -> datetime | None:
    """When the step or page came due that has waited longest at ``now``; None when none waits."""
    due = next_due(session)
    return due if due is not None and due <= now else None


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
