"""The http probe against a real server on this machine."""

from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from core.clock import FrozenClock
from core.db import Database
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings
from monitors.probe import Result, Tools
from monitors.probes.http import Options, run
from monitors.rules import Status
from tests.monitors.stage import TEN

NOBODY = "http://127.0.0.1:1/"


class _Handler(BaseHTTPRequestHandler):
    """Paths name what happens: /ok, /sorry (503), /slow (hangs until released)."""

    release = Event()

    def do_GET(self) -> None:
        if self.path == "/slow":
            self.release.wait(20)
        body = "Willkommen: sign in here, Ñandú".encode()
        self.send_response(503 if self.path == "/sorry" else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    _Handler.release.set()
    server.shutdown()
    server.server_close()
    thread.join()


def _measure(**options: object) -> Result:
    database = Database("sqlite:///unused.sqlite")
    settings = Settings(CoreSettings(), {}, Path(), database.url)
    runtime = Runtime(settings, database, FrozenClock(TEN))
    made = Options.model_validate({"timeout": timedelta(seconds=1), **options})
    [result] = run(Tools("portal", runtime, made, TEN, recording=False)).results
    return result


def test_the_right_answer_is_ok(address: str) -> None:
    found = _measure(url=f"{address}/ok", body="Ñandú")
    assert (found.status, found.subject, found.threshold) == (Status.OK, "portal", 1000)
    assert found.value is not None
    assert found.summary.startswith("portal: answered in")


@pytest.mark.parametrize(
    ("path", "options", "note"),
    [
        ("/sorry", {}, "answered 503 instead of 200"),
        ("/ok", {"status": 204}, "answered 200 instead of 204"),
        ("/ok", {"body": "Bienvenue"}, "answered without the text 'Bienvenue'"),
        ("/slow", {}, "no answer within 1 s"),
    ],
)
def test_a_wrong_answer_fails(
    address: str, path: str, options: dict[str, object], note: str
) -> None:
    found = _measure(url=address + path, **options)
    assert (found.status, found.note) == (Status.FAIL, note)


def test_no_answer_at_all_fails() -> None:
    found = _measure(url=NOBODY)
    assert found.status is Status.FAIL
    assert found.note.startswith("cannot be reached")


def test_a_failure_while_we_are_offline_is_unknown(address: str) -> None:
    assert _measure(url=NOBODY, online_check=NOBODY).status is Status.UNKNOWN
    assert _measure(url=NOBODY, online_check=address).status is Status.FAIL


def test_a_status_of_our_own_choice_can_be_right(address: str) -> None:
    assert _measure(url=f"{address}/sorry", status=503).status is Status.OK
