"""Running loops in threads, and waking them and the delivery when something was committed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

from core.logs import logger
from core.loops.loop import Loop
from core.runtime import Runtime
from core.wake import watch

log = logger(__name__)

LONGEST_WAIT = timedelta(seconds=1)
PAUSE_AFTER_AN_ERROR = 1.0
STOP_SECONDS = 10.0


class LoopRunner:
    """One loop; ``run_until`` returns when ``stop`` is set."""

    def __init__(self, runtime: Runtime, loop: Loop) -> None:
        self._runtime = runtime
        self._loop = loop
        self._woken = Event()

    def wake(self) -> None:
        """Take a turn now."""
        self._woken.set()

    def run_until(self, stop: Event) -> None:
        """Take turns; one that fails is logged and tried again."""
        while not stop.is_set():
            self._woken.clear()
            try:
                wait = self._loop.turn(self._runtime)
            except Exception:
                log.exception("loop_failed", loop=self._loop.name)
                stop.wait(PAUSE_AFTER_AN_ERROR)
                continue
            longest = LONGEST_WAIT if wait is None else min(max(wait, timedelta()), LONGEST_WAIT)
            self._woken.wait(longest.total_seconds())


@contextmanager
def running(
    runtime: Runtime, loops: Sequence[Loop], wake_too: Sequence[Callable[[], None]] = ()
) -> Iterator[None]:
    """Run the loops beside the block; ``wake_too`` is called too whenever something was committed
    by any process.
    """
    stop = Event()
    runners = [LoopRunner(runtime, loop) for loop in loops]
    wake = [*(runner.wake for runner in runners), *wake_too]
    threads = [
        Thread(target=runner.run_until, args=[stop], name=f"loop-{loop.name}", daemon=True)
        for runner, loop in zip(runners, loops, strict=True)
    ]
    threads.append(
        Thread(target=watch, args=[runtime.database, wake, stop], name="wake", daemon=True)
    )
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for runner in runners:
            runner.wake()
        for thread in threads:
            thread.join(STOP_SECONDS)
