import re

import pytest

from tests.dashboards.boards import Reader, reader, schools_in, text_of
from tests.dashboards.conftest import Morning


@pytest.fixture(scope="module")
def sue(morning: Morning) -> Reader:
    """Of the superintendent's office."""
    return reader(morning.site)


def test_the_tiles_tell_the_morning(sue: Reader) -> None:
    page = text_of(sue.get("/").text)
    assert "Students without a schedule 37 ▼ 23 fewer than 30 min ago" in page
    assert "Schools over the limit 1 1 to watch" in page
    assert "Open tickets 1 1 not answered yet" in page
    assert "Oldest unanswered 12 min Alder High" in page
    assert "1 tier 1 1 tier 2 1 tier 3" in page
    assert "Measured at 08:30" in page


def test_schools_stand_worst_first_and_link_to_their_pages(sue: Reader, morning: Morning) -> None:
    page = sue.get("/").text
    assert schools_in(page) == morning.named("worst", "watched", "calm")
    assert f'href="/schools/{morning.ids["worst"]}"' in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=firing", ["worst"]),
        ("esc=ESC South", ["watched", "calm"]),
        ("level=elementary", ["calm"]),
        ("tier=2", ["watched"]),
        ("q=birch", ["watched"]),
        ("sort=name&reverse=1", ["calm", "watched", "worst"]),
        ("q=zebra", []),
    ],
)
def test_the_table_is_filtered_and_sorted_by_its_address(
    sue: Reader, morning: Morning, query: str, expected: list[str]
) -> None:
    for address in ("/", "/parts/schools", "/schools", "/schools/rows"):
        assert schools_in(sue.get(f"{address}?{query}").text) == morning.named(*expected)


@pytest.mark.parametrize("query", ["sort=drop", "tier=x", "state=fine", "page=0", "reverse=2"])
def test_a_question_that_makes_no_sense_is_refused(sue: Reader, query: str) -> None:
    assert sue.get(f"/?{query}").status_code == 422


def test_the_map_shows_every_school_with_its_state_and_words(sue: Reader) -> None:
    page = sue.get("/parts/map").text
    assert page.count('<path class="p-') == 3
    assert '<path class="p-firing"' in page
    assert "<title>Alder High: Over the limit, 23 of 1,204 without a schedule</title>" in page
    assert page.count('tabindex="0"') == 1


def test_a_map_that_did_not_change_is_not_sent_again(sue: Reader) -> None:
    first = sue.get("/parts/map")
    again = sue.get("/parts/map", If_None_Match=first.headers["ETag"])
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")


def test_the_curve_holds_the_day_in_local_time(sue: Reader) -> None:
    line = sue.get("/curve.json").get_json()["data"][0]
    assert line["x"] == ["2015-01-12T07:45:00", "2015-01-12T08:30:00"]
    assert line["y"] == [60, 37]


@pytest.mark.parametrize("name", ["as-of", "tiles", "schools", "curve", "map"])
def test_live_parts_come_without_the_frame_of_the_page(sue: Reader, name: str) -> None:
    answer = sue.get(f"/parts/{name}", X_Live="1")
    assert answer.status_code == 200
    assert "<html" not in answer.text


def test_there_is_no_other_part(sue: Reader) -> None:
    assert sue.get("/parts/secrets").status_code == 404


def test_no_page_holds_inline_scripts_or_styles(sue: Reader, morning: Morning) -> None:
    for address in ("/", "/schools", f"/schools/{morning.ids['worst']}"):
        page = sue.get(address).text
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", page), address


def test_a_visitor_is_sent_to_sign_in(morning: Morning) -> None:
    answer = morning.site.browser().get("/")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in")


def test_a_program_without_the_permission_is_refused(morning: Morning) -> None:
    program = Reader(morning.site, morning.site.bearer("superintendent", ["schools.read"]))
    assert program.get("/").status_code == 403
