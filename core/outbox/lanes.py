"""Which claimed message is begun next: a slow or refusing provider holds up its own lane only."""

from collections import Counter, deque
from collections.abc import Sequence
from datetime import datetime, timedelta

from core.outbox.handler import Delivery
from core.outbox.rules import Result

SLOW = timedelta(seconds=1)
"""A provider that takes longer is asked one message at a time."""
MOST_OF_A_SLOW_LANE = 2
"""Messages of it that are under lease at once."""
LONGEST_PAUSE = timedelta(seconds=30)


class Lanes:
    """The messages that a process has claimed, by lane, in turn.

    A lane is sound until an attempt in it fails or takes long. A sound lane may have half of the
    workers; one that is not has a single one, and few messages under lease, until an attempt
    succeeds quickly. While a provider wants to be left alone, nothing of its lane is begun.
    """

    def __init__(self, workers: int) -> None:
        self._most = max(1, workers // 2)
        self._waiting: dict[str, deque[Delivery]] = {}
        self._busy: Counter[str] = Counter()
        self._unsound: set[str] = set()
        self._paused: dict[str, datetime] = {}

    def __len__(self) -> int:
        """How many messages wait here to be begun."""
        return sum(map(len, self._waiting.values()))

    def add(self, delivery: Delivery) -> None:
        """A message that was claimed."""
        self._waiting.setdefault(delivery.lane, deque()).append(delivery)

    def begin(self, now: datetime) -> Delivery | None:
        """The next message to begin; None while every lane is busy, paused or empty."""
        for lane, waiting in list(self._waiting.items()):
            if self._busy[lane] >= self._room(lane) or self._is_paused(lane, now):
                continue
            delivery = waiting.popleft()
            del self._waiting[lane]
            if waiting:
                self._waiting[lane] = waiting  # behind the others
            self._busy[lane] += 1
            return delivery
        return None

    def _room(self, lane: str) -> int:
        return 1 if lane in self._unsound else self._most

    def _is_paused(self, lane: str, now: datetime) -> bool:
        return lane in self._paused and self._paused[lane] > now

    def end(self, delivery: Delivery, result: Result) -> None:
        """How an attempt went, and what that says of its lane."""
        lane = delivery.lane
        self._busy[lane] -= 1
        wait = result.failure.retry_after if result.failure else None
        if wait is not None:
            self._paused[lane] = result.finished_at + min(wait, LONGEST_PAUSE)
        if result.failure is not None or result.finished_at - result.started_at > SLOW:
            self._unsound.add(lane)
        else:
            self._unsound.discard(lane)

    def closed(self, now: datetime) -> list[str]:
        """Lanes of which no more messages are claimed now."""
        self._paused = {lane: until for lane, until in self._paused.items() if until > now}
        full = (lane for lane in self._unsound if self._held(lane) >= MOST_OF_A_SLOW_LANE)
        return sorted({*self._paused, *full})

    def _held(self, lane: str) -> int:
        return self._busy[lane] + len(self._waiting.get(lane, ()))

    def give_back(self, now: datetime) -> list[int]:
        """Ids of messages that will not be begun soon: those of paused lanes, and what is too much
        for a slow one.
        """
        returned = []
        for lane, waiting in list(self._waiting.items()):
            most = 0 if self._is_paused(lane, now) else MOST_OF_A_SLOW_LANE
            if lane in self._unsound or most == 0:
                while waiting and self._held(lane) > max(most, self._busy[lane]):
                    returned.append(waiting.pop().id)
                if not waiting:
                    del self._waiting[lane]
        return returned

    def clear(self) -> list[int]:
        """Give back everything that was not begun."""
        returned = [delivery.id for waiting in self._waiting.values() for delivery in waiting]
        self._waiting.clear()
        return returned

    def ids(self) -> Sequence[int]:
        """Messages that wait here, whose leases must be prolonged."""
        return [delivery.id for waiting in self._waiting.values() for delivery in waiting]
