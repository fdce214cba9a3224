"""The rollover that a page asked for, and the rest of one whose process ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.auth.actor import system
from core.jobs.job import Job
from core.logs import logger
from core.runtime import Runtime
from core.settings import Settings
from sis.rollover.queries import find_unfinished
from sis.rollover.running import Done, work

log = logger(__name__)

AT_A_TIME = 30.0
"""Seconds of one turn; a run of all schools takes several, and ends with none half done."""


def go_on(runtime: Runtime, _now: datetime) -> None:
    """Work on the oldest run that is not done, if there is one."""
    with runtime.database.read() as session:
        run = find_unfinished(session)
    if run is not None:
        work(runtime, run.id, by=system("rollover"), told=_log, seconds=AT_A_TIME)


def _log(done: Done) -> None:
    log.info("rollover_school", school=done.school_id, status=done.status, placed=done.placed)


def jobs(_settings: Settings) -> Sequence[Job]:
    """Looked at every ten seconds of the machine's time."""
    return (Job("sis:rollover", timedelta(seconds=10), go_on, real=True),)
