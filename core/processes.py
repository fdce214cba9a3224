"""Several processes as one: started together, ended together, no orphan left behind."""

import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from core.clock import monotonic
from core.logs import logger
from core.parent import PARENT

log = logger(__name__)


def settle() -> None:
    """Call once when a process that is to live long has started.

    The libraries make some hundred thousand objects that never go away. Without this the garbage
    collector looks at all of them again every few thousand requests, which holds up whoever is
    being served for a tenth of a second.
    """
    gc.collect()
    gc.freeze()


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set; the caller's loop waits on it and then returns."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


@dataclass(frozen=True)
class Part:
    """One child: a name for people and the arguments after ``python app.py``."""

    name: str
    arguments: Sequence[str]


class Supervisor:
    """Starts the parts, restarts one that dies, and ends all of them in reverse order."""

    def __init__(
        self, program: Path, parts: Sequence[Part], env: Mapping[str, str], log: Path | None = None
    ) -> None:
        """``log`` is a folder for what the parts say on standard error, one file each."""
        self.program = program
        self.log = log
        self.parts = list(parts)
        self.env = {**os.environ, **env, PARENT: str(os.getpid())}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, float] = {}

    def start(self) -> None:
        for part in self.parts:
            self._spawn(part)

    def _spawn(self, part: Part) -> None:
        with ExitStack() as stack:
            errors = None
            if self.log is not None:
                self.log.mkdir(parents=True, exist_ok=True)
                errors = stack.enter_context((self.log / f"{part.name}.log").open("ab"))
            self._running[part.name] = subprocess.Popen(
                [sys.executable, str(self.program), *part.arguments],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stderr=errors,
                process_group=0,
            )
        self._started[part.name] = monotonic()

    def run(self, stop: threading.Event, tick: Callable[[], None] | None = None) -> None:
        """Watch the parts until ``stop``; call ``tick`` about once a second."""
        while not stop.wait(1.0):
            for part in self.parts:
                code = self._running[part.name].poll()
                if code is None or monotonic() - self._started[part.name] < 2.0:
                    continue
                log.error("process_ended", part=part.name, exit_code=code, next="restarting")
                self._spawn(part)
            if tick is not None:
                tick()

    def failed(self) -> str | None:
        """The name of a part that is not running now, if any."""
        for name, process in self._running.items():
            if process.poll() is not None:
                return name
        return None

    def stop(self, patience: float = 15.0) -> None:
        """SIGTERM to every part, then SIGKILL to those still there after ``patience`` seconds."""
        for part in reversed(self.parts):
            process = self._running.get(part.name)
            if process is not None and process.poll() is None:
                process.terminate()
        deadline = monotonic() + patience
        for process in self._running.values():
            try:
                process.wait(max(0.1, deadline - monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
