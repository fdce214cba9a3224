"""The teacher's page on a phone, while the server is killed under it."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from core.auth.sessions.models import UserSession
from core.db import Database
from sis.attendance.models import AttendanceEvent, AttendanceSubmission
from tests.sis.attendance.school_day import SchoolDay, signed_in, sis_site
from tests.sis.attendance.service import Service, serving
from tests.support.browser import assert_accessible

pytestmark = pytest.mark.browser


@pytest.fixture
def school(sqlite_database: Database) -> tuple[Database, SchoolDay]:
    day = SchoolDay()
    with sqlite_database.write() as session:
        day.fill(session)
    return sqlite_database, day


def phone(chromium: Chromium, service: Service, secret: str) -> Page:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    context.add_cookies([{"name": "bellwether_session", "value": secret, "url": service.url}])
    return context.new_page()


def saved(database: Database) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The submissions as (section, period) and the events as (person, status)."""
    with database.read() as session:
        submissions = session.scalars(select(AttendanceSubmission)).all()
        events = session.scalars(select(AttendanceEvent)).all()
    return (
        [(one.section_id, one.period) for one in submissions],
        [(one.person_id, one.status) for one in events],
    )


def test_an_entry_made_while_the_server_is_down_arrives_once(
    chromium: Chromium, school: tuple[Database, SchoolDay], tmp_path: Path
) -> None:
    database, day = school
    site = sis_site(database, tmp_path / "site")
    browser = signed_in(site, day, "tea", "teacher", day.teacher_key)
    cookie = browser.client.get_cookie("bellwether_session")
    assert cookie is not None
    with serving(database, tmp_path / "web") as service:
        page = phone(chromium, service, cookie.value)
        page.goto(f"{service.url}/attendance/classes")
        expect(page.locator("[data-kept=true]")).to_be_attached()
        assert_accessible(page)

        service.kill()
        page.get_by_role("radiogroup", name="Ada").get_by_text("Absent").tap()
        page.get_by_role("button", name="Submit Algebra 1").tap()
        state = page.locator("[data-state]").first
        expect(state).to_have_text("Kept on this device")
        assert saved(database) == ([], [])

        page.reload()
        expect(state).to_have_text("Kept on this device")
        expect(page.get_by_text("The server does not answer")).to_be_visible()
        window = page.context
        page.close()
        page = window.new_page()
        page.goto(f"{service.url}/attendance/classes")
        state = page.locator("[data-state]").first
        expect(state).to_have_text("Kept on this device")
        ada = page.get_by_role("radiogroup", name="Ada")
        expect(ada.get_by_role("radio", name="Absent")).to_be_checked()
        assert_accessible(page)

        service.start()
        expect(state).to_contain_text("Saved at 08:", timeout=60_000)
        assert saved(database) == (
            [(day.sections["1"], "1")],
            [(day.students["Ada"], "absent_unexcused")],
        )

        with database.write() as session:
            session.execute(delete(UserSession))
        page.get_by_role("button", name="Submit Algebra 1").tap()
        expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
        window.close()
