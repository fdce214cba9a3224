"""Which alerts somebody is on, decided by the events after their word."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from alerts.acknowledgement.models import Acknowledgement
from alerts.acknowledgement.rules import STATE_CHANGES
from alerts.models import Alert, AlertEvent
from alerts.rules import Status
from core.id_list import rows_of


def _undone() -> ColumnElement[bool]:
    """The condition that the alert's state has changed since, in a way that ends the word."""
    return exists().where(
        AlertEvent.alert_id == Acknowledgement.alert_id,
        AlertEvent.id > Acknowledgement.event_id,
        AlertEvent.kind.in_(STATE_CHANGES),
        or_(Acknowledgement.sticky.is_(False), AlertEvent.kind == Status.RESOLVED),
    )


def holds(now: datetime) -> ColumnElement[bool]:
    """The condition of an acknowledgement that holds at ``now``, for other queries of alerts."""
    return and_(
        Acknowledgement.ended_at.is_(None),
        or_(Acknowledgement.expires_at.is_(None), Acknowledgement.expires_at > now),
        ~_undone(),
    )


def list_acknowledged(
    session: Session, alert_ids: Collection[int], now: datetime
) -> dict[int, Acknowledgement]:
    """Alert id -> the acknowledgement that holds at ``now``; alerts without one are left out.

    One statement, whatever the number of ids.
    """
    if not alert_ids:
        return {}
    statement = select(Acknowledgement).where(
        Acknowledgement.alert_id.in_(rows_of(session, list(alert_ids))), holds(now)
    )
    return {found.alert_id: found for found in session.scalars(statement)}


def list_unacknowledged(
    session: Session, alert_ids: Collection[int], now: datetime
) -> Sequence[int]:
    """Those of the alerts that fire and that nobody is on, by id."""
    if not alert_ids:
        return []
    taken = exists().where(Acknowledgement.alert_id == Alert.id, holds(now))
    statement = select(Alert.id).where(
        Alert.id.in_(rows_of(session, list(alert_ids))), Alert.status == Status.FIRING, ~taken
    )
    return session.scalars(statement.order_by(Alert.id)).all()


def lock_open(session: Session, alert_ids: Collection[int]) -> dict[int, Acknowledgement]:
    """The acknowledgements of these alerts that nobody has ended, locked, by alert id."""
    statement = (
        select(Acknowledgement)
        .where(
            Acknowledgement.ended_at.is_(None),
            Acknowledgement.alert_id.in_(rows_of(session, list(alert_ids))),
        )
        .order_by(Acknowledgement.alert_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {found.alert_id: found for found in session.scalars(statement)}


def lock_firing(session: Session, alert_ids: Collection[int]) -> dict[int, int]:
    """Of these alerts those that fire, locked: id -> id of the newest event, 0 without any."""
    ids = rows_of(session, list(alert_ids))
    locked = select(Alert.id).where(Alert.id.in_(ids), Alert.status == Status.FIRING)
    firing = session.scalars(
        locked.order_by(Alert.fingerprint).with_for_update(key_share=True)
    ).all()
    newest = (
        select(AlertEvent.alert_id, func.max(AlertEvent.id))
        .where(AlertEvent.alert_id.in_(rows_of(session, firing)))
        .group_by(AlertEvent.alert_id)
    )
    events = {alert_id: event_id for alert_id, event_id in session.execute(newest)}
    return {alert_id: events.get(alert_id, 0) for alert_id in firing}


def lock_over(session: Session, now: datetime, limit: int) -> Sequence[Acknowledgement]:
    """Acknowledgements nobody has ended that hold no more at ``now``, locked, oldest first."""
    statement = (
        select(Acknowledgement)
        .where(Acknowledgement.ended_at.is_(None), ~holds(now))
        .order_by(Acknowledgement.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(statement).all()


def list_kinds_since(session: Session, found: Acknowledgement) -> Sequence[str]:
    """The kinds of the alert's events after its acknowledgement."""
    statement = select(AlertEvent.kind).where(
        AlertEvent.alert_id == found.alert_id, AlertEvent.id > found.event_id
    )
    return session.scalars(statement.distinct()).all()


def lock_reminders(session: Session, now: datetime, limit: int) -> Sequence[Acknowledgement]:
    """Acknowledgements that hold and whose author is to be asked, locked, most overdue first."""
    statement = (
        select(Acknowledgement)
        .where(Acknowledgement.remind_at <= now, holds(now))
        .order_by(Acknowledgement.remind_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(statement).all()


def list_history(session: Session, alert_id: int) -> Sequence[Acknowledgement]:
    """Every acknowledgement of one alert, oldest first."""
    statement = select(Acknowledgement).where(Acknowledgement.alert_id == alert_id)
    return session.scalars(statement.order_by(Acknowledgement.id)).all()
