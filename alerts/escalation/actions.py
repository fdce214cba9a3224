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
from alerts.escalation.log import note
from alerts.escalation.models import Escalation, EscalationAlert
from alerts.escalation.queries import (
    count_firing,
    find_last_event,
    list_alert_ids,
    list_begun_after,
    list_firing,
    lock_due,
    lock_due_pages,
    lock_open_of_alerts,
    lock_open_of_group,
)
from alerts.escalation.telling import Telling, send
from alerts.escalation.walking import begin_again, end, hold, walk
from alerts.models import Alert
from alerts.notification import Notification, NotifiedAlert
from alerts.rules import badness
from alerts.settings import AlertSettings
from core.auth.actor import Actor

MOST_AT_ONCE = 10


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
    """Walk the chain for this group; the people of its first steps are told in this transaction.

    ``chain`` is a name of ``alerts.escalations``; the steps are kept as they are now. A group that
    is being escalated already goes on where it is; alerts that are new to one that is exhausted, or
    that people are on, begin it again, since nobody has been told of them. While every alert that
    fires is acknowledged, it waits. The caller holds the group's row, so that nobody else starts or
    stops an escalation of it meanwhile. ``now`` is the district's time.
    """
    found = lock_open_of_group(session, group_id)
    if found is None:
        found = _create(session, group_id, chain, settings.escalations[chain], notification, now)
    found.notification = notification.model_dump(mode="json")
    known = set(list_alert_ids(session, found.id))
    joined = sorted(set(alert_ids) - known)
    if joined:
        rows = [{"escalation_id": found.id, "alert_id": alert_id} for alert_id in joined]
        session.execute(insert(EscalationAlert), rows)
    if known and joined:
        note(session, found, "joined", now, detail=f"alerts: {len(joined):,}")
    if known and found.state != "active":
        _begin_for_news(session, found, alert_ids, joined, now)
    session.flush()
    if found.next_step_at is not None and found.next_step_at <= now:
        walk(session, found, _telling(session, found, settings, now, real_now))
    return found


def _begin_for_news(
    session: Session,
    found: Escalation,
    alert_ids: Collection[int],
    joined: Collection[int],
    now: datetime,
) -> None:
    """Walk the chain again when nobody has been told of an alert, or nobody is on it any more."""
    news = set(alert_ids)
    if found.state == "exhausted":
        session.flush()
        last = find_last_event(session, found.id)
        since = last.at if last is not None else found.started_at
        news = {*joined, *list_begun_after(session, alert_ids, since)}
    waiting = list_unacknowledged(session, news, now)
    if waiting:
        begin_again(session, found, f"alerts that nobody is on: {len(waiting):,}", now)


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
    end(session, found, reason, now)
    return True


def halt(session: Session, *, alert_ids: Collection[int], by: Actor, now: datetime) -> None:
    """Hold the escalations all of whose firing alerts are acknowledged now."""
    for found in lock_open_of_alerts(session, alert_ids, ("active", "exhausted")):
        if not list_unacknowledged(session, list_alert_ids(session, found.id), now):
            hold(session, found, by.name, now)


def resume(session: Session, *, alert_ids: Collection[int], because: str, now: datetime) -> None:
    """Begin again the escalations that were held and about whose alerts nobody is any more.

    From the first step: whoever was on it may not be there.
    """
    for found in lock_open_of_alerts(session, alert_ids, ("acknowledged",)):
        if list_unacknowledged(session, list_alert_ids(session, found.id), now):
            begin_again(session, found, because, now)


def advance_due(
    session: Session,
    *,
    settings: AlertSettings,
    now: datetime,
    real_now: datetime,
    limit: int = MOST_AT_ONCE,
) -> int:
    """Walk the escalations whose step is due, and send the pages that are; how many of both.

    ``now`` is the district's time, ``real_now`` the machine's. Several processes may call this at
    once: each takes what the others have not. At most ``limit`` of each kind.
    """
    due = lock_due(session, now, limit)
    for found in due:
        walk(session, found, _telling(session, found, settings, now, real_now))
    session.flush()
    pages = lock_due_pages(session, now, limit)
    for page, found in pages:
        if found.state in ("active", "exhausted"):
            send(session, page, _telling(session, found, settings, now, real_now))
        else:
            page.state = "cancelled"
    return len(due) + len(pages)


def _telling(
    session: Session, found: Escalation, settings: AlertSettings, now: datetime, real_now: datetime
) -> Telling:
    """The news as it is now: what fires of the escalation's alerts, worst first."""
    kept = Notification.model_validate(found.notification)
    rows = list_firing(session, found.id, settings.most_alerts)
    ordered = sorted(rows, key=lambda alert: badness(alert.labels, alert.annotations))
    current = {
        "alerts": tuple(_notified(alert) for alert in ordered),
        "firing_count": count_firing(session, found.id),
        "resolved_count": 0,
    }
    return Telling(settings, ordered, kept.model_copy(update=current), now, real_now)


def _notified(alert: Alert) -> NotifiedAlert:
    return NotifiedAlert(
        fingerprint=alert.fingerprint,
        status=alert.status,
        labels=alert.labels,
        annotations=alert.annotations,
        starts_at=alert.starts_at,
        ends_at=alert.ends_at,
    )
