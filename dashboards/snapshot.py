"""One board per process, loaded again only when its stamp changed."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from core.clock import monotonic
from dashboards.board import Board

Stamp = Mapping[str, object]
Look = Callable[[Stamp | None], tuple[Stamp, Board | None]]
"""Given the stamp of the board at hand (None: there is none), answers the stamp as it is now and,
only if they differ, the board that belongs to it; both from one consistent read."""

Part = TypeVar("Part")

FRESH_SECONDS = 0.25
"""For so long a board is shown without looking at the stamp again."""

STALE_SECONDS = 1.0
"""For so long the last board is shown to others while one request loads the next."""

OLDEST_SECONDS = 30.0
"""Then it is loaded again in any case: names and positions of schools are not in the stamp."""


class Shelf:
    """What the last board was made of; a part whose stamp stands still is not read again."""

    def __init__(self) -> None:
        self._parts: dict[str, tuple[object, object]] = {}

    def get(self, name: str, stamp: object, load: Callable[[], Part]) -> Part:
        """The part as it was loaded at that stamp, or anew."""
        known = self._parts.get(name)
        if known is None or known[0] != stamp:
            known = self._parts[name] = (stamp, load())
        part: Part = cast(Part, known[1])
        return part


@dataclass(frozen=True)
class _Held:
    board: Board
    stamp: Stamp
    looked_at: float
    loaded_at: float
    turn: int


class SnapshotCache:
    """Answers from memory while the stamp stands still, whatever the number of readers.

    ``shelf`` is for whoever loads: only one does at a time.

    Nobody sees a board that was true longer than STALE_SECONDS ago; who comes after ``expire``,
    or asks for a fresh one, sees it as it is now.
    """

    def __init__(self) -> None:
        self.shelf = Shelf()
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._turn = 0

    def expire(self) -> None:
        """Something changed: the next reader looks for himself."""
        self._turn += 1

    def get(self, look: Look, *, fresh: bool = False) -> Board:
        """The board as it is now, or was a moment ago unless ``fresh``."""
        came_at = monotonic()
        usable = None if fresh else self._usable(came_at)
        if usable is not None and came_at - usable.looked_at < FRESH_SECONDS:
            return usable.board
        if not self._lock.acquire(blocking=usable is None):
            assert usable is not None
            return usable.board
        try:
            return self._look(look, came_at).board
        finally:
            self._lock.release()

    def _usable(self, now: float) -> _Held | None:
        held = self._held
        if held is None or held.turn != self._turn or now - held.looked_at >= STALE_SECONDS:
            return None
        return held

    def _look(self, look: Look, came_at: float) -> _Held:
        """Look at the stamp, unless somebody did so while we waited for the lock."""
        held, turn, now = self._held, self._turn, monotonic()
        if held is not None and held.turn == turn and held.looked_at >= came_at:
            return held
        young = held is not None and now - held.loaded_at < OLDEST_SECONDS
        stamp, board = look(held.stamp if held is not None and young else None)
        if board is not None:
            self._held = _Held(board, stamp, looked_at=now, loaded_at=now, turn=turn)
        elif held is not None:
            self._held = replace(held, looked_at=now, turn=turn)
        assert self._held is not None
        return self._held
