"""Raising the watchdog's alert, and putting the auditor's sign of life into the outbox."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.actions import AlertChange, raise_alerts
from alerts.audit.rules import Findings, Moment, problems
from alerts.audit.settings import AuditorSettings
from alerts.escalation.queries import oldest_overdue_step
from alerts.routing.queries_groups import next_due
from alerts.rules import Status
from alerts.settings import AlertSettings
from core.outbox.actions import enqueue
from core.outbox.queries import oldest_undelivered

WATCHDOG = "Watchdog"
TOPIC = "audit"
_REPORTS_MISSED = 5
"""The alert is resolved when so many reports of it are missing."""


def watch(
    session: Session, settings: AlertSettings, *, speed: float, now: datetime, real_now: datetime
) -> None:
    """Report that ``Watchdog`` fires. ``speed`` is how fast the district's time runs."""
    lasts = settings.watchdog.every * _REPORTS_MISSED * speed
    change = AlertChange(
        labels={"alertname": WATCHDOG, "service": "bellwether", "severity": "none"},
        annotations={
            "summary": "Alerts get through. Look for help when this message stops coming.",
            "path": "/alerts",
        },
        status=Status.FIRING,
        at=now,
        expires_at=now + lasts,
    )
    raise_alerts(session, [change], settings=settings, now=now, real_now=real_now)


def audit(session: Session, settings: AuditorSettings, at: Moment) -> Sequence[str]:
    """Look at everything that may be stuck; what is wrong, in sentences.

    When nothing is, the sign of life goes into the outbox; otherwise the reasons do, if there is
    a ``fail_url``. It goes the way of every message, so that it also proves that way.
    """
    waiting = {k: v for k, v in oldest_undelivered(session).items() if k != TOPIC}
    found = Findings(oldest_overdue_step(session, at.now), next_due(session), waiting)
    wrong = list(problems(found, at, settings.grace))
    url = settings.fail_url if wrong else settings.url
    if url:
        enqueue(
            session,
            topic=TOPIC,
            key=at.real_now.isoformat(),
            payload={
                "url": url,
                "title": "; ".join(wrong) or "All is well",
                "channel": "auditor",
                "good_until": (at.real_now + settings.grace).isoformat(),
            },
            now=at.real_now,
        )
    return wrong
