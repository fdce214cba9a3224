"""Debian's Alertmanager and amtool, to stand beside us."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.server import START_SECONDS, free_port
from tools.children import start_child, stop_child, tail

AMTOOL = "/usr/bin/amtool"
ALERTMANAGER = "/usr/bin/prometheus-alertmanager"


@dataclass(frozen=True)
class Alertmanager:
    """``url`` has no slash at its end; ``log`` is everything the process printed."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]


@contextmanager
def running_alertmanager(folder: Path, config: str) -> Iterator[Alertmanager]:
    """Start it with that configuration, wait until it is ready, and stop it with SIGTERM."""
    port, log, file = free_port(), folder / "alertmanager.log", folder / "alertmanager.yml"
    file.write_text(config, encoding="utf-8")
    process = start_child(
        [
            *(ALERTMANAGER, f"--config.file={file}"),
            f"--storage.path={folder / 'alertmanager'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ],
        log=log,
    )
    found = Alertmanager(f"http://127.0.0.1:{port}", log, process)
    try:
        _wait_until_ready(found)
        yield found
    finally:
        stop_child(process, signal.SIGTERM)


def _wait_until_ready(found: Alertmanager) -> None:
    deadline = time.monotonic() + START_SECONDS
    while found.process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{found.url}/-/ready", timeout=5).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"{found.url} never became ready:\n{tail(found.log)}")


def amtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run amtool without any configuration of its own."""
    return subprocess.run(
        [AMTOOL, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={"HOME": "/nonexistent"},
    )
