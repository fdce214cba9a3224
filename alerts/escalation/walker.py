"""The walker: walks the escalations that are due, and sends the pages that are."""

from datetime import timedelta

from alerts.escalation.actions import advance_due
from alerts.escalation.queries import next_due
from alerts.settings import AlertSettings
from core.loops.loop import Loop
from core.runtime import Runtime


def turn(runtime: Runtime) -> timedelta | None:
    """Walk what is due; how long until something is due again, in the machine's time.

    Steps come due by the district's clock. Several processes may walk at once.
    """
    settings = runtime.settings.of(AlertSettings)
    while True:
        now = runtime.clock.now()
        with runtime.database.read() as session:
            due = next_due(session)
        if due is None or due > now:
            return None if due is None else (due - now) / runtime.clock.speed
        with runtime.database.write() as session:
            walked = advance_due(
                session, settings=settings, now=now, real_now=runtime.clock.real_now()
            )
        if not walked:  # another process holds what is due
            return None


def make_loops() -> list[Loop]:
    return [Loop("alerts.escalations", turn)]
