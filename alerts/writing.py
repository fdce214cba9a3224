"""Writing many alerts and events with few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from alerts.models import Alert, AlertEvent
from alerts.rules import AlertState, EventKind
from core.db import JsonDict

INSERTED_AT_ONCE = 500
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
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    ids: dict[str, int] = {}
    for start in range(0, len(states), INSERTED_AT_ONCE):
        rows = [_new_row(state, version) for state in states[start : start + INSERTED_AT_ONCE]]
        statement = (
            dialect.insert(Alert)
            .on_conflict_do_nothing(index_elements=["fingerprint"])
            .returning(Alert.fingerprint, Alert.id)
        )
        ids.update({key: alert_id for key, alert_id in session.execute(statement, rows)})
    return ids


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


def update_alerts(session: Session, states: Sequence[tuple[int, AlertState]]) -> None:
    """Write what may change of alerts that exist, by id."""
    if states:
        rows = [{"id": alert_id, **_changing(state)} for alert_id, state in states]
        session.execute(update(Alert), rows)


def mark_routed(session: Session, alert_ids: Sequence[int], version: str) -> None:
    """Write which configuration of routes gave the alerts their groups."""
    if alert_ids:
        session.execute(
            update(Alert).where(Alert.id.in_(alert_ids)).values(routed_by=version),
            execution_options={"synchronize_session": False},
        )


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
    if rows:
        session.execute(insert(AlertEvent), rows)
