"""Nobody needs a mouse: from signing in to asking for help."""

import pytest
from playwright.sync_api import Page, expect

from tests.core.web_site import PASSWORD
from tests.journeys.scene import tab_to
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser


@pytest.fixture
def signed_in(page: Page, open_service: LiveServer) -> Page:
    page.goto(f"{open_service.url}/sign-in")
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type("ana")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Command center")).to_be_visible()
    page.wait_for_load_state()
    return page


def test_a_school_is_reached_and_asked_for_help(signed_in: Page) -> None:
    signed_in.keyboard.press("Tab")
    expect(signed_in.get_by_role("link", name="Skip to the content")).to_be_focused()
    signed_in.keyboard.press("Enter")
    tab_to(signed_in, "Alder High")
    signed_in.keyboard.press("Enter")
    expect(signed_in.get_by_role("heading", level=1, name="Alder High")).to_be_visible()
    tab_to(signed_in, "Ask for help")
    signed_in.keyboard.press("Enter")
    expect(signed_in.get_by_role("heading", level=1, name="New ticket")).to_be_visible()
    assert "school=" in signed_in.url


def test_the_map_is_one_stop_and_the_arrows_walk_it(signed_in: Page) -> None:
    points = signed_in.locator("[data-map] a")
    assert signed_in.locator("[data-map] a[tabindex='0']").count() == 1
    points.last.focus()
    worst = signed_in.evaluate("document.activeElement.textContent")
    assert worst.startswith("Alder High: Over the limit")
    signed_in.keyboard.press("ArrowDown")
    assert signed_in.evaluate("document.activeElement.textContent").startswith("Birch Middle")
    assert signed_in.locator("[data-map] a[tabindex='0']").count() == 1
    signed_in.keyboard.press("Home")
    signed_in.keyboard.press("Enter")
    expect(signed_in.get_by_role("heading", level=1, name="Alder High")).to_be_visible()


def test_the_slash_key_finds_a_school(signed_in: Page) -> None:
    signed_in.keyboard.press("/")
    expect(signed_in.get_by_role("searchbox")).to_be_focused()
    signed_in.keyboard.type("birch")
    signed_in.keyboard.press("Enter")
    expect(signed_in.get_by_text('1 school: "birch"')).to_be_visible()
    expect(signed_in.get_by_role("row", name="Alder High")).to_have_count(0)


def test_an_alert_is_chosen_and_acknowledged_with_single_keys(
    signed_in: Page, open_service: LiveServer
) -> None:
    signed_in.goto(f"{open_service.url}/alerts")
    row = signed_in.locator("[data-alert]").first
    signed_in.keyboard.press("j")
    expect(row.get_by_role("link").first).to_be_focused()
    signed_in.keyboard.press("x")
    expect(row.get_by_role("checkbox")).to_be_checked()
    expect(signed_in.get_by_text("1 chosen")).to_be_visible()
    signed_in.keyboard.press("?")
    expect(signed_in.get_by_role("row", name="a Acknowledge what is chosen")).to_be_visible()
    signed_in.keyboard.press("Escape")
    signed_in.keyboard.press("a")
    expect(signed_in.get_by_text("1 alert acknowledged.")).to_be_visible()
    expect(row).to_contain_text("Ana is on it")
