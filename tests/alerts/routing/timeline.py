"""A scripted timeline on a clock that stands still: alerts are posted, the dispatcher looks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from alerts.actions import expire_alerts, raise_alerts
from alerts.notification import Notification
from alerts.routing.actions import flush_due
from alerts.routing.queries_groups import next_due, next_expiry
from alerts.rules import AlertChange
from alerts.settings import AlertSettings
from core.db import Database
from tests.alerts.support import REAL, TEN, messages

TIMES = {"group_wait": "30s", "group_interval": "5m", "repeat_interval": "4h"}

Said = tuple[str, list[str], list[str]]
"""A message: its reason, the names of what fires, and of what is resolved."""


def timeline(database: Database, **more: Any) -> "Timeline":
    """With Alertmanager's times, one receiver and one channel, unless ``more`` says otherwise."""
    route = {"receiver": "team", "group_by": ["alertname"], **TIMES, **more.pop("route", {})}
    receivers = {"team": {"channels": [{"type": "console", **more.pop("channel", {})}]}}
    settings = {"route": route, "receivers": receivers, **more}
    return Timeline(database, AlertSettings.model_validate(settings))


@dataclass
class Timeline:
    """``second`` counts from ten o'clock."""

    database: Database
    settings: AlertSettings
    second: float = 0
    _seen: int = field(default=0)

    @property
    def now(self) -> datetime:
        return TEN + timedelta(seconds=self.second)

    def to(self, second: float) -> None:
        """Let the time pass; the dispatcher does what is due at the moment when it is due."""
        end = TEN + timedelta(seconds=second)
        while (at := self._next_at()) is not None and at <= end:
            self.second = (at - TEN).total_seconds()
            every: dict[str, Any] = {"settings": self.settings, "now": at, "real_now": REAL}
            with self.database.write() as session:
                expire_alerts(session, limit=1000, **every)
                flush_due(session, **every)
        self.second = second

    def _next_at(self) -> datetime | None:
        with self.database.read() as session:
            times = [at for at in (next_due(session), next_expiry(session)) if at is not None]
        return max(min(times), self.now) if times else None

    def post(self, status: str, *names: str, at: float | None = None, **labels: str) -> None:
        """Report alerts of these names now, or at that second."""
        if at is not None:
            self.to(at)
        self.report(
            [
                AlertChange({"alertname": "Down", "name": name, **labels}, {}, status, self.now)
                for name in names
            ]
        )

    def report(self, changes: Sequence[AlertChange]) -> None:
        """Report, and flush what is due at once."""
        with self.database.write() as session:
            raise_alerts(session, changes, settings=self.settings, now=self.now, real_now=REAL)
        self.to(self.second)

    def said(self) -> list[Said]:
        """What was put into the outbox since the last call."""
        rows = messages(self.database)
        news = [Notification.model_validate(row.payload["notification"]) for row in rows]
        found = [
            (
                each.reason,
                sorted(alert.labels["name"] for alert in each.firing),
                sorted(alert.labels["name"] for alert in each.resolved),
            )
            for each in news[self._seen :]
        ]
        self._seen = len(rows)
        return found
