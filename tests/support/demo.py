"""The whole demo as a child process, and a receiver that hears its alerts."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from tests.support.server import ROOT, free_port
from tools.children import start_child, stop_child, tail


@dataclass
class Heard:
    """Every webhook message that arrived: its idempotency key and its body, in order."""

    url: str = ""
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def keys(self) -> list[str]:
        return [key for key, _ in self.messages]


@contextmanager
def listening() -> Iterator[Heard]:
    """A webhook receiver on loopback."""
    heard = Heard()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.messages.append((self.headers["Idempotency-Key"], json.loads(body)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    heard.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Demo:
    """One data folder in which the demo can be started, killed and started again."""

    var: Path
    env: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.var / "demo.log"

    def environment(self) -> dict[str, str]:
        mine = {"VAR": str(self.var), "PORT": str(self.port), "HOST": "127.0.0.1"}
        return {**os.environ, **mine, **self.env}

    def start(self) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        arguments = [sys.executable, "app.py", "demo"]
        self.process = start_child(arguments, log=self.log, env=self.environment(), cwd=ROOT)
        self.wait_for("the service is ready", self._ready, 110)

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).is_success
        except httpx.TransportError:
            return False

    def wait_for(self, what: str, true: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError(f"the demo ended:\n{tail(self.log)}")
            if true():
                return
            time.sleep(0.1)
        raise AssertionError(f"not within {seconds} s: {what}\n{tail(self.log)}")

    def children(self) -> list[int]:
        """Process ids of everything below the demo's own process."""
        assert self.process is not None
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            listing = Path(f"/proc/{pid}/task/{pid}/children")
            mine = [int(word) for word in listing.read_text().split()] if listing.exists() else []
            found += mine
            waiting += mine
        return found

    def kill_everything(self) -> None:
        """kill -9 to every process at once."""
        assert self.process is not None
        for pid in [self.process.pid, *self.children()]:
            os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM, as Ctrl-C does; returns the exit code."""
        assert self.process is not None
        return stop_child(self.process, signal.SIGTERM, patience=30)

    def command(self, *arguments: str) -> str:
        """Run another command beside the demo and return what it printed."""
        return subprocess.run(
            [sys.executable, "app.py", *arguments],
            env=self.environment(),
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
