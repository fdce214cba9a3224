"""The pages of calendars, as people with different roles meet them."""

import re
from datetime import date, time

from sis.calendars.queries import list_bells
from sis.calendars.queries_changes import Part
from sis.calendars.queries_marking import list_grading_windows, list_marking_periods
from tests.sis.calendars.site import Place, range_form
from tests.sis.calendars.stage import days_of

MONDAY, TUESDAY = date(2015, 1, 12), date(2015, 1, 13)


def test_the_list_says_what_each_school_lacks(place: Place) -> None:
    text = place.district.get("/calendars").text
    assert "2 of 2 schools lack something" in text
    assert "It has no calendar: nobody can tell when it has school." in text
    assert "It has no marking periods for 2014-2015." in text
    assert "Name of S-1" not in place.district.get("/calendars?search=S-2").text
    assert "No school of that name" in place.district.get("/calendars?search=nowhere").text
    assert "Name of S-2" not in place.office.get("/calendars").text
    page = place.district.get("/calendars?limit=1").text
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following is not None
    assert "Name of S-2" in place.district.get(following[1].replace("&amp;", "&")).text


def test_a_range_is_chosen_with_two_links_and_saved(place: Place) -> None:
    url = f"/calendars/{place.school}"
    first = place.office.get(f"{url}?year=2015&first=2015-01-12").text
    assert "first=2015-01-12&amp;last=2015-01-13&amp;year=2015#range" in first
    chosen = place.office.get(f"{url}?year=2015&first=2015-01-12&last=2015-01-13").text
    assert 'value="2015-01-13"' in chosen
    saved = place.office.post(f"{url}/days?track=&year=2015", range_form(place), page=url)
    assert saved.status_code == 303
    assert (place.kind(MONDAY), place.kind(TUESDAY)) == ("holiday", "holiday")
    text = place.office.get(saved.headers["Location"]).text
    assert "Saved: 2 days from 2015-01-12 to 2015-01-13: holiday." in text
    assert re.search(r"<th scope=\"row\">2015-01-12</th><td>2015-01-13</td><td>holiday", text)


def test_a_refused_range_is_shown_again_as_it_was_typed(place: Place) -> None:
    url = f"/calendars/{place.school}"
    form = range_form(place, last="2015-01-01")
    refused = place.office.post(f"{url}/days?track=&year=2015", form, page=url)
    assert refused.status_code == 422
    assert 'value="2015-01-01"' in refused.text
    assert "It is before the first day." in refused.text


def test_a_second_person_is_told_who_was_first(place: Place) -> None:
    url = f"/calendars/{place.school}"
    early = range_form(place)
    place.office.post(f"{url}/days?track=&year=2015", early, page=url)
    late = place.district.post(
        f"{url}/days?track=&year=2015", early | {"day_type": "minimum"}, page=url
    )
    assert late.status_code == 409
    assert "Ana changed the days meanwhile" in late.text
    assert place.kind(MONDAY) == "holiday"


def test_the_last_change_is_undone_from_the_page(place: Place) -> None:
    url = f"/calendars/{place.school}"
    place.office.post(f"{url}/days?track=&year=2015", range_form(place), page=url)
    fields = {"part": "days", "track": "", "year": "2015"}
    fields["seen"] = place.seen(days_of(place.school))
    assert place.office.post(f"{url}/undo", fields, page=url).status_code == 303
    assert place.kind(MONDAY) == "regular"


def test_readers_see_days_and_cannot_change_them(place: Place) -> None:
    reader = place.site.signed_in("rita", "reader")
    url = f"/calendars/{place.school}"
    assert "Change days" not in reader.get(url).text
    assert (
        reader.post(f"{url}/days?track=&year=2015", range_form(place), page=url).status_code == 403
    )
    for page in ("bells", "marking"):
        assert reader.get(f"{url}/{page}").status_code == 200
    assert reader.get("/calendars/0/marking").status_code == 200


def test_a_school_outside_the_scope_is_not_found(place: Place) -> None:
    for page in ("", "/bells", "/marking", "/calendar.ics"):
        assert place.office.get(f"/calendars/{place.bare}{page}").status_code == 404


def test_a_school_without_a_calendar_says_why_and_what_to_do(place: Place) -> None:
    text = place.district.get(f"/calendars/{place.bare}").text
    assert "Nobody has made a calendar" in text
    assert "Make a school year for Name of S-2" in text
    assert "nobody has set any" in place.district.get(f"/calendars/{place.bare}/marking").text


def test_bells_are_edited_row_by_row(place: Place) -> None:
    url = f"/calendars/{place.school}/bells"
    form = {"seen": "0", "label_1": "1", "starts_1": "08:00", "ends_1": "08:50"}
    form |= {"label_2": "", "starts_2": "", "ends_2": ""}
    form |= {"label_3": "Advisory", "starts_3": "09:00", "ends_3": "09:20"}
    assert place.office.post(f"{url}/regular", form, page=url).status_code == 303
    with place.database.read() as session:
        labels = [bell.label for bell in list_bells(session, place.school)]
    assert labels == ["1", "Advisory"]
    again = form | {"seen": place.seen(Part("bells", place.school)), "ends_3": "half past"}
    refused = place.office.post(f"{url}/regular", again, page=url)
    assert (refused.status_code, "Give a time such as 08:00." in refused.text) == (422, True)
    assert 'value="half past"' in refused.text


def test_what_the_rule_proposes_is_saved_for_the_district_and_followed(place: Place) -> None:
    url = "/calendars/0/marking"
    text = place.district.get(url).text
    assert "Nothing is saved yet" in text
    assert 'value="2014-09-12"' in text
    form = {"seen": "0", "term_1": "1", "week_1": "5"}
    periods = form | {"first_1": "2014-08-12", "last_1": "2014-09-12"}
    query = "?track=&year=2015"
    sent = place.district.post(f"{url}/marking_periods{query}", periods, page=url)
    assert sent.status_code == 303
    windows = form | {"opens_on_1": "2014-09-08", "opens_at_1": "07:00"}
    windows |= {"closes_on_1": "2014-09-17", "closes_at_1": "17:00"}
    place.district.post(f"{url}/grading_windows{query}", windows, page=url)
    with place.database.read() as session:
        [period] = list_marking_periods(session, place.school, "", 2015)
        [window] = list_grading_windows(session, place.school, "", 2015)
    assert (period.ends_on, window.closes_at) == (date(2014, 9, 13), time(17))
    assert "follows the district" in place.office.get(f"/calendars/{place.school}/marking").text
    assert place.office.post(f"{url}/marking_periods{query}", periods, page=url).status_code == 403


def test_a_schools_own_windows_are_given_up_again(place: Place) -> None:
    url = f"/calendars/{place.school}/marking"
    target = f"{url}/grading_windows?track=&year=2015"
    form = {"seen": "0", "term_1": "1", "week_1": "5", "opens_on_1": "2014-09-08"}
    form |= {"opens_at_1": "07:00", "closes_on_1": "2014-09-01", "closes_at_1": "17:00"}
    refused = place.office.post(target, form, page=url)
    assert (refused.status_code, "It closes before it opens." in refused.text) == (422, True)
    place.office.post(target, form | {"closes_on_1": "2014-09-17"}, page=url)
    part = Part("grading_windows", place.school, "", 2015)
    place.office.post(target, {"seen": place.seen(part), "follow": "1"}, page=url)
    with place.database.read() as session:
        assert list_grading_windows(session, place.school, "", 2015) == ()
