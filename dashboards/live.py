"""The live stream's engine: one thread looks at a cheap stamp once a second and tells everybody.

A stream is told only *which topics* changed; the page then fetches what it shows of them, with
the reader's own permissions. So nothing scoped ever passes through here.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from core.clock import monotonic
from core.logs import logger

log = logger(__name__)

Stamp = Mapping[str, object]
"""Topic (``states``, ``tickets``) to a value that differs after every change of it."""

LOOK_SECONDS = 1.0
LOOKS_PER_CHECK = 3
"""Sessions are checked at every third look: a stream outlives its session by 3 seconds at most."""

RECENT_SECONDS = 10.0
"""A page that is built and loaded within this time misses no change."""


class TooManyStreams(Exception):
    """The process already holds as many live streams as it is allowed to."""


@dataclass(eq=False)
class Subscription:
    """What one stream has still to be told; ``holder`` is the proof of identity it came with.

    Any number of changes between two looks of a slow reader are one set: memory stays bounded.
    """

    holder: str
    _topics: set[str] = field(default_factory=set)
    _ended: bool = False
    _wake: threading.Condition = field(default_factory=threading.Condition)

    @property
    def ended(self) -> bool:
        return self._ended

    def tell(self, topics: Iterable[str]) -> None:
        with self._wake:
            self._topics.update(topics)
            self._wake.notify_all()

    def end(self) -> None:
        with self._wake:
            self._ended = True
            self._wake.notify_all()

    def wait(self, seconds: float) -> frozenset[str]:
        """The topics that changed since the last call; empty after ``seconds`` of quiet."""
        with self._wake:
            self._wake.wait_for(lambda: self._topics or self._ended, timeout=seconds)
            topics = frozenset(self._topics)
            self._topics.clear()
            return topics


@dataclass
class Broadcaster:
    """Fans changes out to the streams of this process.

    ``read_stamp`` costs a few small statements. ``still_valid`` says which holders may go on
    listening. The thread starts with the first stream; ``on_change`` is called before anybody is
    told.
    """

    read_stamp: Callable[[], Stamp]
    still_valid: Callable[[Collection[str]], Collection[str]]
    on_change: Callable[[], None]
    limit: int
    every: float = LOOK_SECONDS
    _streams: set[Subscription] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closing: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _stamp: dict[str, object] = field(default_factory=dict)
    _changed_at: dict[str, float] = field(default_factory=dict)
    _looks: int = 0

    def subscribe(self, holder: str, *, returning: bool = False) -> Subscription:
        """Raises TooManyStreams at the limit, and when the process is about to end.

        What changed while the page was on its way, or while a ``returning`` stream was cut off,
        is told at once.
        """
        with self._lock:
            if self._closing.is_set() or len(self._streams) >= self.limit:
                raise TooManyStreams
            stream = Subscription(holder)
            stream.tell(self._missed(returning))
            self._streams.add(stream)
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="live", daemon=True)
                self._thread.start()
            return stream

    def leave(self, stream: Subscription) -> None:
        with self._lock:
            self._streams.discard(stream)

    def count(self) -> int:
        with self._lock:
            return len(self._streams)

    @property
    def is_closing(self) -> bool:
        return self._closing.is_set()

    def close(self) -> None:
        """End every stream now; later ones are refused. Waits for a look that has begun."""
        self._closing.set()
        for stream in self._current():
            stream.end()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _missed(self, returning: bool) -> list[str]:
        since = monotonic() - RECENT_SECONDS
        return [topic for topic, at in self._changed_at.items() if returning or at >= since]

    def _current(self) -> list[Subscription]:
        with self._lock:
            return list(self._streams)

    def _watch(self) -> None:
        while not self._closing.is_set():
            try:
                self._look()
            except SQLAlchemyError as error:
                log.warning("live_stamp_unreadable", error=type(error).__name__)
            self._closing.wait(self.every)

    def _look(self) -> None:
        stamp = dict(self.read_stamp())
        changed = {topic for topic, value in stamp.items() if self._stamp.get(topic) != value}
        if changed:
            self._note(stamp, changed)
        self._looks += 1
        if self._looks % LOOKS_PER_CHECK == 0:
            self._end_invalid()

    def _note(self, stamp: dict[str, object], changed: set[str]) -> None:
        self.on_change()
        with self._lock:
            self._stamp = stamp
            self._changed_at.update(dict.fromkeys(changed, monotonic()))
            streams = list(self._streams)
        for stream in streams:
            stream.tell(changed)

    def _end_invalid(self) -> None:
        streams = self._current()
        valid = self.still_valid({stream.holder for stream in streams})
        for stream in streams:
            if stream.holder not in valid:
                stream.end()
