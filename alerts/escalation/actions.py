"""Beginning, holding and ending escalations.

Their own log (``escalation_event``) says who was told and why it ended, so these actions write no
audit rows: what a person does is audited where that person did it.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from alerts.acknowledgement.queries import list_unacknowledged
from alerts.escalation.chain import Chain, freeze
from alerts.escalation.models import Escalation, EscalationAlert, EscalationEvent
from alerts.escalation.queries import list_alert_ids, lock_open_of_alerts, lock_open_of_group
from alerts.notification import Notification
from alerts.settings import AlertSettings
from core.auth.actor import Actor


def start(
    session: Session,
    *,
    group_id: int,
    alert_ids: Collection[int],
    chain: str,
    settings: AlertSettings,
    notification: Notification,
    now: datetime,
    real_now: datetime,
) -> Escalation:
    """Walk the chain for this group; its first step is due at once.

    ``chain`` is a name of ``alerts.escalations``; the steps are kept as they are now. A group that
    is being escalated already goes on where it is; alerts that are new to one that is exhausted, or
    that people are on, begin it again, since nobody has been told of them. While every alert that
    fires is acknowledged, it waits. The caller holds the group's row, so that nobody else starts or
    stops an escalation of it meanwhile. ``now`` is the district's time.
    """
    found = lock_open_of_group(session, group_id)
    if found is None:
        found = _create(session, group_id, chain, settings.escalations[chain], notification, now)
        if not list_unacknowledged(session, alert_ids, now):
            found.state, found.next_step_at = "acknowledged", None
    found.notification = notification.model_dump(mode="json")
    known = set(list_alert_ids(session, found.id))
    joined = sorted(set(alert_ids) - known)
    if joined:
        rows = [{"escalation_id": found.id, "alert_id": alert_id} for alert_id in joined]
        session.execute(insert(EscalationAlert), rows)
    if known and joined:
        note(session, found, "joined", now, detail=f"{len(joined):,} more alerts")
    if known and found.state != "active" and list_unacknowledged(session, joined, now):
        _begin_again(session, found, f"{len(joined):,} more alerts", now)
    return found


def _create(
    session: Session,
    group_id: int,
    name: str,
    chain: Chain,
    notification: Notification,
    now: datetime,
) -> Escalation:
    found = Escalation(
        group_id=group_id,
        chain=name,
        steps=freeze(chain.steps),
        notification=notification.model_dump(mode="json"),
        state="active",
        step=0,
        round=0,
        repeats=0,
        next_step_at=now,
        started_at=now,
    )
    session.add(found)
    session.flush()
    note(session, found, "started", now, detail=name)
    return found


def stop(session: Session, *, group_id: int, reason: str, now: datetime) -> bool:
    """End the group's escalation because of ``reason`` (``resolved``); False when there is none."""
    found = lock_open_of_group(session, group_id)
    if found is None:
        return False
    found.state, found.next_step_at = "ended", None
    found.ended_at, found.ended_because = now, reason
    note(session, found, "ended", now, detail=reason)
    return True


def halt(session: Session, *, alert_ids: Collection[int], by: Actor, now: datetime) -> None:
    """Hold the escalations all of whose firing alerts are acknowledged now."""
    for found in lock_open_of_alerts(session, alert_ids, ("active", "exhausted")):
        if not list_unacknowledged(session, list_alert_ids(session, found.id), now):
            found.state, found.next_step_at = "acknowledged", None
            note(session, found, "acknowledged", now, detail=by.name)


def resume(session: Session, *, alert_ids: Collection[int], because: str, now: datetime) -> None:
    """Begin again the escalations that were held and about whose alerts nobody is any more.

    From the first step: whoever was on it may not be there.
    """
    for found in lock_open_of_alerts(session, alert_ids, ("acknowledged",)):
        if list_unacknowledged(session, list_alert_ids(session, found.id), now):
            _begin_again(session, found, because, now)


def _begin_again(session: Session, found: Escalation, because: str, now: datetime) -> None:
    found.state, found.step, found.next_step_at = "active", 0, now
    found.round, found.repeats = found.round + 1, 0
    note(session, found, "resumed", now, detail=because)


def note(
    session: Session,
    found: Escalation,
    kind: str,
    at: datetime,
    *,
    step: int | None = None,
    detail: str = "",
) -> None:
    """Add a line to the escalation's log."""
    session.add(
        EscalationEvent(
            escalation_id=found.id,
            at=at,
            kind=kind,
            step=step,
            round=found.round,
            detail=detail,
        )
    )
