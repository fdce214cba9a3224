"""The scheduler: APScheduler wakes it, one leader runs, each fire time runs once.

APScheduler keeps no state and decides nothing: it is the clock. A wake-up asks which fire time it
is, claims it in the database by its unique key, and runs the job. Wake-ups that come late, and
several that were missed, become one.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Condition, Event, Thread
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from sqlalchemy.exc import SQLAlchemyError

from core.clock import Clock, monotonic
from core.health.actions import beat
from core.jobs.actions import begin_run, close_abandoned_runs, end_run
from core.jobs.job import Job
from core.jobs.leadership import leadership
from core.jobs.rules import fire_time, wait_for_next
from core.logs import bind_request_id, logger
from core.runtime import Runtime

log = logger(__name__)

LEADER_CHECK_SECONDS = 1.0
BEAT_SECONDS = 5.0
STOP_SECONDS = 10.0
JOBS_AT_ONCE = 8
LONGEST_DETAIL = 2000
_JUST_AFTER = timedelta(milliseconds=2)


class _ClockTrigger(BaseTrigger):
    """Wakes just after each fire time of a job, told in the machine's time."""

    def __init__(self, job: Job, clock: Clock) -> None:
        self._job = job
        self._clock = clock

    def get_next_fire_time(self, _previous: datetime | None, _now: datetime) -> datetime:
        real_now = self._clock.real_now()
        now, speed = (real_now, 1.0) if self._job.real else (self._clock.now(), self._clock.speed)
        return real_now + wait_for_next(now, self._job.every, speed) + _JUST_AFTER


class Scheduler:
    """Runs the jobs while it is the leader; ``start`` returns at once."""

    def __init__(self, runtime: Runtime, jobs: Sequence[Job]) -> None:
        names = [job.name for job in jobs]
        if len(set(names)) != len(names):
            raise ValueError(f"two jobs have one name: {sorted(names)}")
        self._runtime = runtime
        self._jobs = jobs
        self._leadership = leadership(runtime)
        self._leading = Event()
        self._stopping = Event()
        self._running = 0
        self._changed = Condition()
        self._watch = Thread(target=self._keep_leadership, name="scheduler-lock", daemon=True)
        self._scheduler = _apscheduler(len(jobs))

    @property
    def leading(self) -> bool:
        """Whether this scheduler is the one that runs jobs now."""
        return self._leading.is_set()

    def start(self) -> None:
        for job in self._jobs:
            self._scheduler.add_job(
                partial(self._wake, job),
                _ClockTrigger(job, self._runtime.clock),
                id=job.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )
        self._scheduler.start()
        self._watch.start()
        log.info("scheduler_started", jobs=[job.name for job in self._jobs])

    def stop(self, timeout: float = STOP_SECONDS) -> None:
        """Start nothing more, wait up to ``timeout`` seconds for what runs, let the lock go."""
        self._stopping.set()
        self._leading.clear()
        self._scheduler.shutdown(wait=False)
        with self._changed:
            if not self._changed.wait_for(lambda: self._running == 0, timeout):
                log.warning("scheduler_stopped_while_jobs_ran", jobs=self._running)
        self._watch.join(timeout)
        self._leadership.give_up()
        log.info("scheduler_stopped")

    def _keep_leadership(self) -> None:
        beat_at = monotonic()
        while not self._stopping.is_set():
            try:
                if not self._leadership.hold():
                    self._step_down()
                else:
                    if not self.leading:
                        self._take_over()
                    if monotonic() >= beat_at:
                        self._beat()
                        beat_at = monotonic() + BEAT_SECONDS
            except SQLAlchemyError as error:
                log.warning("scheduler_database_failed", error=str(error))
            self._stopping.wait(LEADER_CHECK_SECONDS)

    def _step_down(self) -> None:
        if self.leading:
            self._leading.clear()
            log.warning("scheduler_lost_leadership")

    def _take_over(self) -> None:
        """Close what the last leader left open, and run what is due now."""
        real_now = self._runtime.clock.real_now()
        with self._runtime.database.write() as session:
            abandoned = close_abandoned_runs(session, real_now)
        log.info("scheduler_leads", abandoned_runs=abandoned)
        self._leading.set()
        for job in self._jobs:
            self._scheduler.modify_job(job.name, next_run_time=real_now)

    def _beat(self) -> None:
        with self._runtime.database.write() as session:
            beat(session, "scheduler", self._runtime.clock.real_now())

    def _wake(self, job: Job) -> None:
        with self._changed:
            if self._stopping.is_set() or not self.leading:
                return
            self._running += 1
        try:
            self._run(job)
        except SQLAlchemyError as error:
            log.error("job_not_recorded", job=job.name, error=str(error))
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _run(self, job: Job) -> None:
        clock, database = self._runtime.clock, self._runtime.database
        now = clock.real_now() if job.real else clock.now()
        fire_at = fire_time(now, job.every)
        with database.write() as session:
            run_id = begin_run(session, job.name, fire_at, clock.real_now())
        if run_id is None:
            return
        bind_request_id(f"job-{job.name}-{run_id}")
        started, failure = monotonic(), ""
        try:
            job.run(self._runtime, now)
        except Exception as error:
            log.exception("job_failed", job=job.name, run_id=run_id)
            failure = _storable(f"{type(error).__name__}: {error}")
        finally:
            bind_request_id(None)
        with database.write() as session:
            seconds = monotonic() - started
            end_run(session, run_id, failure=failure, seconds=seconds, now=clock.real_now())


def _storable(text: str) -> str:
    """What both databases accept, whatever the exception says."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")[:LONGEST_DETAIL]


def _apscheduler(jobs: int) -> Any:
    """A clock without a memory; typed as Any because the library has no types."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    make: Any = BackgroundScheduler
    pool: Any = ThreadPoolExecutor
    executors = {"default": pool(max(1, min(jobs, JOBS_AT_ONCE)))}
    return make(timezone=UTC, executors=executors)
