"""What a page does while the day goes on around it."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.dashboards.district import District
from tests.journeys.scene import TEN, OpeningDay, sign_in
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser


def test_a_change_keeps_the_focus_and_the_place_on_the_page(
    page: Page, after_ten: OpeningDay, open_service: LiveServer
) -> None:
    page.set_viewport_size({"width": 390, "height": 500})
    sign_in(page, open_service, "ana")
    row = page.get_by_role("row", name="Cedar High")
    link = row.get_by_role("link")
    link.focus()
    link.scroll_into_view_if_needed()
    before = page.evaluate("window.scrollY")
    assert before > 0
    with after_ten.database.write() as session:
        District(session, now=TEN).ticket(after_ten.schools["Cedar High"])
    expect(row).to_contain_text("1 open")
    expect(link).to_be_focused()
    assert abs(page.evaluate("window.scrollY") - before) < 40


def test_the_curve_is_drawn_under_the_strict_policy_and_follows_the_day(
    page: Page, after_ten: OpeningDay, open_service: LiveServer
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    sign_in(page, open_service, "ana")
    curve = page.locator("[data-curve]")
    expect(curve.locator(".main-svg").first).to_be_visible()
    expect(curve).to_contain_text("10:00: the limit applies")
    expect(curve).to_contain_text("21")
    with after_ten.database.write() as session:
        District(session, now=TEN).sample(TEN + timedelta(seconds=20), 1234)
    expect(curve).to_contain_text("1,234")
    assert [text for text in said if "Content Security Policy" in text] == []


def test_signing_out_elsewhere_ends_the_page_that_is_still_open(
    page: Page, open_service: LiveServer
) -> None:
    sign_in(page, open_service, "ben")
    expect(page.get_by_role("heading", name="Command center")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{open_service.url}/schools")
    other.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"), timeout=20_000)


def test_a_school_office_sees_its_school_and_nothing_of_others(
    page: Page, open_service: LiveServer
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, open_service, "ola")
    expect(page.get_by_role("heading", level=1, name="Alder High")).to_be_visible()
    expect(page.get_by_text("11 of 11 students have no complete schedule.")).to_be_visible()
    page.goto(f"{open_service.url}/schools")
    expect(page.get_by_role("row", name="Alder High")).to_be_visible()
    expect(page.get_by_role("row", name="Birch Middle")).to_have_count(0)
