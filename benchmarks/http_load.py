"""A small load generator: raw keep-alive connections, so that little time is our own."""

import os
import socket
import statistics
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from core.clock import monotonic
from tests.support.server import ROOT, free_port
from tools.children import start_child, stop_child


@dataclass(frozen=True)
class Load:
    """What a run of requests came to; times in milliseconds."""

    requests: int
    per_second: float
    median_ms: float
    p95_ms: float
    failures: int


Request = Callable[[int], bytes]
"""The bytes of the ``n``-th request."""


def get(url: str, path: str, token: str = "") -> Request:
    """The same GET again and again."""
    host = urlsplit(url).netloc
    auth = f"Authorization: Bearer {token}\r\n" if token else ""
    text = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{auth}Accept: */*\r\n\r\n"
    return lambda _number: text.encode()


def post_json(url: str, path: str, token: str, body: Callable[[int], str]) -> Request:
    """A POST whose body tells one from the other."""
    host = urlsplit(url).netloc

    def request(number: int) -> bytes:
        content = body(number).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        return head.encode() + content

    return request


class Connection:
    """One keep-alive connection."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._socket = socket.create_connection(address, timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def ask(self, request: bytes) -> int:
        """Send, read the whole answer, and return its status."""
        self._socket.sendall(request)
        status = int(self._file.readline().split()[1])
        length = 0
        while line := self._file.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        self._file.read(length)
        return status

    def close(self) -> None:
        self._file.close()
        self._socket.close()


def load(url: str, request: Request, *, seconds: float = 5.0, connections: int = 16) -> Load:
    """Ask as fast as the server answers, over ``connections`` at once."""
    parts = urlsplit(url)
    address = (parts.hostname or "", parts.port or 80)
    numbers = count()
    end = monotonic() + seconds

    def one(_index: int) -> tuple[list[float], int]:
        connection, times, failures = Connection(address), [], 0
        while (started := monotonic()) < end:
            failures += connection.ask(request(next(numbers))) >= 400
            times.append((monotonic() - started) * 1000)
        connection.close()
        return times, failures

    started = monotonic()
    with ThreadPoolExecutor(connections) as pool:
        results = list(pool.map(one, range(connections)))
    elapsed = monotonic() - started
    times = sorted(time for found, _ in results for time in found)
    return Load(
        requests=len(times),
        per_second=round(len(times) / elapsed, 1),
        median_ms=round(statistics.median(times), 2),
        p95_ms=round(times[int(len(times) * 0.95)], 2),
        failures=sum(failures for _, failures in results),
    )


@contextmanager
def empty_server(folder: Path, threads: int = 96) -> Iterator[str]:
    """The empty page under the same server with the same threads."""
    port, log = free_port(), folder / "empty.log"
    process = start_child(
        [
            Path(sys.executable).with_name("granian"),
            "--interface=wsgi",
            f"--port={port}",
            f"--blocking-threads={threads}",
            "benchmarks.empty_page:app",
        ],
        log=log,
        env=dict(os.environ),
        cwd=ROOT,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(port)
        yield url
    finally:
        stop_child(process, 15)


def _wait(port: int) -> None:
    deadline = monotonic() + 30
    while monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            continue
        return
    raise RuntimeError("the empty page did not start")


def beside(name: str, found: Load, empty: Load) -> Iterator[dict[str, object]]:
    """Requests a second and p95, each with its ratio to the empty page's."""
    if found.failures:
        raise RuntimeError(f"{name}: {found.failures} of {found.requests} requests failed")
    for what, unit, value, reference in (
        ("rate", "requests/s", found.per_second, empty.per_second),
        ("p95", "ms", found.p95_ms, empty.p95_ms),
    ):
        yield {
            "name": f"{name}, {what}",
            "value": value,
            "unit": unit,
            "reference": reference,
            "ratio": round(value / reference, 3),
        }
