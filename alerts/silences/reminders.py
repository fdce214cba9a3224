"""Before a silence ends its author is told: what it hides may come back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from alerts.actions import AlertChange, raise_alerts
from alerts.channel_settings import Method, ready_methods
from alerts.contacts.actions import say
from alerts.contacts.queries import list_verified
from alerts.contacts.rules import Address
from alerts.delivery import enqueue_personal
from alerts.matching import format_matchers
from alerts.notification import Notification
from alerts.rules import Severity, Status
from alerts.settings import AlertSettings
from alerts.silences.models import Silence
from alerts.silences.queries import lock_due_reminders, matchers_of
from core.jobs.job import Job
from core.runtime import Runtime
from core.web.settings import site

NAME = "SilenceEnding"
MOST_AT_ONCE = 200
QUIET_FIRST = (Method.PUSH, Method.SLACK, Method.MAIL, Method.SMS)
"""Which address of a person is used: nobody is called about this."""


def make_jobs() -> Sequence[Job]:
    return [Job("alerts.silence_reminders", timedelta(seconds=30), remind)]


def remind(runtime: Runtime, now: datetime) -> None:
    """Remind each author once, at a verified address of theirs.

    Of a silence whose author has none (a program, amtool) the alert ``SilenceEnding`` tells those
    whom its route names; it is resolved when the silence ends.
    """
    settings, zone = runtime.settings.of(AlertSettings), site(runtime.settings).zone
    real_now = runtime.clock.real_now()
    with runtime.database.write() as session:
        due = lock_due_reminders(session, now, MOST_AT_ONCE)
        addresses = list_verified(session, [number for row in due if (number := _user_id(row))])
        changes = []
        for row in due:
            row.remind_at = None
            text = _sentence(row, f"{row.ends_at.astimezone(zone):%H:%M}")
            address = _quietest(addresses.get(_user_id(row) or 0, ()), settings)
            if address is None:
                changes.append(_change(row, text, now))
            else:
                _write(session, row, address, say(text, NAME, now, _path(row)), real_now)
        raise_alerts(session, changes, settings=settings, now=now, real_now=real_now)


def _user_id(row: Silence) -> int | None:
    kind, _, number = row.author.partition(":")
    return int(number) if kind == "user" else None


def _sentence(row: Silence, ends: str) -> str:
    return f"The silence {format_matchers(matchers_of(row))} ends at {ends} ({row.comment})"


def _path(row: Silence) -> str:
    return f"/alerts/silences/{row.uuid}"


def _quietest(addresses: Sequence[Address], settings: AlertSettings) -> Address | None:
    """The address to write to; None when there is none that a channel reaches now."""
    ready = ready_methods(settings.personal)
    known = {each.method: each for each in addresses if each.method in ready}
    return next((known[method] for method in QUIET_FIRST if method in known), None)


def _write(
    session: Session, row: Silence, to: Address, notification: Notification, real_now: datetime
) -> None:
    enqueue_personal(
        session,
        method=to.method,
        address=to.address,
        notification=notification,
        key=f"silence-ending:{row.uuid}:{row.ends_at.isoformat()}",
        now=real_now,
    )


def _change(row: Silence, text: str, now: datetime) -> AlertChange:
    return AlertChange(
        labels={
            "alertname": NAME,
            "service": "bellwether",
            "severity": Severity.INFO.value,
            "silence": row.uuid,
        },
        annotations={"summary": text, "path": _path(row)},
        status=Status.FIRING,
        at=now,
        expires_at=row.ends_at,
    )
