"""The frame of every page as a person meets it: in a browser, by eye, by ear and by keyboard."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, Queue

import pytest
from flask import Blueprint, Response, render_template_string
from flask.typing import ResponseReturnValue
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from core.clock import DrillClock, machine_now
from core.db import Database
from core.plugins import NavItem, Surface
from core.web.access import requires
from tests.core.web.notes import make_surface
from tests.core.web_site import PASSWORD, Site, make_site
from tests.support.browser import assert_accessible

pytestmark = pytest.mark.browser

ADDRESSES = (
    "/",
    "/notes",
    "/accounts",
    "/accounts/new",
    "/password",
    "/audit",
    "/nowhere",
    "/broken",
)

_PAGE = """{% extends "layout.html" %}
{% block title %}Board{% endblock %}
{% block content %}<h1>Board</h1>
<p>Opened <time datetime="2015-01-12T17:00:00Z" data-ago>60 min ago</time></p>
<section data-live="changed" data-url="/board/part" id="part">{{ part }}</section>{% endblock %}"""


@dataclass
class Board:
    """A page with a live part; ``words`` is what the stream sends next, None ends it."""

    number: int = 1
    full: bool = False
    words: Queue[str | None] = field(default_factory=Queue)

    def surface(self) -> Surface:
        blueprint = Blueprint("board", __name__)
        blueprint.get("/")(requires("audit.read")(self.show))
        blueprint.get("/board/part")(requires("audit.read")(self.part))
        blueprint.get("/events")(requires("audit.read")(self.events))
        nav = (NavItem("Board", "board.show", "audit.read", 0),)
        return Surface("board", blueprints=(blueprint,), nav=nav)

    def text(self) -> str:
        return f'<label>Note <input id="note"></label><p>Number {self.number}</p>'

    def show(self) -> ResponseReturnValue:
        return render_template_string(_PAGE.replace("{{ part }}", self.text()))

    def part(self) -> ResponseReturnValue:
        return self.text()

    def events(self) -> ResponseReturnValue:
        if self.full:
            return "", 503
        return Response(self._stream(), content_type="text/event-stream")

    def _stream(self) -> Iterator[str]:
        yield ": hello\n\n"
        while True:
            try:
                word = self.words.get(timeout=0.2)
            except Empty:
                yield ": still here\n\n"
                continue
            if word is None:
                return
            yield f"event: {word}\ndata: 1\n\n"


@dataclass(frozen=True)
class Served:
    url: str
    site: Site
    board: Board


@contextmanager
def _serving(site: Site) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def served(sqlite_database: Database, tmp_path: Path) -> Iterator[Served]:
    board = Board()
    clock = DrillClock(datetime(2015, 1, 12, 18, 0, tzinfo=UTC), machine_now(), 60)
    site = make_site(sqlite_database, tmp_path, clock, surfaces=[board.surface(), make_surface()])
    site.add_user("ada")
    with _serving(site) as url:
        yield Served(url, site, board)
        board.words.put(None)


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser itself finds wrong: policy violations, failed scripts."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda m: found.append(m.text) if "Content Security" in m.text else None)
    return found


def _sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Board")).to_be_visible()


def test_every_page_of_the_frame_is_accessible_in_both_schemes_and_on_a_phone(
    served: Served, chromium: Browser
) -> None:
    for scheme, width in (("light", 1280), ("dark", 390)):
        context = chromium.new_context(
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": width, "height": 800},
        )
        page = context.new_page()
        page.goto(f"{served.url}/sign-in?bye=1")
        assert_accessible(page)
        page.get_by_label("Username").fill("ada")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        assert_accessible(page)
        _sign_in(page, served.url)
        for address in ADDRESSES:
            page.goto(served.url + address)
            assert_accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        if width == 390:
            page.locator("details.menu > summary").click()
            assert_accessible(page)
        page.keyboard.press("?")
        assert_accessible(page)
        context.close()


def test_a_live_part_follows_the_stream_and_keeps_what_one_is_typing(
    served: Served, page: Page, complaints: list[str]
) -> None:
    _sign_in(page, served.url)
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    page.locator("#note").fill("half a sen")
    served.board.number = 2
    served.board.words.put("changed")
    expect(page.get_by_text("Number 2")).to_be_visible()
    expect(page.locator("#note")).to_be_focused()
    expect(page.locator("#note")).to_have_value("half a sen")
    assert complaints == []


def test_a_broken_stream_is_opened_again_and_what_was_missed_is_fetched(
    served: Served, page: Page
) -> None:
    _sign_in(page, served.url)
    expect(page.locator(".live-indicator")).to_have_text("● Live")
    served.board.words.put(None)
    expect(page.locator(".live-indicator")).to_have_text("◌ Reconnecting…")
    served.board.number = 3
    expect(page.locator(".live-indicator")).to_have_text("● Live", timeout=10_000)
    expect(page.get_by_text("Number 3")).to_be_visible()


def test_without_a_place_on_the_stream_the_page_polls(served: Served, page: Page) -> None:
    served.board.full = True
    page.clock.install()
    _sign_in(page, served.url)
    expect(page.locator(".live-indicator")).to_have_text("◷ Updated every 15 seconds")
    served.board.number = 4
    page.clock.run_for(17_000)
    expect(page.get_by_text("Number 4")).to_be_visible()


def test_a_live_part_of_one_who_was_signed_out_leads_to_the_sign_in(
    served: Served, page: Page
) -> None:
    _sign_in(page, served.url)
    expect(page.locator(".live-indicator")).to_have_text("● Live")
    page.context.clear_cookies()
    served.board.words.put("changed")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=10_000)


def test_the_clock_and_ages_tick_at_the_speed_of_the_drill(served: Served, page: Page) -> None:
    page.clock.install()
    _sign_in(page, served.url)
    expect(page.get_by_text("DRILL")).to_be_visible()
    clock = page.locator(".clock time")
    before = re.findall(r"\d\d", clock.inner_text())[-2:]
    page.clock.run_for(60_000)
    after = re.findall(r"\d\d", clock.inner_text())[-2:]
    assert int(after[0]) - int(before[0]) == 1
    expect(page.locator("time[data-ago]")).to_contain_text("2 h")


def test_the_page_is_used_by_keyboard_alone_and_single_keys_can_be_switched_off(
    served: Served, page: Page
) -> None:
    _sign_in(page, served.url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("2")
    expect(page.get_by_role("heading", name="Notes")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("?")
    page.get_by_label("Use single keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(page.get_by_role("heading", name="Notes")).to_be_visible()
    page.locator("#text").focus()
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_have_count(0)


def test_without_scripts_the_menu_and_signing_out_still_work(
    served: Served, chromium: Browser
) -> None:
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    _sign_in(page, served.url)
    expect(page.get_by_role("link", name="Notes")).to_be_hidden()
    page.get_by_text("Menu").click()
    page.get_by_role("link", name="Notes").click()
    page.get_by_text("Menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    context.close()
