"""The drill's loop: does what is due, in order, until it is stopped."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

from core.clock import monotonic
from core.errors import ProviderError
from core.logs import logger
from core.runtime import Runtime
from drills.opening_day import actions
from drills.opening_day.answering import answer, choose
from drills.opening_day.desk_api import DeskApi
from drills.opening_day.queries import Due, list_due, next_due_at
from drills.opening_day.roll_call import RollCall
from drills.opening_day.survey import local_day

log = logger(__name__)

_AT_ONCE = 20
_BETWEEN_REQUESTS = 0.1
_SHORTEST, _LONGEST = 0.02, 0.5
_PATIENCE = timedelta(seconds=1)


def play_records(runtime: Runtime, limit: int = _AT_ONCE) -> int:
    """Do the records events that are due, one unit of work each; returns how many."""
    now = runtime.clock.now()
    with runtime.database.read() as session:
        due = list_due(session, "records", now, limit)
    for event in due:
        with runtime.database.write() as session:
            outcome = actions.perform_record(session, event.id, local_day(runtime), now)
        if outcome and "refused" in outcome:
            log.info("drill_event_refused", key=event.key, code=outcome["refused"])
    return len(due)


class Drill:
    """Plays the stored script on ``runtime``'s clock; ``stop`` ends it between two events."""

    def __init__(
        self, runtime: Runtime, api: DeskApi, roll_call: RollCall, stop: threading.Event
    ) -> None:
        self.runtime = runtime
        self.api = api
        self.roll_call = roll_call
        self.stop = stop
        self._desk_opens = 0.0

    def run(self, *, until_done: bool = False) -> None:
        """Play until stopped or, with ``until_done``, until nothing is left to do."""
        while not self.stop.is_set():
            worked = play_records(self.runtime) + self.play_desk() + self.roll_call.take(_AT_ONCE)
            if not worked and self._rest() and until_done:
                return

    def play_desk(self) -> int:
        """Do the desk events that are due; returns how many. A failing API is given a pause."""
        if monotonic() < self._desk_opens:
            return 0
        with self.runtime.database.read() as session:
            due = list_due(session, "desk", self.runtime.clock.now(), _AT_ONCE)
        for number, event in enumerate(due):
            if self.stop.is_set():
                return number
            try:
                self._do(event)
            except ProviderError as error:
                pause = error.retry_after or _PATIENCE
                self._desk_opens = monotonic() + pause.total_seconds()
                log.info("drill_desk_waits", error=str(error), seconds=pause.total_seconds())
                return number
            self.stop.wait(_BETWEEN_REQUESTS)
        return len(due)

    def _do(self, event: Due) -> None:
        if event.kind == "turn" and event.payload.get("ticket_id") is None:
            event = self._decide(event)
        now = self.runtime.clock.now()
        result = answer(self.api, event, now)
        with self.runtime.database.write() as session:
            actions.finish(session, event.id, result.outcome, now, then=result.then)

    def _decide(self, event: Due) -> Due:
        """Store which ticket the agent takes, so that a restart takes the same one."""
        chosen = choose(self.api)
        if chosen is None:
            return event
        with self.runtime.database.write() as session:
            actions.remember(session, event.id, **chosen)
        return replace(event, payload={**event.payload, **chosen})

    def _rest(self) -> bool:
        """Wait for the next event, half a second at most; True when there is none."""
        with self.runtime.database.read() as session:
            coming = (next_due_at(session), self.roll_call.next_at)
        due_at = min((at for at in coming if at is not None), default=None)
        self.stop.wait(_seconds(due_at, self.runtime.clock.now(), self.runtime.clock.speed))
        return due_at is None


def _seconds(due_at: datetime | None, now: datetime, speed: float) -> float:
    """Real seconds until ``due_at``, within bounds that keep the loop awake and calm."""
    if due_at is None:
        return _LONGEST
    return min(max((due_at - now).total_seconds() / speed, _SHORTEST), _LONGEST)
