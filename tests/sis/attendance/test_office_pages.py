"""The office's pages: what is missing, corrections by student and class, and clearing."""

import re
from datetime import date, timedelta
from html import unescape
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import update

from core.db import Database
from sis.attendance.actions.submitting import Roll, submit
from sis.attendance.rules.status import Kind
from sis.attendance.settings import AttendanceSettings
from sis.scheduling.models import SectionEnrollment
from tests.core.web_site import Browser, Site
from tests.sis.attendance.school_day import (
    EIGHT,
    MONDAY,
    SchoolDay,
    acting_teacher,
    signed_in,
    sis_site,
)
from tests.sis.scheduling.school_records import Records


@pytest.fixture
def day(database: Database) -> SchoolDay:
    """The first period is submitted: Ada and Ben are absent."""
    day = SchoolDay()
    with database.write() as session:
        day.fill(session)
        absent = {day.students[name]: (Kind.ABSENT, None) for name in ("Ada", "Ben")}
        roll = Roll(day.sections["1"], MONDAY, "1", 0, absent)
        by, policy = acting_teacher(day), AttendanceSettings()
        submit(session, roll, by=by, now=EIGHT, policy=policy)
    return day


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Site:
    """At 10:10: the first and second periods are over, the third is going on."""
    return sis_site(database, tmp_path, EIGHT + timedelta(hours=2, minutes=3))


@pytest.fixture
def office(site: Site, day: SchoolDay) -> Browser:
    return signed_in(site, day, "ola", "school_staff")


def tiles(page: str) -> list[str]:
    return [unescape(text) for text in re.findall(r'tile-value">([^<]*)<', page)]


def test_the_page_of_a_school_lists_what_is_not_submitted(office: Browser, day: SchoolDay) -> None:
    answer = office.get("/attendance")
    assert answer.status_code == 303
    page = office.get(answer.headers["Location"]).text
    assert tiles(page) == ["33 %", "2", "2"]
    missing = page[page.index("Not submitted yet") : page.index("classes of the day")]
    assert "Algebra 1" not in missing
    assert "over, not submitted" in missing
    assert "going on" in missing
    weekend = office.get(f"/attendance/schools/{day.school}?on=2015-01-17").text
    assert "No class meets on 2015-01-17." in weekend


def test_the_district_sees_all_schools_and_those_with_most_open_first(
    site: Site, day: SchoolDay
) -> None:
    with site.runtime.database.write() as session:
        Records(session, count(1000)).school(name="Without classes")
    page = signed_in(site, day, "ada", "administrator").get("/attendance").text
    assert "Alder High" in page
    assert tiles(page)[:2] == ["33 %", "2"]
    assert "1 without classes today" in page


def test_another_schools_office_sees_nothing(site: Site, day: SchoolDay) -> None:
    stranger = SchoolDay(sourced_id="S-elsewhere")
    browser = signed_in(site, stranger, "eve", "school_staff")
    for path in ("", "/students", f"/students/{day.students['Ada']}", "/uncleared"):
        assert browser.get(f"/attendance/schools/{day.school}{path}").status_code == 404


def correction(day: SchoolDay, page: str, **fields: str) -> dict[str, str]:
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    assert seen is not None
    plain = {"begins_on": MONDAY.isoformat(), "period": "*", "seen": seen[1]}
    return {**plain, "kind": "absent", "reason": "ILL", **fields}


def test_a_student_is_corrected_and_the_page_says_who_did_it(
    office: Browser, day: SchoolDay
) -> None:
    url = f"/attendance/schools/{day.school}/students/{day.students['Ada']}"
    before = office.get(url).text
    assert "absent unexcused (Absent-UC)" in before
    assert office.post(url, correction(day, before), page=url).status_code == 303
    after = office.get(url).text
    assert "3 entries corrected." in after
    assert "absent excused (ILL), by the office" in after
    assert "Ola (office)" in after
    assert "absent, excused" in after


def test_of_two_who_correct_at_once_the_second_is_told(office: Browser, day: SchoolDay) -> None:
    url = f"/attendance/schools/{day.school}/students/{day.students['Ada']}"
    before = office.get(url).text
    office.post(url, correction(day, before), page=url)
    second = office.post(url, correction(day, before, reason="UNX", minutes="7"), page=url)
    assert second.status_code == 409
    assert "is now absent excused" in second.text
    assert 'value="UNX" selected' in second.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"begins_on": "soon", "minutes": "many"}, "begins on: give a date; minutes"),
        ({"reason": ""}, "An absence needs a reason code."),
        ({"begins_on": "2015-01-17"}, "no class of this student"),
    ],
)
def test_a_wrong_correction_is_shown_again_as_it_was_typed(
    office: Browser, day: SchoolDay, fields: dict[str, str], words: str
) -> None:
    url = f"/attendance/schools/{day.school}/students/{day.students['Ada']}"
    answer = office.post(url, correction(day, office.get(url).text, **fields), page=url)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{fields.get("begins_on", MONDAY.isoformat())}"' in answer.text


def test_a_class_is_corrected_for_those_marked(office: Browser, day: SchoolDay) -> None:
    url = f"/attendance/schools/{day.school}/classes/{day.sections['2']}?on={MONDAY}&period=2"
    page = office.get(url).text
    assert "has not submitted" in page
    form = correction(day, page, period="2", kind="left_early", reason="MED", minutes="20")
    answer = office.post(url, {**form, "person": str(day.students["Dan"])}, page=url)
    assert answer.status_code == 303
    assert "left early (MED), 20 min" in office.get(url).text
    assert office.post(url, form, page=url).status_code == 422


def test_absences_are_cleared_from_the_list(office: Browser, day: SchoolDay) -> None:
    url = f"/attendance/schools/{day.school}/uncleared"
    page = office.get(url).text
    events = re.findall(r'name="event" id="e\d+" value="([^"]+)"', page)
    assert len(events) == 2
    nobody = office.post(url, {"reason": "ILL"}, page=url)
    assert (nobody.status_code, "Mark at least one student." in nobody.text) == (422, True)
    assert office.post(url, {"reason": "ILL", "event": events[0]}, page=url).status_code == 303
    assert len(re.findall('name="event"', office.get(url).text)) == 1


def test_an_entry_outside_the_students_dates_is_still_shown(
    office: Browser, day: SchoolDay, database: Database
) -> None:
    with database.write() as session:
        session.execute(
            update(SectionEnrollment)
            .where(SectionEnrollment.person_id == day.students["Ada"])
            .values(begins_on=date(2015, 1, 14))
        )
    url = f"/attendance/schools/{day.school}/students/{day.students['Ada']}"
    assert "not in this class then" in office.get(f"{url}?on={MONDAY}").text


def test_a_student_is_found_by_parts_of_the_name(office: Browser, day: SchoolDay) -> None:
    url = f"/attendance/schools/{day.school}/students"
    assert "Cleo B" in office.get(f"{url}?q=cle").text
    assert "Nobody is found." in office.get(f"{url}?q=zzz").text


def test_programs_read_where_every_class_stands(office: Browser, day: SchoolDay) -> None:
    (school,) = office.get("/api/v1/attendance/schools").get_json()["schools"]
    assert (school["begun"], school["submitted"], school["percent"]) == (3, 1, 33)
    answer = office.get(f"/api/v1/attendance/schools/{day.school}/classes").get_json()
    assert [one["due"] for one in answer["classes"]] == ["submitted", "missing", "now"]
    assert office.get("/api/v1/attendance/schools/999/classes").status_code == 404
