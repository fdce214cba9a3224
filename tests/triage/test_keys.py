"""An agent's hands stay on the keyboard: the queue by j, k, o and n, in a real browser."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.auth.accounts.actions import create_account
from core.auth.actor import system
from core.clock import machine_now
from core.db import Database
from tests.core.web_site import PASSWORD, QUICK
from tests.support.browser import assert_accessible
from tests.support.server import running_server
from tests.triage.cast import new_ticket, opened

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(page: Page, sqlite_database: Database, tmp_path: Path) -> Iterator[Page]:
    """The queue of three tickets, signed in as an agent."""
    now = machine_now()
    with sqlite_database.write() as session:
        create_account(
            session,
            "ana",
            display_name="Ana Agent",
            password=PASSWORD,
            role="agent",
            cost=QUICK,
            by=system("tests"),
            now=now,
        )
        for minutes, subject in ((30, "First"), (20, "Second"), (10, "Third")):
            opened(session, new_ticket(subject=subject), now - timedelta(minutes=minutes))
    with running_server(sqlite_database.url, tmp_path / "var") as server:
        page.goto(f"{server.url}/sign-in?next=/tickets")
        page.get_by_label("Username").fill("ana")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        _at_the_queue(page)
        yield page


def test_the_queue_is_worked_without_a_mouse(desk: Page) -> None:
    _j_and_k_walk_the_queue_and_o_opens(desk)
    _back_to_the_queue(desk)
    _enter_opens_and_n_takes_the_next_ticket(desk)
    _back_to_the_queue(desk)
    _keys_rest_while_somebody_types(desk)


def _at_the_queue(page: Page) -> None:
    expect(page.get_by_role("heading", name="Tickets", level=1)).to_be_visible()
    page.wait_for_load_state()


def _back_to_the_queue(desk: Page) -> None:
    desk.get_by_role("link", name="All tickets").click()
    _at_the_queue(desk)


def _j_and_k_walk_the_queue_and_o_opens(desk: Page) -> None:
    desk.keyboard.press("j")
    expect(desk.get_by_role("link", name="First")).to_be_focused()
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    expect(desk.get_by_role("link", name="Third")).to_be_focused()
    desk.keyboard.press("k")
    desk.keyboard.press("o")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Second")


def _enter_opens_and_n_takes_the_next_ticket(desk: Page) -> None:
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("First")
    _back_to_the_queue(desk)
    desk.keyboard.press("n")
    expect(desk.get_by_text(re.compile(r"Ticket \d+ is yours\. First: "))).to_be_visible()
    assert_accessible(desk)


def _keys_rest_while_somebody_types(desk: Page) -> None:
    desk.get_by_role("link", name="Second").click()
    message = desk.get_by_label("Your message")
    message.fill("")
    message.press_sequentially("jkon")
    expect(message).to_have_value("jkon")
    desk.get_by_role("button", name="Save as note").click()
    expect(desk.get_by_text("note, hidden from the school")).to_be_visible()
    assert_accessible(desk)
