from datetime import datetime, time, timedelta

import pytest

from core.db import Database
from dashboards.charts.unscheduled import Point
from dashboards.school import held_points, track_days
from monitors.queries import Reading
from sis.calendars.rules import SchoolDay
from sis.organizations.queries import SchoolCard
from tests.dashboards.boards import Reader, open_site, reader, text_of
from tests.dashboards.conftest import Morning
from tests.dashboards.district import MORNING, District


@pytest.fixture(scope="module")
def agent(morning: Morning) -> Reader:
    return reader(morning.site, "agent")


def page_of(who: Reader, morning: Morning, name: str = "worst") -> str:
    return who.get(f"/schools/{morning.ids[name]}").text


def test_the_state_stands_in_one_plain_sentence(agent: Reader, morning: Morning) -> None:
    page = text_of(page_of(agent, morning))
    assert "23 of 1,204 students have no complete schedule." in page
    assert "This is over the limit of 10 since 08:30." in page


def test_the_page_says_what_today_is_at_the_school(agent: Reader, morning: Morning) -> None:
    page = text_of(page_of(agent, morning))
    assert "Local time 08:30 Day Regular day, 08:00 to 14:55, in session now" in page


def test_the_phone_and_the_map_are_one_tap_away(agent: Reader, morning: Morning) -> None:
    page = page_of(agent, morning)
    assert 'href="tel:2135550100"' in page
    assert "mlat=34.200000&amp;mlon=-118.500000" in page


def test_asking_for_help_names_the_school(agent: Reader, morning: Morning) -> None:
    assert f'href="/tickets/new?school={morning.ids["worst"]}"' in page_of(agent, morning)


def test_those_who_schedule_students_are_one_step_from_who_lacks_a_schedule(
    agent: Reader, morning: Morning
) -> None:
    link = f'href="/scheduling/{morning.ids["worst"]}"'
    assert link in page_of(reader(morning.site, "counselor", ["S-0001"]), morning)
    assert link not in page_of(agent, morning)


def test_the_tier_is_explained_and_the_tickets_are_listed(agent: Reader, morning: Morning) -> None:
    page = text_of(page_of(agent, morning))
    assert "Why this school is in tier 1 Sentence 1." in page
    assert "Schedules are missing" in page
    assert "No ticket of this school is open." in text_of(page_of(agent, morning, "calm"))


def test_ids_of_students_are_for_those_who_help_them(agent: Reader, morning: Morning) -> None:
    assert "STU-7" in page_of(agent, morning)
    assert "STU-7" in page_of(reader(morning.site, "school_staff", ["S-0001"]), morning)
    assert "STU-7" not in page_of(reader(morning.site, "superintendent"), morning)
    assert "STU-7" not in page_of(reader(morning.site, "field_staff"), morning)


def test_the_curve_of_a_school_has_its_limit_and_ten_o_clock(
    agent: Reader, morning: Morning
) -> None:
    figure = agent.get(f"/schools/{morning.ids['worst']}/curve.json").get_json()
    assert figure["data"][0]["y"] == [31, 31, 23, 23]
    assert [shape.get("y0") for shape in figure["layout"]["shapes"]] == [0, 10]
    assert figure["layout"]["shapes"][0]["x0"] == "2015-01-12T10:00:00"


def test_a_school_that_does_not_exist_is_not_found(agent: Reader) -> None:
    assert agent.get("/schools/999999").status_code == 404
    assert agent.get(f"/schools/{2**70}").status_code == 404


def test_a_school_without_calendar_phone_or_position_still_has_a_page(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with database.write() as session:
        bare = District(session).school(position=None, phone=None)
    site = open_site(database, tmp_path_factory.mktemp("bare"))
    page = reader(site, "agent").get(f"/schools/{bare}")
    assert page.status_code == 200
    assert "tel:" not in page.text
    assert "No calendar has been imported" in text_of(page.text)
    assert "No tier has been computed" in text_of(page.text)


CARD = SchoolCard(
    id=5,
    sourced_id="S-5",
    name="Bell",
    level="high",
    esc_name=None,
    time_zone="America/Los_Angeles",
    latitude=None,
    longitude=None,
    phone=None,
    tracks=("A", "B"),
)


@pytest.mark.parametrize(
    ("local", "words"),
    [
        (time(7, 59), "before the first bell"),
        (time(8), "in session now"),
        (time(13, 59), "in session now"),
        (time(14), "dismissed"),
    ],
)
def test_each_track_says_whether_it_is_in_session(local: time, words: str) -> None:
    days = track_days(CARD, {(5, "B"): SchoolDay("minimum", time(8), time(14))}, local)
    assert [day.words for day in days] == [
        "Track A: no school today",
        f"Track B: minimum day, 08:00 to 14:00, {words}",
    ]
    assert [day.in_session for day in days] == [False, True]


def test_a_value_holds_until_the_next_reading() -> None:
    def at(minutes: int) -> datetime:
        return MORNING + timedelta(minutes=minutes)

    readings = [Reading(at(-600), 40, 1), Reading(at(0), 9, 1), Reading(at(5), 12, 1)]
    assert held_points(readings, begin=at(-60), until=at(8)) == [
        Point(at(0), 9),
        Point(at(5), 9),
        Point(at(5), 12),
        Point(at(8), 12),
    ]
    assert held_points([Reading(at(0), None, None)], begin=at(-60), until=at(8)) == []
