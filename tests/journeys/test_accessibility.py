"""axe-core finds nothing on any page: phone and desktop, light and dark."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.scene import OpeningDay, sign_in
from tests.support.browser import assert_accessible
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/?state=firing&sort=name",
    "/?q=nothing-has-this-name",
    "/schools",
    "/schools/{school}",
    "/tickets",
    "/tickets/{ticket}",
    "/tickets/new",
    "/tickets/new?school={school}",
    "/tiers",
    "/tiers/{school}",
    "/students",
    "/students/1",
    "/students/enroll",
    "/students/no-shows",
    "/statistics",
    "/statistics/schools/{school}",
    "/alerts",
    "/alerts?by=service&open=scheduling",
    "/alerts/{alert}",
    "/alerts/silences",
    "/alerts/silences/new?matchers=alertname%3DTooManyWithoutSchedule",
    "/on-call",
    "/on-call/new",
    "/account/notifications",
    "/deliveries",
    "/probes",
    "/probes/scheduling_completeness",
    "/oneroster/clients",
    "/oneroster/clients/new",
    "/calendars",
    "/calendars/{school}",
    "/calendars/{school}/bells",
    "/calendars/{school}/marking",
    "/scheduling-runs/schools/{school}",
    "/rollover",
    "/schools/999999",
    "/no-such-page",
    "/?sort=nonsense",
)


STICKS_OUT = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")].filter(
        (element) => element.getBoundingClientRect().right > root.clientWidth);
    return [root.scrollWidth, ...wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 90))];
}"""


@dataclass(frozen=True)
class Screen:
    """A device and the colours its owner prefers."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]


SCREENS = (
    Screen("phone, light", 390, 844, "light"),
    Screen("phone, dark", 390, 844, "dark"),
    Screen("desktop, light", 1440, 900, "light"),
    Screen("desktop, dark", 1440, 900, "dark"),
)


def window(chromium: Browser, screen: Screen) -> Page:
    context = chromium.new_context(
        viewport={"width": screen.width, "height": screen.height}, color_scheme=screen.scheme
    )
    return context.new_page()


@pytest.fixture(scope="module", params=SCREENS, ids=lambda screen: screen.name)
def signed_in(
    request: pytest.FixtureRequest, chromium: Browser, open_service: LiveServer
) -> Iterator[Page]:
    """A window of that device, signed in as somebody who may see every page."""
    page = window(chromium, request.param)
    sign_in(page, open_service, "ada")
    yield page
    page.context.close()


@pytest.mark.parametrize("address", PAGES)
def test_no_violation_on(
    signed_in: Page, after_ten: OpeningDay, open_service: LiveServer, address: str
) -> None:
    path = address.format(school=after_ten.schools["Alder High"], ticket=1, alert=after_ten.alert())
    signed_in.goto(f"{open_service.url}{path}")
    assert_accessible(signed_in)


@pytest.mark.parametrize("address", PAGES)
def test_nothing_sticks_out_to_the_side_on(
    signed_in: Page, after_ten: OpeningDay, open_service: LiveServer, address: str
) -> None:
    path = address.format(school=after_ten.schools["Alder High"], ticket=1, alert=after_ten.alert())
    signed_in.goto(f"{open_service.url}{path}")
    assert signed_in.evaluate(STICKS_OUT) == []


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_no_violation_on_the_way_in(
    chromium: Browser, open_service: LiveServer, screen: Screen
) -> None:
    page = window(chromium, screen)
    page.goto(f"{open_service.url}/sign-in")
    assert_accessible(page)
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    assert_accessible(page)
    page.context.close()
