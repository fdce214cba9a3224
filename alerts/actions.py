"""Raising and resolving alerts, and telling people once.

The rows of ``alert_event`` are the record of who changed what: machines raise alerts, so these
actions write no audit rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from alerts.models import Alert, AlertEvent
from alerts.notification import compose, grouped, idempotency_key
from alerts.queries import lock_alerts
from alerts.rules import AlertChange, AlertState, fingerprint, merge
from alerts.settings import AlertSettings
from core.outbox.actions import enqueue

__all__ = ["AlertChange", "raise_alerts", "topic_of"]

_CHUNK = 500


def topic_of(channel_type: str) -> str:
    """The outbox topic of a channel: ``alert.slack``."""
    return f"alert.{channel_type}"


def raise_alerts(
    session: Session,
    changes: Iterable[AlertChange],
    *,
    settings: AlertSettings,
    now: datetime,
    real_now: datetime,
) -> int:
    """Bring the alerts up to date and return how many began to fire or were resolved.

    All that changed in one call is one notification per group and channel of the route's
    receiver, in the outbox of the same transaction. A report that says nothing new changes
    nothing and tells nobody. ``now`` is the district's time: a report from after it counts as
    of now. ``real_now`` is the machine's.
    """
    reports = [
        (fingerprint(change.labels), replace(change, at=min(change.at, now))) for change in changes
    ]
    news: dict[str, AlertState] = {}
    while reports:
        told, reports = _apply(session, reports, real_now)
        news.update({state.fingerprint: state for state in told})
    _notify(session, list(news.values()), settings, real_now)
    return len(news)


_Report = tuple[str, AlertChange]


def _apply(
    session: Session, reports: Sequence[_Report], real_now: datetime
) -> tuple[list[AlertState], list[_Report]]:
    """Merge the reports into the table: the states that are news, and reports to try again.

    A report is tried again when another transaction created its alert at the same moment.
    """
    rows = lock_alerts(session, [key for key, _ in reports])
    states = {key: _state(row) for key, row in rows.items()}
    changed: set[str] = set()
    news: list[AlertState] = []
    for key, change in reports:
        known, merged = states.get(key), merge(states.get(key), change)
        if merged is None:
            continue
        states[key] = merged
        changed.add(key)
        if known is None or (known.status, known.starts_at) != (merged.status, merged.starts_at):
            news.append(merged)
    ids = {key: row.id for key, row in rows.items()}
    ids |= _insert(session, [states[key] for key in sorted(changed - rows.keys())])
    for key in changed & rows.keys():
        _update(rows[key], states[key])
    news = [state for state in news if state.fingerprint in ids]
    _log(session, news, ids, real_now)
    return news, [(key, change) for key, change in reports if key in changed - ids.keys()]


def _state(row: Alert) -> AlertState:
    return AlertState(
        row.fingerprint,
        row.labels,
        row.annotations,
        row.status,
        row.starts_at,
        row.ends_at,
        row.updated_at,
    )


def _insert(session: Session, states: Sequence[AlertState]) -> dict[str, int]:
    """Create alerts; the ids by fingerprint of those that nobody else created meanwhile."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    ids: dict[str, int] = {}
    for start in range(0, len(states), _CHUNK):
        statement = (
            dialect.insert(Alert)
            .values([_row(state) for state in states[start : start + _CHUNK]])
            .on_conflict_do_nothing(index_elements=["fingerprint"])
            .returning(Alert.fingerprint, Alert.id)
        )
        ids.update({key: alert_id for key, alert_id in session.execute(statement)})
    return ids


def _row(state: AlertState) -> dict[str, object]:
    labels = state.labels
    return {
        "fingerprint": state.fingerprint,
        "labels": dict(labels),
        "annotations": dict(state.annotations),
        "status": str(state.status),
        "starts_at": state.starts_at,
        "ends_at": state.ends_at,
        "updated_at": state.updated_at,
        **{name: labels.get(name, "") for name in ("alertname", "school", "service", "severity")},
    }


def _update(row: Alert, state: AlertState) -> None:
    row.annotations = dict(state.annotations)
    row.status = str(state.status)
    row.starts_at = state.starts_at
    row.ends_at = state.ends_at
    row.updated_at = state.updated_at


def _log(
    session: Session, news: Sequence[AlertState], ids: dict[str, int], real_now: datetime
) -> None:
    events = [
        {
            "alert_id": ids[state.fingerprint],
            "status": str(state.status),
            "at": state.updated_at,
            "recorded_at": real_now,
            "annotations": dict(state.annotations),
        }
        for state in news
    ]
    if events:
        session.execute(insert(AlertEvent), events)


def _notify(
    session: Session, news: Sequence[AlertState], settings: AlertSettings, real_now: datetime
) -> None:
    receiver, group_by = settings.route.receiver, settings.route.group_by
    channels = [each for each in settings.receivers[receiver].channels if each.ready]
    for values, states in grouped(news, group_by).items():
        labels = dict(zip(group_by, values, strict=True))
        notification = compose(receiver, labels, states, settings.most_alerts)
        body = notification.model_dump(mode="json")
        for channel in channels:
            enqueue(
                session,
                topic=topic_of(channel.type),
                key=idempotency_key(receiver, channel.label, states),
                payload={
                    "receiver": receiver,
                    "channel": channel.label,
                    "title": notification.title,
                    "notification": body,
                },
                lane=f"{topic_of(channel.type)}:{receiver}:{channel.label}",
                now=real_now,
            )
