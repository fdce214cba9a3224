"""Writing many alerts and events with few statements."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from alerts.models import Alert, AlertEvent
from alerts.queries import KnownAlert
from alerts.rules import AlertState, EventKind
from core.bulk import insert_many
from core.db import JsonDict

SEARCHED = ("alertname", "school", "service", "severity")


@dataclass(frozen=True)
class Event:
    """Something that happened to an alert, in the district's time."""

    alert_id: int
    kind: EventKind
    at: datetime
    detail: JsonDict


def insert_alerts(session: Session, states: Sequence[AlertState], version: str) -> dict[str, int]:
    """Create alerts; the ids by fingerprint of those that nobody else created meanwhile."""
    rows = [_new_row(state, version) for state in states]
    return dict(insert_many(session, Alert, rows, returning=("fingerprint", "id")))


def _new_row(state: AlertState, version: str) -> JsonDict:
    return {
        "fingerprint": state.fingerprint,
        "labels": dict(state.labels),
        **{name: state.labels.get(name, "") for name in SEARCHED},
        **_changing(state),
        "routed_by": version,
    }


def _changing(state: AlertState) -> JsonDict:
    return {
        "annotations": dict(state.annotations),
        "status": str(state.status),
        "starts_at": state.starts_at,
        "ends_at": state.ends_at,
        "updated_at": state.updated_at,
        "expires_at": state.expires_at,
        "times_out": state.times_out,
        "generator_url": state.generator_url,
    }


def update_alerts(session: Session, states: Sequence[tuple[KnownAlert, AlertState]]) -> None:
    """Write what has changed of alerts that exist.

    Where only the end has moved, as when a reporter says the same again, one statement serves
    all that move to the same end.
    """
    moved: dict[tuple[datetime | None, bool, datetime], list[int]] = {}
    rows = []
    for known, state in states:
        if _only_moved(known.state, state):
            end = (state.expires_at, state.times_out, state.updated_at)
            moved.setdefault(end, []).append(known.id)
        else:
            rows.append({"row_id": known.id, **_changing(state)})
    for (expires_at, times_out, updated_at), alert_ids in moved.items():
        _update(
            session,
            alert_ids,
            expires_at=expires_at,
            times_out=times_out,
            updated_at=updated_at,
        )
    if rows:
        names = _changing(states[0][1])
        session.connection().execute(
            update(Alert)
            .where(Alert.id == bindparam("row_id"))
            .values({name: bindparam(name) for name in names}),
            rows,
        )


def _only_moved(known: AlertState, state: AlertState) -> bool:
    same = replace(
        state,
        expires_at=known.expires_at,
        times_out=known.times_out,
        updated_at=known.updated_at,
    )
    return same == known


def _update(session: Session, alert_ids: Sequence[int], **values: object) -> None:
    session.connection().execute(update(Alert).where(Alert.id.in_(alert_ids)).values(values))


def mark_routed(session: Session, alert_ids: Sequence[int], version: str) -> None:
    """Write which configuration of routes gave the alerts their groups."""
    if alert_ids:
        _update(session, alert_ids, routed_by=version)


def insert_events(session: Session, events: Sequence[Event], real_now: datetime) -> None:
    """Add to the history of alerts."""
    rows = [
        {
            "alert_id": event.alert_id,
            "kind": event.kind.value,
            "at": event.at,
            "recorded_at": real_now,
            "detail": event.detail,
        }
        for event in events
    ]
    insert_many(session, AlertEvent, rows)
