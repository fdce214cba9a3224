"""One click on the walk-in screen is one change, or the reason why not."""

import re
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from core.db import Database
from sis.enrollment.models import SchoolEnrollment
from sis.scheduling.walkin.queries import list_held
from tests.core.web_site import Browser, Site
from tests.sis.scheduling.walkin.desk_page import HIDDEN, Desk
from tests.sis.scheduling.walkin.desk_school import DeskSchool, fill_school, open_site
from tests.sis.school import MONDAY


@pytest.fixture
def school(database: Database) -> DeskSchool:
    return fill_school(database)


@pytest.fixture
def site(database: Database, school: DeskSchool, tmp_path: Path) -> Site:
    return open_site(database, tmp_path)


@pytest.fixture
def carla(site: Site) -> Browser:
    return site.signed_in("carla", "counselor", ("S-1",))


def _titles(site: Site, school: DeskSchool, student: int) -> list[str]:
    with site.runtime.database.read() as session:
        return [h.offer.title for h in list_held(session, student, school.school, MONDAY)]


def test_one_click_adds_and_leads_to_the_next_free_period(
    site: Site, carla: Browser, school: DeskSchool
) -> None:
    desk = Desk(carla, school)
    answer = desk.press(
        "add", desk.shown("?period=1"), section=school.sections["Algebra 1, period 1"]
    )
    assert answer.status_code == 303
    assert answer.location.endswith("?on=2015-01-12&period=2#sections")
    page = desk.look("?period=2")
    assert "Carla put the student into Algebra 1, period 1." in page
    assert "1 of 6 periods filled" in page
    assert _titles(site, school, school.student) == ["Algebra 1, period 1"]


def test_sending_the_same_form_twice_adds_once(
    site: Site, carla: Browser, school: DeskSchool
) -> None:
    desk = Desk(carla, school)
    fields, section = desk.shown("?period=1"), school.sections["Algebra 1, period 1"]
    first, second = (desk.press("add", fields, section=section) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(_titles(site, school, school.student)) == 1


def test_a_refused_click_is_answered_on_the_screen_with_its_reason(
    site: Site, carla: Browser, school: DeskSchool
) -> None:
    desk = Desk(carla, school, school.complete)
    fields = desk.shown("?period=2")
    answer = desk.press("add", fields, section=school.sections["Algebra 1, period 2"])
    assert answer.status_code == 409
    assert "Not done: The student takes Title of ALG already" in answer.text
    assert "Place all the same" in answer.text
    full = desk.press("add", fields, section=school.sections["Biology, period 2"])
    assert "already" in full.text
    assert len(_titles(site, school, school.complete)) == 6


def test_of_two_counselors_the_second_is_told_what_the_first_did(
    site: Site, carla: Browser, school: DeskSchool
) -> None:
    ben = site.signed_in("ben", "counselor", ("S-1",))
    hers, his = Desk(carla, school), Desk(ben, school)
    his_fields = his.shown("?period=2")
    hers.press("add", hers.shown("?period=1"), section=school.sections["Algebra 1, period 1"])
    answer = his.press("add", his_fields, section=school.sections["French 2, period 6"])
    page = unescape(answer.text)
    assert answer.status_code == 409
    assert "Somebody else changed this student's schedule" in page
    assert "Carla put the student into Algebra 1, period 1." in page
    assert "You meant <strong>French 2, period 6</strong>" in page
    assert _titles(site, school, school.student) == ["Algebra 1, period 1"]
    again = {name: unescape(value) for name, value in HIDDEN.findall(page.split("You meant")[1])}
    assert his.press("add", again, section=school.sections["French 2, period 6"]).status_code == 303
    assert len(_titles(site, school, school.student)) == 2


def test_drop_swap_lock_and_undo_are_one_click_each(
    site: Site, carla: Browser, school: DeskSchool
) -> None:
    desk = Desk(carla, school, school.complete)
    with site.runtime.database.read() as session:
        held = {
            one.offer.title: one.place_id
            for one in list_held(session, school.complete, school.school, MONDAY)
        }
    drama = held["Drama, period 4"]
    assert desk.press("lock", desk.shown(), place=drama, locked=1).status_code == 303
    refused = desk.press("drop", desk.shown(), place=drama)
    assert "Drama, period 4 is locked; unlock it first." in refused.text
    assert desk.press("lock", desk.shown(), place=drama, locked=0).status_code == 303
    chemistry = school.sections["Chemistry, period 4"]
    refused = desk.press("swap", desk.shown("?period=4"), place=drama, section=chemistry)
    assert "The student takes Title of CHE already" in refused.text
    assert desk.press("drop", desk.shown(), place=drama).status_code == 303
    page = desk.look()
    assert "Carla took the student out of Drama, period 4." in page
    [edit] = re.findall(r'name="edit" value="(\d+)"', page)
    assert desk.press("undo", desk.shown(), edit=edit).status_code == 303
    assert "complete: 6 of 6 periods" in desk.look()


def test_a_student_whose_start_was_edited_stays_on_the_roll(
    site: Site, carla: Browser, school: DeskSchool
) -> None:
    with site.runtime.database.write() as session:
        for enrollment in session.scalars(select(SchoolEnrollment)):
            enrollment.begins_on = MONDAY.replace(day=26)
    path = f"/scheduling/{school.school}"
    assert "the first of 2 that begin later is on Mon 26 Jan 2015" in carla.get(path).text
    assert "begins on Mon 26 Jan 2015" in carla.get(f"{path}?q=STU-1").text
    page = Desk(carla, school).look()
    assert 'name="on" type="date" value="2015-01-26"' in page
