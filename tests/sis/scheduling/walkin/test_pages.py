"""What the walk-in screen shows, and why a list is empty."""

import re

import pytest

from core.db import Database
from tests.core.web_site import Browser, Site
from tests.sis.scheduling.walkin.desk_page import Desk
from tests.sis.scheduling.walkin.desk_school import DeskSchool, fill_school, open_site


@pytest.fixture(scope="module")
def school(module_database: Database) -> DeskSchool:
    return fill_school(module_database)


@pytest.fixture(scope="module")
def site(
    module_database: Database, school: DeskSchool, tmp_path_factory: pytest.TempPathFactory
) -> Site:
    return open_site(module_database, tmp_path_factory.mktemp("var"))


@pytest.fixture(scope="module")
def carla(site: Site) -> Browser:
    return site.signed_in("carla", "counselor", ("S-1",))


def test_the_sections_that_do_not_fit_say_why(carla: Browser, school: DeskSchool) -> None:
    page = Desk(carla, school).look("?period=2")
    assert "Biology, period 2 is full: 1 of 0 seats are taken." in page
    assert page.index("Algebra 1, period 2") < page.index("1 that does not fit, and why")
    taken = Desk(carla, school, school.complete).look("?period=3")
    assert "A section chosen here replaces Chemistry, period 3." in re.sub("</?strong>", "", taken)
    assert "The student takes Title of BIO already, in Biology, period 2" in taken


def test_what_was_asked_for_stands_first(carla: Browser, school: DeskSchool) -> None:
    page = Desk(carla, school).look("?period=4")
    assert page.index("Chemistry, period 4") < page.index("Drama, period 4")
    assert "asked for, priority 1" in page


def test_a_reader_sees_the_schedule_and_no_buttons(site: Site, school: DeskSchool) -> None:
    granted = site.bearer("counselor", ("students.read",), ("S-1",))
    client = site.app.test_client()
    page = client.get(f"/scheduling/{school.school}/students/{school.complete}", headers=granted)
    assert page.status_code == 200
    assert 'name="place"' not in page.text
    denied = client.post(
        f"/scheduling/{school.school}/students/{school.complete}/add", headers=granted
    )
    assert denied.status_code == 403


def test_students_of_other_schools_are_not_there(site: Site, school: DeskSchool) -> None:
    stranger = site.signed_in("sam", "counselor", ("S-9",))
    for path in ("", f"/students/{school.student}", "/requests", "/requests/without"):
        assert stranger.get(f"/scheduling/{school.school}{path}").status_code == 404
    assert "No school" in stranger.get("/scheduling").text


def test_the_roll_counts_who_is_not_complete_and_explains_an_empty_list(
    carla: Browser, school: DeskSchool
) -> None:
    path = f"/scheduling/{school.school}"
    assert carla.get("/scheduling").location == path
    page = carla.get(path).text
    assert "STU-1 Field" in page
    assert "STU-2 Field" not in page
    assert "STU-2 Field" in carla.get(f"{path}?show=all").text
    assert "No student found" in carla.get(f"{path}?q=nobody").text
    assert "Nobody in grade 12" in carla.get(f"{path}?grade=12").text


def test_the_schedule_can_be_printed(carla: Browser, school: DeskSchool) -> None:
    page = Desk(carla, school, school.complete).look("/print")
    assert "Drama, period 4" in page
    assert "MTWRF" in page


def test_a_wrong_date_or_field_is_said_plainly(carla: Browser, school: DeskSchool) -> None:
    desk = Desk(carla, school)
    assert "Give a date such as" in carla.get(f"{desk.path}?on=tomorrow").text
    assert "The form lacks section" in desk.press("add", desk.shown("?period=1")).text


def test_a_students_record_and_schedule_lead_to_each_other(
    carla: Browser, school: DeskSchool
) -> None:
    desk, record = Desk(carla, school), f"/students/{school.student}"
    assert f'href="{record}"' in desk.look()
    assert f'href="{desk.path}"' in carla.get(record).text
