"""The real service as a child process: `app.py web` under granian, on a database of a test."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tools.children import start_child, stop_child, tail

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


@dataclass(frozen=True)
class LiveServer:
    """``url`` has no slash at its end; ``log`` is everything the process printed."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_server(
    database_url: str, var: Path, env: Mapping[str, str] | None = None, command: str = "web"
) -> Iterator[LiveServer]:
    """Start the service, wait until /healthz answers, and stop it with SIGTERM.

    ``env`` is added to the environment: a drill clock, or a configuration of the test's own.
    """
    var.mkdir(parents=True, exist_ok=True)
    port, log = free_port(), var / f"{command}.log"
    settings = {
        "VAR": str(var),
        "DATABASE_URL": database_url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    process = start_child(
        [sys.executable, "app.py", command],
        log=log,
        env={**os.environ, **settings, **(env or {})},
        cwd=ROOT,
    )
    server = LiveServer(f"http://127.0.0.1:{port}", log, process)
    try:
        wait_until_healthy(server)
        yield server
    finally:
        stop_child(process, signal.SIGTERM)


def wait_until_healthy(server: LiveServer) -> None:
    """Return when /healthz answers; RuntimeError with the log's end when it never does."""
    deadline = time.monotonic() + START_SECONDS
    with httpx.Client(timeout=5) as client:  # one: each reads all the certificates of the web
        while server.process.poll() is None and time.monotonic() < deadline:
            try:
                if client.get(f"{server.url}/healthz").is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
    raise RuntimeError(f"{server.url} never became healthy:\n{tail(server.log)}")
