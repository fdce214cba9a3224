"""The pages, files and API of statistics, as the principal and the district see them."""

import io
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from core.clock import FrozenClock
from core.db import Database
from sis.statistical.counting import count_months, frames_due
from sis.statistical.jobs import count_nightly, count_plan
from sis.statistical.queries.tallies import list_figures
from tests.core.web_site import Browser, Site
from tests.sis.statistical.cast import CERTIFY, READ, site_of, visitor
from tests.sis.statistical.town import AFTER, Elementary, Records, elementary


@dataclass(frozen=True)
class Scene:
    """Alder in the North center, Birch in none; nothing is certified."""

    site: Site
    alder: Elementary
    birch: Elementary
    bare: int
    north: int

    def month(self, browser: Browser, path: str = "", school: int | None = None) -> str:
        school = school or self.alder.school
        found = browser.get(f"/statistics/schools/{school}{path}?year=2015&month=1")
        assert found.status_code == 200
        return found.text


@pytest.fixture(scope="module")
def scene(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    with module_database.write() as session:
        records = Records(session)
        north = records.organization("North", "esc")
        alder = elementary(records, "Alder Elementary", north)
        birch = elementary(records, "Birch Elementary")
        records.student(birch.school, "Lost")
        bare = records.school("Bare High")
    return Scene(
        site_of(module_database, Path(tmp_path_factory.mktemp("var"))), alder, birch, bare, north
    )


@pytest.fixture(scope="module")
def principal(scene: Scene) -> Browser:
    return visitor(scene.site, "principal", ["ORG-2"])


@pytest.fixture(scope="module")
def district(scene: Scene) -> Browser:
    return visitor(scene.site, "superintendent")


def test_the_month_shows_summary_sections_and_state(scene: Scene, principal: Browser) -> None:
    page = scene.month(principal)
    assert "Alder Elementary: school month 1" in page
    assert "19 days taught" in page
    assert "1.53" in page  # ADA: 29 days attended of 19 taught
    assert "nobody has certified it" in page
    assert "Room 1" in page


def test_the_smasr_says_each_day_in_words_too(scene: Scene, principal: Browser) -> None:
    page = scene.month(principal, "/smasr")
    assert "Ana Field" in page
    assert "absent, excused" in page
    assert "not submitted, counts as absent" in page
    assert "elementary form" in page


def test_the_reconciliation_names_who_is_at_fault(scene: Scene, district: Browser) -> None:
    page = scene.month(district, "/reconciliation", scene.birch.school)
    assert "does not balance" in page
    assert "Lost Field" in page
    assert "on the roster of no section" in page
    assert "Every class was submitted" not in page


def test_a_principal_sees_no_other_school(scene: Scene, principal: Browser) -> None:
    assert principal.get(f"/statistics/schools/{scene.birch.school}").status_code == 404
    assert principal.get(f"/statistics?esc={scene.north}").status_code == 404
    page = principal.get("/statistics?year=2015&month=1").text
    assert "Alder" in page
    assert "Birch" not in page


def test_the_district_and_a_center_list_who_has_not_certified(
    scene: Scene, district: Browser
) -> None:
    page = district.get("/statistics?year=2015&month=1").text
    assert "0 of 2 certified" in page
    assert "no calendar" in page
    page = district.get(f"/statistics?year=2015&month=1&esc={scene.north}").text
    assert "North: " in page
    assert "0 of 1 certified" in page
    assert "Birch" not in page
    only = district.get("/statistics?year=2015&month=1&state=no_calendar").text
    assert "Bare High" in only
    assert "Alder" not in only


def test_every_empty_page_says_why(scene: Scene, district: Browser) -> None:
    bare = district.get(f"/statistics/schools/{scene.bare}?year=2015").text
    assert "has no calendar for 2014-15" in bare
    beyond = district.get(f"/statistics/schools/{scene.alder.school}?year=2015&month=9").text
    assert "The year of this calendar has 2 school months" in beyond
    to_come = district.get(f"/statistics/schools/{scene.alder.school}?year=2015&month=2").text
    assert "Its first day is today" in to_come
    assert district.get("/statistics?month=x").status_code == 422


def test_files_hold_the_figures_of_the_page(scene: Scene, principal: Browser) -> None:
    base = f"/statistics/schools/{scene.alder.school}/export"
    csv = principal.get(f"{base}.csv?year=2015&month=1").data.decode("utf-8-sig").splitlines()
    assert csv[0].startswith("Section,Student id,Student,Grade,Mon 12 Jan")
    assert csv[1].startswith("Room 1,STU-1,Ana Field,03,E,U,P")
    assert csv[1].endswith(",0,2,1,16")
    plain = json.loads(principal.get(f"{base}.json?year=2015&month=1").data)
    total = plain["sheets"]["Summary"]["total"]
    assert (total["Attended"], total["Absent excused"], total["ADA"]) == (29, 1, 1.53)
    book = principal.get(f"{base}.xlsx?year=2015&month=1").data
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(book))
    rows = workbook.get_sheet_by_name("Summary").to_python()
    assert rows[-1][:7] == ["All", 1.0, 1.0, 0.0, 2.0, 33.0, 29.0]
    assert principal.get(f"{base}.pdf?year=2015&month=1").status_code == 404


