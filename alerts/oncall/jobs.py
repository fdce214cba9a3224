"""What on-call does by the clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from alerts.actions import raise_alerts
from alerts.oncall.actions_calendars import read_stale
from alerts.oncall.watching import gap_changes, tell_handoffs
from alerts.settings import AlertSettings
from core.jobs.job import Job
from core.runtime import Runtime


def make_jobs() -> Sequence[Job]:
    """Handoffs and gaps by the district's clock, calendars by the machine's."""
    return [
        Job("alerts.oncall_handoffs", timedelta(minutes=1), watch_handoffs),
        Job("alerts.oncall_gaps", timedelta(minutes=5), watch_gaps),
        Job("alerts.oncall_calendars", timedelta(minutes=1), read_calendars, real=True),
    ]


def watch_handoffs(runtime: Runtime, now: datetime) -> None:
    """Tell people whose shift has begun."""
    with runtime.database.write() as session:
        tell_handoffs(session, now=now, real_now=runtime.clock.real_now())


def watch_gaps(runtime: Runtime, now: datetime) -> None:
    """Fire ``OnCallGap`` and ``OnCallNobody`` where nobody is on call; resolve them elsewhere."""
    settings = runtime.settings.of(AlertSettings)
    with runtime.database.write() as session:
        raise_alerts(
            session,
            gap_changes(session, now, settings.oncall.gaps_ahead),
            settings=settings,
            now=now,
            real_now=runtime.clock.real_now(),
        )


def read_calendars(runtime: Runtime, real_now: datetime) -> None:
    """Read the iCalendars of overrides that were not read for a while."""
    every = runtime.settings.of(AlertSettings).oncall.calendars_every
    read_stale(runtime, every=every, now=runtime.clock.now(), real_now=real_now)
