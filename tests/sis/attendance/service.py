"""The web process at one address, to be killed and started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from core.clock import DrillClock, machine_now, monotonic
from core.db import Database
from tests.sis.attendance.school_day import EIGHT
from tests.support.server import ROOT, LiveServer, free_port, wait_until_healthy
from tools.children import start_child, stop_child


@dataclass
class Service:
    """``kill`` is kill -9 to every process of it."""

    database: Database
    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    clock: DrillClock = field(default_factory=lambda: DrillClock(EIGHT, machine_now(), 1.0))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        env = {
            "VAR": str(self.folder),
            "DATABASE_URL": self.database.url,
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "BELLWETHER_CLOCK": self.clock.to_text(),
        }
        log = self.folder / "web.log"
        self.process = start_child(
            [sys.executable, "app.py", "web"], log=log, env={**os.environ, **env}, cwd=ROOT
        )
        wait_until_healthy(LiveServer(self.url, log, self.process))

    def kill(self) -> None:
        """The workers end with their server."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        deadline = monotonic() + 30
        while monotonic() < deadline:
            try:
                httpx.get(f"{self.url}/healthz", timeout=5)
            except httpx.ConnectError:
                return
            except httpx.TransportError:
                time.sleep(0.05)
        raise RuntimeError("the service did not end")


@contextmanager
def serving(database: Database, folder: Path) -> Iterator[Service]:
    service = Service(database, folder)
    service.start()
    try:
        yield service
    finally:
        if service.process is not None:
            stop_child(service.process, signal.SIGTERM)
