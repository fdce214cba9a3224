"""Reading alerts, always through what an actor may see."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from alerts.models import Alert, AlertEvent
from alerts.rules import AlertState, EventKind, Status
from core.auth.actor import Actor
from sis.organizations.queries import list_schools

_CHUNK = 1000


@dataclass(frozen=True)
class AlertFilter:
    """What a list is narrowed to; an empty text means any."""

    status: str = ""
    severity: str = ""
    service: str = ""
    school: str = ""
    alertname: str = ""


Position = tuple[str, datetime, int]
"""Where a page ended: status, starts_at and id of its last alert."""


@dataclass(frozen=True)
class KnownAlert:
    """A row of the table, as the rules see it."""

    id: int
    state: AlertState
    routed_by: str


def lock_alerts(session: Session, fingerprints: Collection[str]) -> dict[str, KnownAlert]:
    """The alerts of these fingerprints, locked for this transaction, by fingerprint."""
    ordered, found = sorted(set(fingerprints)), {}
    for start in range(0, len(ordered), _CHUNK):
        statement = (
            _known()
            .where(Alert.fingerprint.in_(ordered[start : start + _CHUNK]))
            .order_by(Alert.fingerprint)
            .with_for_update(key_share=True)
        )
        found.update({row.fingerprint: _known_of(row) for row in session.execute(statement)})
    return found


def lock_expired(session: Session, now: datetime, limit: int) -> list[KnownAlert]:
    """Firing alerts whose time has run out without another report, locked."""
    statement = (
        _known()
        .where(Alert.expires_at.is_not(None), Alert.expires_at <= now)
        .order_by(Alert.fingerprint)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [_known_of(row) for row in session.execute(statement)]


def lock_unrouted(session: Session, version: str, limit: int) -> list[KnownAlert]:
    """Firing alerts that another configuration of routes gave their groups, locked."""
    statement = (
        _known()
        .where(Alert.status == Status.FIRING, Alert.routed_by != version)
        .order_by(Alert.fingerprint)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [_known_of(row) for row in session.execute(statement)]


def has_unrouted(session: Session, version: str) -> bool:
    """Whether ``lock_unrouted`` would find an alert that nobody has locked."""
    statement = select(Alert.id).where(Alert.status == Status.FIRING, Alert.routed_by != version)
    return session.scalar(statement.limit(1)) is not None


def _known() -> Select[*tuple[Any, ...]]:
    return select(
        Alert.id,
        Alert.fingerprint,
        Alert.labels,
        Alert.annotations,
        Alert.status,
        Alert.starts_at,
        Alert.ends_at,
        Alert.updated_at,
        Alert.expires_at,
        Alert.times_out,
        Alert.generator_url,
        Alert.routed_by,
    )


def _known_of(row: Any) -> KnownAlert:
    return KnownAlert(row[0], AlertState(*row[1:11]), row[11])


def visible_schools(session: Session, actor: Actor) -> set[str] | None:
    """Sourced ids of the schools whose alerts the actor may see; None means every alert."""
    if actor.scope is None:
        return None
    return {school.sourced_id for school in list_schools(session, actor)}


def list_alerts_for(
    session: Session,
    actor: Actor,
    wanted: AlertFilter,
    *,
    after: Position | None = None,
    limit: int = 50,
) -> Sequence[Alert]:
    """Firing alerts first, the newest first among them; then the resolved ones.

    An actor with a scope sees the alerts of its schools and no others.
    """
    fits = [
        column == value
        for column, value in (
            (Alert.severity, wanted.severity),
            (Alert.service, wanted.service),
            (Alert.school, wanted.school),
            (Alert.alertname, wanted.alertname),
        )
        if value
    ]
    schools = visible_schools(session, actor)
    if schools is not None:
        fits.append(Alert.school.in_(schools))
    return list_fitting(session, wanted.status, fits, after=after, limit=limit)


def list_fitting(
    session: Session,
    status: str,
    fits: Sequence[ColumnElement[bool]],
    *,
    after: Position | None,
    limit: int,
) -> Sequence[Alert]:
    """Alerts of that status, empty for any, for which all of ``fits`` holds, in the same order.

    Whose alerts they are is the caller's to ask for.
    """
    rows: list[Alert] = []
    for each in _statuses_from(status, after):
        rest = limit - len(rows)
        rows += _newest(session, [Alert.status == each, *fits], after, each, rest)
    return rows


def _statuses_from(wanted: str, after: Position | None) -> list[str]:
    """Those that the list still has to show, in its order; each is read by an index of its own."""
    begun = after[0] if after is not None else ""
    return [
        status.value for status in Status if wanted in ("", status.value) and status.value >= begun
    ]


def _newest(
    session: Session,
    fits: Sequence[ColumnElement[bool]],
    after: Position | None,
    status: str,
    limit: int,
) -> Sequence[Alert]:
    statement = select(Alert).where(*fits)
    if after is not None and after[0] == status:
        _, starts_at, alert_id = after
        earlier = and_(Alert.starts_at == starts_at, Alert.id < alert_id)
        statement = statement.where(or_(Alert.starts_at < starts_at, earlier))
    newest_first = statement.order_by(Alert.starts_at.desc(), Alert.id.desc())
    return session.scalars(newest_first.limit(limit)).all()


def count_firing(session: Session, actor: Actor) -> int:
    """How many alerts fire, of those that the actor may see."""
    statement = select(func.count()).select_from(Alert).where(Alert.status == Status.FIRING)
    schools = visible_schools(session, actor)
    if schools is not None:
        statement = statement.where(Alert.school.in_(schools))
    return session.scalar(statement) or 0


def count_by_status_and_severity(session: Session) -> dict[tuple[str, str], int]:
    """For the metrics: how many alerts are in each state."""
    rows = session.execute(
        select(Alert.status, Alert.severity, func.count()).group_by(Alert.status, Alert.severity)
    )
    return {(status, severity): alerts for status, severity, alerts in rows}


def count_events(session: Session, after: int, until: int | None) -> Counter[tuple[str, str]]:
    """(kind, reason) -> events with ``after < id <= until``; None: without an end."""
    reason = func.coalesce(
        AlertEvent.detail["reason"].as_string(), AlertEvent.detail["kind"].as_string(), ""
    )
    kinds = (EventKind.SUPPRESSED, EventKind.NOTIFIED)
    labelled = case((AlertEvent.kind.in_(kinds), reason), else_="")
    statement = select(AlertEvent.kind, labelled, func.count()).where(AlertEvent.id > after)
    if until is not None:
        statement = statement.where(AlertEvent.id <= until)
    rows = session.execute(statement.group_by(AlertEvent.kind, labelled))
    return Counter({(kind, why): events for kind, why, events in rows})


def list_services(session: Session) -> Sequence[str]:
    """Every service that an alert has named, for a filter."""
    statement = select(Alert.service).where(Alert.service != "").distinct()
    return session.scalars(statement.order_by(Alert.service)).all()


def list_events(session: Session, alert_id: int) -> Sequence[AlertEvent]:
    """The history of one alert, oldest first."""
    statement = select(AlertEvent).where(AlertEvent.alert_id == alert_id).order_by(AlertEvent.id)
    return session.scalars(statement).all()


def last_event_id(session: Session) -> int:
    """A stamp that grows whenever an alert changes its state."""
    return session.scalar(select(func.max(AlertEvent.id))) or 0
