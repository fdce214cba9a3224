"""An agent watches a school cross the limit at ten, and takes its ticket."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.db import Database
from tests.journeys.scene import TEN, OpeningDay, sign_in
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser


@pytest.fixture
def day(database: Database, tmp_path: Path) -> OpeningDay:
    """One minute before ten."""
    made = OpeningDay(database, tmp_path)
    made.open()
    made.account("ana", "agent")
    made.at(TEN - timedelta(minutes=1))
    return made


@pytest.fixture
def server(day: OpeningDay) -> Iterator[LiveServer]:
    with day.served() as running:
        yield running


def test_a_school_crosses_the_limit_before_our_eyes_and_its_ticket_is_taken(
    page: Page, day: OpeningDay, server: LiveServer
) -> None:
    sign_in(page, server, "ana")
    over = page.locator("[data-figure=firing]")
    alder = page.get_by_role("row", name="Alder High")
    expect(over).to_have_text("0")
    expect(alder).to_contain_text("Watch")
    expect(page.get_by_role("row", name="Birch Middle")).to_contain_text("OK")
    page.evaluate("window.stillTheSamePage = true")

    day.at(TEN)

    expect(over).to_have_text("1")
    expect(alder).to_contain_text("Over the limit")
    expect(page.get_by_role("row", name="Birch Middle")).to_contain_text("OK")
    expect(page.locator("[data-map] path.p-firing")).to_have_count(1)
    expect(page.locator("[data-figure=open]")).to_have_text("1")
    assert page.evaluate("window.stillTheSamePage")

    alder.get_by_role("link", name="Alder High").click()
    expect(page.get_by_text("This is over the limit of 10 since 10:00.")).to_be_visible()
    page.get_by_role("region", name="Open tickets").get_by_role("link").first.click()
    page.get_by_role("button", name=re.compile("^Take")).click()
    expect(page.get_by_role("main")).to_contain_text("Ana")
    expect(page.get_by_role("button", name=re.compile("^Take"))).to_have_count(0)
