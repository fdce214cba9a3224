"""A student without a schedule at the counselor's desk, and no mouse."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.auth.accounts.actions import create_account
from core.clock import DrillClock, machine_now
from tests.core.web_site import PASSWORD, QUICK, TESTS
from tests.journeys.scene import sign_in, tab_to
from tests.sis.scheduling.walkin.desk_school import fill_school
from tests.sis.school import NOW
from tests.support.browser import assert_accessible
from tests.support.databases import Databases, fresh_database
from tests.support.server import LiveServer, running_server

pytestmark = pytest.mark.browser


@pytest.fixture
def desk_service(sqlite_databases: Databases, tmp_path: Path) -> Iterator[LiveServer]:
    """A school where one of two students has nothing, and its counselor Carla."""
    with fresh_database(sqlite_databases) as database:
        fill_school(database)
        with database.write() as session:
            create_account(
                session,
                "carla",
                display_name="Carla",
                password=PASSWORD,
                role="counselor",
                organizations=("S-1",),
                cost=QUICK,
                by=TESTS,
                now=machine_now(),
            )
        clock = DrillClock(NOW, machine_now(), 1.0).to_text()
        with running_server(database.url, tmp_path, {"BELLWETHER_CLOCK": clock}) as server:
            yield server


def _take(page: Page, title: str, filled: int) -> None:
    """The first section of the period; the page says so, and goes on to the next free one."""
    first = page.locator("#sections > .candidates li").first
    expect(first).to_contain_text(title)
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{filled} of 6 periods")).to_be_visible()
    page.wait_for_load_state()


def test_a_day_is_filled_with_the_keyboard_and_the_count_falls(
    page: Page, desk_service: LiveServer
) -> None:
    sign_in(page, desk_service, "carla")
    page.goto(f"{desk_service.url}/scheduling")
    count = page.locator(".tile", has_text="Without a complete schedule")
    expect(count).to_contain_text("1")
    tab_to(page, "STU-1 Field")
    page.keyboard.press("Enter")
    expect(page.get_by_text("0 of 6 periods filled")).to_be_visible()
    page.wait_for_load_state()

    page.keyboard.press("n")
    for filled, title in enumerate(
        ("French 2, period 1", "Algebra 1, period 2", "Chemistry, period 3", "Drama, period 4",
         "English 10, period 5"), 1
    ):  # fmt: skip
        _take(page, title, filled)

    expect(page.get_by_text("No section fits")).to_be_visible()
    tab_to(page, "2 that do not fit")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The student takes Title of FRE already")).to_be_visible()
    tab_to(page, "With a reason")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Not done: The student takes")
    assert_accessible(page)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Reason to place")).to_be_focused()
    page.keyboard.type("Needs both halves for the exchange year")
    page.keyboard.press("Enter")
    expect(page.get_by_text("complete: 6 of 6 periods")).to_be_visible()

    tab_to(page, "Alder High")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Everybody has a complete schedule")).to_be_visible()
    expect(count).to_contain_text("0")
    assert_accessible(page)
