"""Counting rows that only ever grow, without counting the old ones again."""

from collections import Counter
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from core.clock import monotonic

Key = TypeVar("Key", bound=Hashable)
SETTLE_SECONDS = 60.0
"""A row may be committed after one with a higher id: no transaction is open for longer."""


class Tally(Generic[Key]):
    """A total by key over an append-only table.

    ``count(session, after, until)`` counts the rows with ``after < id <= until`` (None: without an
    end), ``newest(session)`` is the highest id. What was there a minute ago is remembered.
    """

    def __init__(
        self,
        count: Callable[[Session, int, int | None], Counter[Key]],
        newest: Callable[[Session], int],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._count = count
        self._newest = newest
        self._clock = clock
        self._settled: Counter[Key] = Counter()
        self._until = 0
        self._noted: tuple[int, float] | None = None
        self._lock = Lock()

    def read(self, session: Session) -> Counter[Key]:
        """The totals by key."""
        with self._lock:
            self._settle(session)
            return self._settled + self._count(session, self._until, None)

    def _settle(self, session: Session) -> None:
        if self._noted is not None:
            until, at = self._noted
            if self._clock() - at < SETTLE_SECONDS:
                return
            self._settled += self._count(session, self._until, until)
            self._until = until
        self._noted = (self._newest(session), self._clock())
