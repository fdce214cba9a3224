"""The JSON API of calendars."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from werkzeug.test import TestResponse

from tests.sis.calendars.site import Place

TUESDAY = date(2015, 1, 13)


def found(answer: TestResponse) -> dict[str, Any]:
    """The body of a JSON answer."""
    body = answer.get_json()
    assert isinstance(body, dict)
    return body


def put(place: Place, role: str, body: Mapping[str, object]) -> TestResponse:
    """Change days at the school, as a program of that role."""
    scopes = ("schools.read", "calendars.write")
    schools = ("S-1",) if role == "office" else ()
    return place.site.browser().client.put(
        f"/api/v1/schools/{place.school}/calendar/days",
        json=body,
        headers=place.site.bearer(role, scopes, schools),
    )


def test_a_school_year_is_read_whole(place: Place) -> None:
    root = f"/api/v1/schools/{place.school}"
    (year,) = found(place.office.get(f"{root}/calendars"))["years"]
    assert year == {
        "track": "",
        "school_year": 2015,
        "starts_on": "2014-08-12",
        "ends_on": "2015-06-05",
    }
    detail = found(place.office.get(f"{root}/calendar?year=2015"))
    days = {day["on"]: day["day_type"] for day in detail["days"]}
    assert (days["2014-09-01"], days["2014-12-22"], days["2015-01-12"]) == (
        "holiday",
        "vacation",
        "regular",
    )
    assert "2015-01-17" not in days, "a Saturday"
    assert [term["title"] for term in detail["terms"]] == ["First semester", "Second semester"]
    assert [month["number"] for month in detail["school_months"]][:3] == [1, 2, 3]
    bells = found(place.office.get(f"{root}/bells"))
    assert [bell["starts_at"] for bell in bells["bells"]] == ["08:00:00", "09:00:00"]


def test_days_are_changed_once_and_an_old_version_is_refused(place: Place) -> None:
    detail = found(place.office.get(f"/api/v1/schools/{place.school}/calendar?year=2015"))
    body = {
        "school_year": 2015,
        "first": "2015-01-13",
        "last": "2015-01-13",
        "day_type": "holiday",
        "version": detail["version"],
    }
    saved = put(place, "office", body)
    assert saved.status_code == 200, saved.text
    assert found(saved)["changed"]
    assert place.kind(TUESDAY) == "holiday"
    late = put(place, "district", {**body, "day_type": "minimum"})
    assert late.status_code == 409
    assert found(late)["code"] == "changed_meanwhile"
    assert place.kind(TUESDAY) == "holiday"
    again = put(place, "office", {**body, "version": found(saved)["version"]})
    assert not found(again)["changed"]


def test_what_is_wrong_is_named(place: Place) -> None:
    root = f"/api/v1/schools/{place.school}"
    body = {"school_year": 2015, "first": "2015-01-13", "last": "2015-01-01", "version": 1}
    refused = put(place, "office", {**body, "day_type": "holiday"})
    assert refused.status_code == 422
    assert "before the first day" in refused.text
    assert put(place, "office", body).status_code == 422
    assert place.office.get(f"{root}/calendar?year=1999").status_code == 404
    assert place.office.get(f"/api/v1/schools/{place.bare}/calendars").status_code == 404
    assert place.office.get(f"{root}/bells?day_type=holiday").status_code == 422
