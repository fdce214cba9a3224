import pytest

from tests.dashboards.boards import reader, schools_in, text_of
from tests.dashboards.conftest import Morning


def test_school_staff_are_sent_to_their_school(morning: Morning) -> None:
    answer = reader(morning.site, "school_staff", ["S-0003"]).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/schools/{morning.ids['calm']}",
    )


def test_staff_of_two_schools_are_sent_to_the_list_of_theirs(morning: Morning) -> None:
    ola = reader(morning.site, "school_staff", ["S-0002", "S-0003"])
    assert ola.get("/").headers["Location"] == "/schools"
    assert schools_in(ola.get("/schools").text) == morning.named("watched", "calm")


@pytest.mark.parametrize("part", ["parts/tiles", "parts/map", "curve.json"])
def test_the_parts_need_the_permission_of_the_page(morning: Morning, part: str) -> None:
    assert reader(morning.site, "school_staff", ["S-0003"]).get(f"/{part}").status_code == 403


def test_a_service_center_sees_the_sums_and_the_map_of_its_own_schools(morning: Morning) -> None:
    eva = reader(morning.site, "esc_office", ["ESC-South-1"])
    page = eva.get("/").text
    assert schools_in(page) == morning.named("watched", "calm")
    assert "Students without a schedule 14 of 2,408 students" in text_of(page)
    assert "Open tickets 0" in text_of(page)
    assert "Alder High" not in page
    assert page.count('<path class="p-') == 2


def test_a_service_center_is_not_told_the_curve_of_the_district(morning: Morning) -> None:
    eva = reader(morning.site, "esc_office", ["ESC-South-1"])
    assert eva.get("/curve.json").get_json()["data"][0]["y"] == []
    assert "data-curve" not in eva.get("/").text


def test_what_one_reader_saw_does_not_leak_into_another_scope(morning: Morning) -> None:
    everything = reader(morning.site)
    south = reader(morning.site, "esc_office", ["ESC-South-1"])
    north = reader(morning.site, "esc_office", ["ESC-North-1"])
    for _ in range(2):
        assert len(schools_in(everything.get("/parts/schools").text)) == 3
        assert schools_in(south.get("/parts/schools").text) == morning.named("watched", "calm")
        assert schools_in(north.get("/parts/schools").text) == morning.named("worst")
        assert "Alder High" not in south.get("/parts/map").text
        assert north.get("/api/v1/command-center").get_json()["schools"] == 1


@pytest.mark.parametrize("tail", ["", "/now", "/today", "/tickets", "/curve", "/curve.json"])
def test_the_page_of_another_school_does_not_exist(morning: Morning, tail: str) -> None:
    ola = reader(morning.site, "school_staff", ["S-0003"])
    assert ola.get(f"/schools/{morning.ids['worst']}{tail}").status_code == 404
    assert ola.get(f"/schools/{morning.ids['calm']}{tail}").status_code == 200


def test_the_api_keeps_to_the_scope(morning: Morning) -> None:
    ola = reader(morning.site, "school_staff", ["S-0003"])
    listed = ola.get("/api/v1/schools").get_json()
    assert [school["school"] for school in listed["schools"]] == ["S-0003"]
    assert ola.get("/api/v1/schools/S-0001").status_code == 404
    assert ola.get("/api/v1/command-center").status_code == 403
