"""The delivery loop: claims what is due, runs the handlers in threads, writes how it went.

One thread talks to the database: each turn settles what has ended and claims what is due in one
transaction. Handlers run outside any transaction. A process that is killed leaves leases behind;
when they end, somebody else claims the messages: a message may be sent twice, and is never lost.
"""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from core.clock import monotonic
from core.health.actions import beat
from core.logs import logger
from core.outbox.actions import claim, release, renew, settle
from core.outbox.attempts import attempt, deliver_due, lease_time, report_dead, retry_policy
from core.outbox.handler import Delivery, Handler
from core.outbox.queries import is_any_due
from core.outbox.rules import Result
from core.runtime import Runtime

__all__ = ["DeliveryLoop", "deliver_due"]

log = logger(__name__)

IDLE_SECONDS = 0.25
UPKEEP_SECONDS = 5.0
DATABASE_PAUSE_SECONDS = 1.0
GRACE_SECONDS = 8.0
CLAIMED_PER_WORKER = 2
LEASES_BEFORE_STUCK = 5
LONGEST_PAUSE = timedelta(seconds=30)


@dataclass(frozen=True)
class _Held:
    """A message that this process has under lease, and since when (monotonic seconds)."""

    delivery: Delivery
    future: Future[None]
    since: float


class DeliveryLoop:
    """Delivers until it is told to stop; several loops may share one database."""

    def __init__(self, runtime: Runtime, handlers: Mapping[str, Handler], owner: str) -> None:
        self._runtime = runtime
        self._handlers = handlers
        self._owner = owner
        self._lease = lease_time(runtime.settings)
        self._policy = retry_policy(runtime.settings)
        self._workers = runtime.settings.core.delivery.workers
        self._held: dict[tuple[int, int], _Held] = {}
        self._paused: dict[str, datetime] = {}
        self._ended: SimpleQueue[Result | None] = SimpleQueue()
        self._unsettled: list[Result] = []
        self._upkeep_at = monotonic()

    def wake(self) -> None:
        """Look for messages now; may be called by any thread."""
        self._ended.put(None)

    def run_until(self, stop: Event) -> None:
        """Deliver until ``stop`` is set; then finish what has begun and give back the rest."""
        log.info("delivery_started", owner=self._owner, topics=sorted(self._handlers))
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="delivery")
        try:
            while not stop.is_set():
                try:
                    self._turn(pool)
                except SQLAlchemyError as error:
                    log.warning("delivery_database_failed", error=str(error))
                    stop.wait(DATABASE_PAUSE_SECONDS)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            self._finish()
            log.info("delivery_stopped", owner=self._owner)

    def _turn(self, pool: ThreadPoolExecutor) -> None:
        """Settle and claim in one transaction, and wait for an end if there was nothing to do."""
        now = self._runtime.clock.real_now()
        if monotonic() >= self._upkeep_at:
            self._keep_up(now)
        room = self._workers * CLAIMED_PER_WORKER - len(self._held)
        paused = [lane for lane, until in self._paused.items() if until > now]
        wanted = room > 0 and (bool(self._unsettled) or self._anything_due(now, paused))
        if wanted or self._unsettled:
            for delivery in self._exchange(room if wanted else 0, paused, now):
                self._begin(pool, delivery)
        self._collect(IDLE_SECONDS)

    def _anything_due(self, now: datetime, paused: list[str]) -> bool:
        """A look without a lock, so that an idle loop disturbs nobody."""
        with self._runtime.database.read() as session:
            return is_any_due(session, now, self._handlers.keys(), paused)

    def _exchange(self, room: int, paused: list[str], now: datetime) -> list[Delivery]:
        deliveries: list[Delivery] = []
        with self._runtime.database.write() as session:
            dead = settle(session, owner=self._owner, results=self._unsettled, policy=self._policy)
            if room:
                deliveries = claim(
                    session,
                    topics=self._handlers.keys(),
                    owner=self._owner,
                    lease=self._lease,
                    limit=room,
                    now=now,
                    paused=paused,
                )
        self._unsettled = []
        report_dead(dead)
        return deliveries

    def _begin(self, pool: ThreadPoolExecutor, delivery: Delivery) -> None:
        future = pool.submit(self._work, delivery)
        self._held[delivery.id, delivery.attempt] = _Held(delivery, future, monotonic())

    def _work(self, delivery: Delivery) -> None:
        self._ended.put(attempt(self._handlers[delivery.topic], delivery, self._runtime.clock))

    def _collect(self, seconds: float) -> None:
        """Take what has ended from the threads; wait up to ``seconds`` for the first, or to be
        woken.
        """
        try:
            result = self._ended.get(timeout=seconds) if seconds else self._ended.get_nowait()
            while True:
                if result is not None:
                    self._note(result)
                result = self._ended.get_nowait()
        except Empty:
            return

    def _note(self, result: Result) -> None:
        held = self._held.pop((result.message_id, result.attempt), None)
        self._unsettled.append(result)
        wait = result.failure.retry_after if result.failure else None
        if held is not None and wait is not None:
            self._paused[held.delivery.lane] = result.finished_at + min(wait, LONGEST_PAUSE)

    def _keep_up(self, now: datetime) -> None:
        """Say that the loop is alive, and prolong the leases of what it still works on."""
        limit = monotonic() - LEASES_BEFORE_STUCK * self._lease.total_seconds()
        stuck = [held.delivery.id for held in self._held.values() if held.since <= limit]
        if stuck:
            log.error("delivery_handlers_hang", message_ids=stuck)
        busy = [held.delivery.id for held in self._held.values() if held.since > limit]
        with self._runtime.database.write() as session:
            beat(session, "delivery", now)
            renew(session, owner=self._owner, message_ids=busy, lease=self._lease, now=now)
        self._paused = {lane: until for lane, until in self._paused.items() if until > now}
        self._upkeep_at = monotonic() + min(UPKEEP_SECONDS, self._lease.total_seconds() / 3)

    def _finish(self) -> None:
        """Settle what ends within the grace time and give back what never began.

        What is still running after that keeps its lease, and is claimed again when it ends.
        """
        begun = {key: held for key, held in self._held.items() if not held.future.cancelled()}
        not_begun = [held.delivery.id for key, held in self._held.items() if key not in begun]
        self._held = begun
        deadline = monotonic() + GRACE_SECONDS
        while self._held and monotonic() < deadline:
            self._collect(IDLE_SECONDS)
        self._collect(0.0)
        try:
            self._exchange(0, [], self._runtime.clock.real_now())
            with self._runtime.database.write() as session:
                now = self._runtime.clock.real_now()
                release(session, owner=self._owner, message_ids=not_begun, now=now)
        except SQLAlchemyError as error:
            log.error("delivery_ended_without_database", error=str(error))
