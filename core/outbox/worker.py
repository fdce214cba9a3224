"""The delivery loop: claims what is due, runs the handlers in threads, writes how it went.

One thread talks to the database: each turn settles what has ended and claims what is due in one
transaction. Handlers run outside any transaction, in threads that take the next claimed message by
themselves. A process that is killed leaves leases behind; when they end, somebody else claims the
messages: a message may be sent twice, and is never lost.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Event, Lock

from sqlalchemy.exc import SQLAlchemyError

from core.clock import monotonic
from core.health.actions import beat
from core.logs import logger
from core.outbox.actions import NOBODY, claim, release, renew, settle
from core.outbox.attempts import attempt, deliver_due, lease_time, report_dead, retry_policy
from core.outbox.handler import Delivery, Handler, OnFailed
from core.outbox.lanes import Lanes
from core.outbox.queries import is_any_due
from core.outbox.rules import Result
from core.runtime import Runtime

__all__ = ["DeliveryLoop", "deliver_due"]

log = logger(__name__)

IDLE_SECONDS = 0.25
SETTLE_SECONDS = 0.02
"""Attempts that end within this time are written together."""
UPKEEP_SECONDS = 5.0
DATABASE_PAUSE_SECONDS = 1.0
GRACE_SECONDS = 8.0
CLAIMED_PER_WORKER = 16
UNWRITTEN_PER_WORKER = 2
"""Attempts that have ended and are not written yet: what a kill can send again."""
LEASES_BEFORE_STUCK = 5


@dataclass(frozen=True)
class _Begun:
    """A message that a thread works on, and since when (monotonic seconds)."""

    delivery: Delivery
    since: float


class DeliveryLoop:
    """Delivers until it is told to stop; several loops may share one database."""

    def __init__(
        self,
        runtime: Runtime,
        handlers: Mapping[str, Handler],
        owner: str,
        *,
        on_failed: Mapping[str, OnFailed] = NOBODY,
    ) -> None:
        self._runtime = runtime
        self._handlers = handlers
        self._owner = owner
        self._on_failed = on_failed
        self._lease = lease_time(runtime.settings)
        self._policy = retry_policy(runtime.settings)
        self._workers = runtime.settings.core.delivery.workers
        self._lock = Lock()
        self._lanes = Lanes(self._workers)
        self._begun: dict[tuple[int, int], _Begun] = {}
        self._unwritten = 0
        self._stopping = False
        self._ended: SimpleQueue[Result | None] = SimpleQueue()
        self._unsettled: list[Result] = []
        self._unsettled_since = 0.0
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
            self._finish()
            pool.shutdown(wait=False)
            log.info("delivery_stopped", owner=self._owner)

    def _turn(self, pool: ThreadPoolExecutor) -> None:
        """Settle and claim in one transaction, and wait for an end if there was nothing to do."""
        now = self._runtime.clock.real_now()
        if monotonic() >= self._upkeep_at:
            self._keep_up(now)
        with self._lock:
            closed, returned = self._lanes.closed(now), self._lanes.give_back(now)
            room = self._workers * CLAIMED_PER_WORKER - len(self._lanes) - len(self._begun)
            idle = not self._begun
        waited = monotonic() - self._unsettled_since >= SETTLE_SECONDS
        settles = bool(self._unsettled) and (idle or waited)
        wanted = room > 0 and (settles or self._anything_due(now, closed))
        if wanted or settles or returned:
            for delivery in self._exchange(room if wanted else 0, closed, returned, now):
                with self._lock:
                    self._lanes.add(delivery)
        self._begin(pool, now)
        self._collect(SETTLE_SECONDS if self._unsettled else IDLE_SECONDS)

    def _anything_due(self, now: datetime, closed: list[str]) -> bool:
        """A look without a lock, so that an idle loop disturbs nobody."""
        with self._runtime.database.read() as session:
            return is_any_due(session, now, self._handlers.keys(), closed)

    def _exchange(
        self, room: int, closed: list[str], returned: list[int], now: datetime
    ) -> list[Delivery]:
        deliveries: list[Delivery] = []
        with self._runtime.database.write() as session:
            dead = settle(
                session,
                owner=self._owner,
                results=self._unsettled,
                policy=self._policy,
                on_failed=self._on_failed,
            )
            release(session, owner=self._owner, message_ids=returned, now=now)
            if room:
                deliveries = claim(
                    session,
                    topics=self._handlers.keys(),
                    owner=self._owner,
                    lease=self._lease,
                    limit=room,
                    now=now,
                    paused=closed,
                )
        with self._lock:
            self._unwritten -= len(self._unsettled)
        self._unsettled = []
        report_dead(dead)
        return deliveries

    def _begin(self, pool: ThreadPoolExecutor, now: datetime) -> None:
        """Give work to the threads that have none."""
        with self._lock:
            while len(self._begun) < self._workers and (following := self._next(now)) is not None:
                pool.submit(self._work, following)

    def _next(self, now: datetime) -> Delivery | None:
        """The next message, noted as begun; the caller holds the lock.

        None while too many ends are not written, as when the database cannot be reached.
        """
        full = self._unwritten >= self._workers * UNWRITTEN_PER_WORKER
        delivery = None if self._stopping or full else self._lanes.begin(now)
        if delivery is not None:
            self._begun[delivery.id, delivery.attempt] = _Begun(delivery, monotonic())
        return delivery

    def _work(self, first: Delivery) -> None:
        """A thread: one message after the other while there are any."""
        delivery: Delivery | None = first
        while delivery is not None:
            result = attempt(self._handlers[delivery.topic], delivery, self._runtime.clock)
            with self._lock:
                del self._begun[delivery.id, delivery.attempt]
                self._lanes.end(delivery, result)
                self._unwritten += 1
                delivery = self._next(result.finished_at)
            self._ended.put(result)

    def _collect(self, seconds: float) -> None:
        """Take what has ended from the threads; wait up to ``seconds`` for the first, or to be
        woken.
        """
        try:
            result = self._ended.get(timeout=seconds) if seconds else self._ended.get_nowait()
            while True:
                if result is not None:
                    if not self._unsettled:
                        self._unsettled_since = monotonic()
                    self._unsettled.append(result)
                result = self._ended.get_nowait()
        except Empty:
            return

    def _keep_up(self, now: datetime) -> None:
        """Say that the loop is alive, and prolong the leases of what it still works on."""
        limit = monotonic() - LEASES_BEFORE_STUCK * self._lease.total_seconds()
        with self._lock:
            begun, waiting = list(self._begun.values()), self._lanes.ids()
        stuck = [each.delivery.id for each in begun if each.since <= limit]
        if stuck:
            log.error("delivery_handlers_hang", message_ids=stuck)
        busy = [each.delivery.id for each in begun if each.since > limit]
        ended = [result.message_id for result in self._unsettled]
        with self._runtime.database.write() as session:
            beat(session, "delivery", now)
            held = [*busy, *waiting, *ended]
            renew(session, owner=self._owner, message_ids=held, lease=self._lease, now=now)
        self._upkeep_at = monotonic() + min(UPKEEP_SECONDS, self._lease.total_seconds() / 3)

    def _finish(self) -> None:
        """Settle what ends within the grace time and give back what never began.

        What is still running after that keeps its lease, and is claimed again when it ends.
        """
        with self._lock:
            self._stopping = True
            not_begun = self._lanes.clear()
        deadline = monotonic() + GRACE_SECONDS
        while self._begun and monotonic() < deadline:
            self._collect(IDLE_SECONDS)
        self._collect(SETTLE_SECONDS)
        try:
            self._exchange(0, [], not_begun, self._runtime.clock.real_now())
        except SQLAlchemyError as error:
            log.error("delivery_ended_without_database", error=str(error))
