"""A webhook on this machine that notes when it was told of which alert."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from core.clock import monotonic

LABEL = "number"
"""The label that tells one alert of a benchmark from the other."""

PATIENCE = 120.0


@dataclass
class Sink:
    """``told``: number of the alert -> when it was told first; ``messages`` of any kind."""

    url: str = ""
    told: dict[str, float] = field(default_factory=dict)
    messages: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def take(self, body: bytes) -> None:
        numbers = [alert["labels"].get(LABEL, "") for alert in json.loads(body)["alerts"]]
        with self.changed:
            self.messages += 1
            for number in numbers:
                self.told.setdefault(number, monotonic())
            self.changed.notify_all()

    def when_told(self, number: str) -> float:
        """When it was told of this alert; waits for it, RuntimeError when it never is."""
        self._wait(lambda: number in self.told)
        return self.told[number]

    def wait_for(self, alerts: int) -> None:
        """Until so many different alerts have been told; RuntimeError when they never are."""
        self._wait(lambda: len(self.told) >= alerts)

    def _wait(self, fact: Callable[[], bool]) -> None:
        with self.changed:
            if not self.changed.wait_for(fact, PATIENCE):
                raise RuntimeError(f"only {len(self.told)} alerts were told")


@contextmanager
def listening() -> Iterator[Sink]:
    """A sink on a free port of the loopback, over kept connections."""
    sink = Sink()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            sink.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep the benchmark's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    sink.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()
