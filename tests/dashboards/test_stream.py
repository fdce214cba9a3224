import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from werkzeug.test import TestResponse

from core.auth.sessions.actions import end_all_sessions
from core.clock import SystemClock
from core.db import Database
from dashboards.live import Broadcaster
from dashboards.live_end import close_on_signals
from dashboards.stream_views import EXTENSION
from tests.core.web_site import Browser, Site
from tests.dashboards.boards import open_site, reader
from tests.dashboards.district import District
from tests.support.server import running_server


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Iterator[Site]:
    made = open_site(database, tmp_path, SystemClock(), server={"sse_limit": 2})
    live_of(made).every = 0.02
    yield made
    live_of(made).close()


def live_of(site: Site) -> Broadcaster:
    found: Broadcaster = site.app.extensions[EXTENSION]
    return found


@contextmanager
def listening(browser: Browser) -> Iterator[tuple[TestResponse, Iterator[str]]]:
    """An open stream: the answer, and its chunks as text."""
    answer = browser.client.get("/events", buffered=False)
    chunks = (chunk.decode() for chunk in answer.iter_encoded())
    try:
        yield answer, chunks
    finally:
        answer.close()


def heard(chunks: Iterator[str], word: str) -> str:
    """Everything up to the chunk that holds the word."""
    seen = ""
    for chunk in chunks:
        seen += chunk
        if word in chunk:
            return seen
    raise AssertionError(f"the stream ended without {word!r}: {seen!r}")


def test_a_new_ticket_is_told_by_its_topic(site: Site, database: Database) -> None:
    with listening(site.signed_in("sue", "superintendent")) as (answer, chunks):
        assert answer.mimetype == "text/event-stream"
        assert answer.headers["Cache-Control"] == "no-store"
        heard(chunks, "event: tickets")
        with database.write() as session:
            District(session).ticket(None)
        assert "event: states" not in heard(chunks, "event: tickets")


def test_nothing_but_topics_passes_through_the_stream(site: Site, database: Database) -> None:
    with listening(site.signed_in("ola", "school_staff", ["S-0001"])) as (_, chunks):
        with database.write() as session:
            district = District(session)
            district.transition(district.school("Alder High"))
        told = heard(chunks, "event: states")
    kinds = {line.partition(":")[0] for line in told.splitlines() if line}
    assert kinds == {"retry", "id", "event", "data"}
    assert "Alder" not in told


def test_a_visitor_gets_no_stream(site: Site) -> None:
    assert site.browser().get("/events", Accept="text/event-stream").status_code in (303, 401)


def test_when_all_streams_are_in_use_the_next_is_told_when_to_come_back(site: Site) -> None:
    browser = site.signed_in("sue", "superintendent")
    with listening(browser), listening(browser):
        refused = browser.get("/events")
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) > 0
    with listening(browser) as (answer, _):
        assert answer.status_code == 200


def test_a_closed_stream_gives_its_place_back_even_if_nothing_was_read(site: Site) -> None:
    browser = site.signed_in("sue", "superintendent")
    with listening(browser):
        assert live_of(site).count() == 1
    assert live_of(site).count() == 0


def test_signing_out_ends_the_stream_with_a_refresh(site: Site, database: Database) -> None:
    user = site.add_user("sue", "superintendent")
    browser = site.browser()
    browser.sign_in("sue")
    with listening(browser) as (_, chunks):
        next(chunks)
        with database.write() as session:
            end_all_sessions(session, user)
        assert heard(chunks, "event: refresh")
        assert list(chunks) == []


def test_a_program_may_listen_with_its_token(site: Site) -> None:
    program = reader(site)
    answer = site.app.test_client().get("/events", headers=program.headers, buffered=False)
    assert answer.status_code == 200
    answer.close()


def test_a_signal_closes_the_streams_beside_the_handlers_of_others() -> None:
    live = Broadcaster(dict, set, lambda: None, 1, every=0.02)
    stream = live.subscribe("anna")
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    descriptor = signal.set_wakeup_fd(-1)
    try:
        close_on_signals(live)
        os.kill(os.getpid(), signal.SIGTERM)
        stream.wait(5)
        assert stream.ended
    finally:
        signal.set_wakeup_fd(descriptor)
        signal.signal(signal.SIGTERM, before)


def test_the_server_ends_promptly_while_streams_are_open(
    database: Database, tmp_path: Path
) -> None:
    token = reader(open_site(database, tmp_path)).headers
    ended = threading.Event()

    def listen(url: str) -> None:
        with httpx.stream("GET", f"{url}/events", headers=dict(token), timeout=30) as answer:
            for _ in answer.iter_raw():
                open_now.release()
        ended.set()

    open_now = threading.Semaphore(0)
    with running_server(database.url, tmp_path / "web") as server:
        threading.Thread(target=listen, args=(server.url,), daemon=True).start()
        assert open_now.acquire(timeout=10)
        server.process.send_signal(signal.SIGTERM)
        assert ended.wait(5)
        assert server.process.wait(timeout=30) == 0
