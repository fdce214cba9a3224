"""What fires now, as Alertmanager shows it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from alerts.alertmanager.rules.gettable import Reasons, Shown, alert_body, group_order
from alerts.alertmanager.rules.times import Shift
from alerts.models import Alert
from alerts.queries_matching import Search, list_found, pages_found
from alerts.routing.queries import AlertStanding, list_standings
from alerts.routing.rules.tree import Group
from alerts.settings import AlertSettings

PAGE = 1000


@dataclass(frozen=True)
class Question:
    """What is asked for, and when; ``receiver`` is for the whole name."""

    search: Search
    shown: Shown
    receiver: re.Pattern[str] | None
    settings: AlertSettings
    now: datetime
    shift: Shift

    def asks_for(self, receiver: str) -> bool:
        return self.receiver is None or self.receiver.fullmatch(receiver) is not None


def page_of_alerts(
    session: Session, asked: Question, after: str
) -> tuple[list[dict[str, Any]], str | None]:
    """Alerts that fit, by fingerprint from behind ``after``; where to go on, None at the end."""
    rows, onwards = list_found(session, asked.search, after=after, limit=PAGE)
    bodies = [
        _body(row, standing, asked)
        for row, standing in _standing(session, rows, asked)
        if any(asked.asks_for(name) for name in standing.receivers)
    ]
    return bodies, onwards


def groups_of(session: Session, asked: Question) -> list[dict[str, Any]]:
    """The groups that the alerts which fit are told in, each with its alerts by fingerprint."""
    found: dict[str, dict[str, Any]] = {}
    for rows in pages_found(session, asked.search):
        for row, standing in _standing(session, rows, asked):
            for group in standing.groups:
                if asked.asks_for(group.route.receiver):
                    told = found.setdefault(group.slot, _empty(group))
                    told["alerts"].append(_body(row, standing, asked))
    return sorted(
        found.values(), key=lambda group: group_order(group["labels"], group["receiver"]["name"])
    )


def _empty(group: Group) -> dict[str, Any]:
    return {
        "alerts": [],
        "labels": dict(group.labels),
        "receiver": {"name": group.route.receiver},
    }


def _standing(
    session: Session, rows: Sequence[Alert], asked: Question
) -> Iterator[tuple[Alert, AlertStanding]]:
    standings = list_standings(session, rows, asked.settings, asked.now)
    for row in rows:
        standing = standings[row.id]
        if asked.shown.lets_through(standing.state, _reasons(standing)):
            yield row, standing


def _reasons(standing: AlertStanding) -> Reasons:
    return Reasons(standing.silenced_by, standing.inhibited_by, standing.muted_by)


def _body(row: Alert, standing: AlertStanding, asked: Question) -> dict[str, Any]:
    """An alert without an end of its own is shown as Alertmanager would take it: for a while."""
    return alert_body(
        fingerprint=row.fingerprint,
        labels=row.labels,
        annotations=row.annotations,
        generator_url=row.generator_url,
        starts_at=row.starts_at,
        ends_at=row.expires_at or asked.now + asked.settings.resolve_timeout,
        updated_at=row.updated_at,
        state=standing.state,
        reasons=_reasons(standing),
        receivers=standing.receivers,
        shift=asked.shift,
    )
