"""Raising and resolving alerts; who is told is decided when their groups are flushed.

The rows of ``alert_event`` are the record of who changed what: machines raise alerts, so these
actions write no audit rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.queries import lock_alerts, lock_expired, lock_unrouted
from alerts.routing.membership import Routed, join_groups, leave_other_groups, version_of
from alerts.rules import (
    AlertChange,
    AlertState,
    EventKind,
    Status,
    is_news,
    merge,
)
from alerts.settings import AlertSettings
from alerts.topics import topic_of
from alerts.writing import Event, insert_alerts, insert_events, mark_routed, update_alerts
from core.db import JsonDict
from core.wake import wake

__all__ = [
    "AlertChange",
    "expire_alerts",
    "raise_alerts",
    "record_event",
    "reroute_alerts",
    "topic_of",
]

_CHUNK = 1000


def raise_alerts(
    session: Session,
    changes: Iterable[AlertChange],
    *,
    settings: AlertSettings,
    now: datetime,
    real_now: datetime,
) -> int:
    """Bring the alerts up to date and return how many began to fire or were resolved.

    An alert that begins joins its groups, and when each of them is told next is set, in the same
    transaction; the dispatcher is woken when it commits. A report that says nothing new changes
    nothing. ``now`` is the district's time: a report from after it counts as of now. ``real_now``
    is the machine's.
    """
    in_time = [_not_later(change, now) for change in changes]
    reports = [(change.fingerprint, change) for change in in_time]
    told = 0
    for start in range(0, len(reports), _CHUNK):
        rest = reports[start : start + _CHUNK]
        while rest:
            news, rest = _apply(session, rest, settings, now, real_now)
            told += news
    if told:
        wake(session)
    return told


def _not_later(change: AlertChange, now: datetime) -> AlertChange:
    latest = (change.at, change.starts_at or now, change.ends_at or now)
    if max(latest) <= now:
        return change
    return replace(
        change,
        at=min(change.at, now),
        starts_at=change.starts_at and min(change.starts_at, now),
        ends_at=change.ends_at and min(change.ends_at, now),
    )


_Report = tuple[str, AlertChange]


def _apply(
    session: Session,
    reports: Sequence[_Report],
    settings: AlertSettings,
    now: datetime,
    real_now: datetime,
) -> tuple[int, list[_Report]]:
    """Merge the reports into the table: how many are news, and the reports to try again.

    A report is tried again when another transaction created its alert at the same moment.
    """
    rows = lock_alerts(session, [key for key, _ in reports])
    states = {key: row.state for key, row in rows.items()}
    changed: set[str] = set()
    news: list[AlertState] = []
    for key, change in reports:
        known, merged = states.get(key), merge(states.get(key), change)
        if merged is None:
            continue
        states[key] = merged
        changed.add(key)
        if is_news(known, merged):
            news.append(merged)
    version = version_of(settings)
    ids = {key: row.id for key, row in rows.items()}
    ids |= insert_alerts(session, [states[key] for key in sorted(changed - rows.keys())], version)
    update_alerts(session, [(rows[key], states[key]) for key in sorted(changed & rows.keys())])
    written = [state for state in news if state.fingerprint in ids]
    insert_events(session, [_event(ids, state) for state in written], real_now)
    last = {state.fingerprint: state for state in written}
    routed = [Routed(ids[key], states[key]) for key in last]
    join_groups(session, routed, tree=settings.tree, now=now)
    missed = changed - ids.keys()
    return len(written), [(key, change) for key, change in reports if key in missed]


def _event(ids: dict[str, int], state: AlertState) -> Event:
    return Event(
        ids[state.fingerprint], EventKind(state.status), state.updated_at, dict(state.annotations)
    )


def expire_alerts(
    session: Session, *, settings: AlertSettings, now: datetime, real_now: datetime, limit: int
) -> int:
    """Resolve alerts that were not reported again in time, and return how many."""
    rows = lock_expired(session, now, limit)
    states = [
        (
            row,
            replace(
                row.state,
                status=Status.RESOLVED,
                ends_at=row.state.expires_at,
                updated_at=now,
                expires_at=None,
                times_out=False,
            ),
        )
        for row in rows
    ]
    update_alerts(session, states)
    events = [
        Event(row.id, EventKind.RESOLVED, state.ends_at or now, dict(state.annotations))
        for row, state in states
    ]
    insert_events(session, events, real_now)
    routed = [Routed(row.id, state) for row, state in states]
    join_groups(session, routed, tree=settings.tree, now=now)
    return len(rows)


def reroute_alerts(session: Session, *, settings: AlertSettings, now: datetime, limit: int) -> int:
    """Give firing alerts the groups of a changed configuration, and return how many.

    What a group was told before is kept where its key and receiver are the same.
    """
    version = version_of(settings)
    rows = lock_unrouted(session, version, limit)
    routed = [Routed(row.id, row.state) for row in rows]
    leave_other_groups(session, routed, tree=settings.tree, now=now)
    join_groups(session, routed, tree=settings.tree, now=now)
    mark_routed(session, [row.id for row in rows], version)
    return len(rows)


def record_event(
    session: Session,
    alert_ids: Iterable[int],
    kind: EventKind,
    *,
    at: datetime,
    real_now: datetime,
    detail: JsonDict | None = None,
) -> None:
    """Write the same event into the history of each alert."""
    events = [Event(alert_id, kind, at, detail or {}) for alert_id in alert_ids]
    insert_events(session, events, real_now)
