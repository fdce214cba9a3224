"""The dispatcher: resolves what nobody reports any more, and flushes groups when they are due."""

from datetime import datetime, timedelta

from alerts.actions import expire_alerts, reroute_alerts
from alerts.queries import has_unrouted
from alerts.routing.actions import MOST_GROUPS, flush_due
from alerts.routing.membership import version_of
from alerts.routing.queries_groups import next_due, next_expiry
from alerts.settings import AlertSettings
from core.clock import monotonic
from core.loops.loop import Loop
from core.runtime import Runtime

MOST_ALERTS = 500
"""Alerts expired or routed anew in one transaction."""
REROUTE_SECONDS = 60.0


class Dispatcher:
    """Group timers run on the district's clock. Several dispatchers may share one database."""

    def __init__(self) -> None:
        self._reroute_at = 0.0

    def turn(self, runtime: Runtime) -> timedelta | None:
        """Do what is due; how long until something is due again, in the machine's time."""
        settings = runtime.settings.of(AlertSettings)
        if monotonic() >= self._reroute_at:
            self._reroute(runtime, settings)
            self._reroute_at = monotonic() + REROUTE_SECONDS
        while True:
            now = runtime.clock.now()
            with runtime.database.read() as session:
                expiry, due = next_expiry(session), next_due(session)
            if not self._act(runtime, settings, now, expiry, due):
                break
        upcoming = [at for at in (expiry, due) if at is not None]
        wait = min(upcoming) - now if upcoming else None
        return None if wait is None else wait / runtime.clock.speed

    def _act(
        self,
        runtime: Runtime,
        settings: AlertSettings,
        now: datetime,
        expiry: datetime | None,
        due: datetime | None,
    ) -> bool:
        """Whether anything was done, so that there may be more to do."""
        real_now = runtime.clock.real_now()
        done = 0
        if expiry is not None and expiry <= now:
            with runtime.database.write() as session:
                done += expire_alerts(
                    session, settings=settings, now=now, real_now=real_now, limit=MOST_ALERTS
                )
        if due is not None and due <= now:
            with runtime.database.write() as session:
                done += flush_due(
                    session, settings=settings, now=now, real_now=real_now, limit=MOST_GROUPS
                )
        return done > 0

    def _reroute(self, runtime: Runtime, settings: AlertSettings) -> None:
        """Firing alerts follow a configuration that was changed since they were routed."""
        version = version_of(settings)
        with runtime.database.read() as session:
            more = has_unrouted(session, version)
        while more:
            with runtime.database.write() as session:
                now = runtime.clock.now()
                more = reroute_alerts(session, settings=settings, now=now, limit=MOST_ALERTS) > 0


def make_loops(_runtime: Runtime) -> list[Loop]:
    return [Loop("alerts.dispatcher", Dispatcher().turn)]