def test_files_of_the_district_have_a_line_for_every_school(
    scene: Scene, district: Browser
) -> None:
    csv = district.get("/statistics/export.csv?year=2015&month=1").data.decode("utf-8-sig")
    lines = csv.splitlines()
    assert len(lines) == 1 + 3 + 1
    assert lines[3].startswith("ORG-3,Birch Elementary,,,not certified,2015-01-12,2015-02-06")


def test_words_that_look_like_formulas_are_made_harmless(
    database: Database, tmp_path: Path
) -> None:
    with database.write() as session:
        records = Records(session)
        school = elementary(records)
        records.student(school.school, "=HYPERLINK(1)", school.room)
    browser = visitor(site_of(database, tmp_path))
    path = f"/statistics/schools/{school.school}/export.csv?year=2015&month=1"
    assert "'=HYPERLINK(1)" in browser.get(path).data.decode("utf-8-sig")


def test_the_api_says_who_is_missing_and_what_a_month_comes_to(scene: Scene) -> None:
    bearer = scene.site.bearer("superintendent", [READ])
    client = scene.site.app.test_client()
    found = client.get("/api/v1/statistics/certifications/1?year=2015", headers=bearer).get_json()
    assert (found["due"], found["certified"]) == (2, 0)
    assert [one["school"] for one in found["missing"]] == ["ORG-2", "ORG-3"]
    path = "/api/v1/statistics/schools/ORG-3/months/1?year=2015"
    month = client.get(path, headers=bearer).get_json()
    assert (month["attended"], month["balances"], month["certified"]) == (29, False, None)
    assert [one["kind"] for one in month["faults"]] == ["no_section"]
    assert "Lost" not in json.dumps(month)


def test_a_month_is_certified_once_seen_and_amended_when_it_changes(
    database: Database, tmp_path: Path
) -> None:
    with database.write() as session:
        school = elementary(Records(session)).school
    site = site_of(database, tmp_path)
    browser = visitor(site)
    where = f"/statistics/schools/{school}/certification?year=2015&month=1&track="
    page = browser.get(where).text
    seen = page.split('name="seen_hash" value="')[1][:64]
    stale = browser.post(where, {"seen_hash": "0" * 64}, page=where)
    assert stale.status_code == 409
    assert "changed since you looked" in stale.text
    form = {"seen_hash": seen, "idempotency_key": "once"}
    done = browser.post(where, form, page=where)
    again = browser.post(where, form, page=where)
    assert done.status_code == again.status_code == 303
    certified = browser.get(done.headers["Location"]).text
    assert "certified version 1" in certified
    assert "Ana Field" in browser.get(done.headers["Location"] + "/smasr").text
    assert b"Room 1" in browser.get(done.headers["Location"] + "/export.csv").data
    assert "The records still say the same" in browser.get(f"/statistics/schools/{school}").text
    with database.write() as session:
        Records(session, {"STU": 9, "ENR": 9}).student(school, "Late")
    page = browser.get(f"/statistics/schools/{school}?year=2015&month=1").text
    assert "differ from the certified report by: membership +19" in page
    refused = browser.post(where, {"seen_hash": seen}, page=where)
    assert refused.status_code == 422
    assert "It does not balance" in refused.text


def test_certifying_asks_for_the_permission(scene: Scene, district: Browser) -> None:
    where = f"/statistics/schools/{scene.alder.school}/certification?year=2015&month=1"
    assert district.get(where).status_code == 403
    assert CERTIFY in district.get(where).text


def test_the_nightly_count_counts_what_is_due_and_nothing_twice(
    database: Database, tmp_path: Path
) -> None:
    with database.write() as session:
        records = Records(session)
        school = elementary(records).school
        records.calendar(records.school("Silent High"))
    site = site_of(database, tmp_path)
    count_nightly(site.runtime, AFTER)
    with database.read() as session:
        figures = list_figures(session, 2015)
        assert [(key, one.attended) for key, one in figures.items()] == [((school, "", 1), 29)]
        plan = count_plan(site.runtime.settings)
        assert frames_due(session, plan, AFTER) == []
        tomorrow = FrozenClock(AFTER).advance(timedelta(days=1))
        due = frames_due(session, plan, tomorrow)
    assert [(one.school_id, one.number) for one in due] == [(school, 1)]
    assert count_months(database, due, plan.rules, tomorrow) == 1
    page = visitor(site).get("/statistics?year=2015&month=1").text
    assert "Figures are known for 1 of 2 schools" in page
    assert "1.53" in page
