"""Making school years, importing a file, and the calendar that others subscribe to."""

import io
from datetime import date

from icalendar import Calendar as Ics
from icalendar import Component

from sis.calendars.queries import day_type_on
from sis.calendars.queries_years import find_calendar_year
from tests.sis.calendars.site import Place, range_form

MONDAY, TUESDAY = date(2015, 1, 12), date(2015, 1, 13)
YEAR = {
    "schools": "Name of S-2\nS-1",
    "track": "",
    "title": "School year 2014-15",
    "first": "2014-08-12",
    "last": "2015-06-04",
    "term_title_1": "Fall",
    "term_first_1": "2014-08-12",
    "term_last_1": "2014-12-19",
    "holidays": "2014-09-01, 2015-01-19",
    "vacations": "2014-12-22/2015-01-09",
    "weekly_minimum": "Tuesday",
}


def test_a_year_is_made_for_several_schools_at_once(place: Place) -> None:
    made = place.district.post("/calendars/new", YEAR, page="/calendars/new")
    assert made.status_code == 303
    text = place.district.get(made.headers["Location"]).text
    assert "1 school has this calendar now." in text
    assert "Name of S-1 kept its calendar." in text
    with place.database.read() as session:
        kinds = [
            day_type_on(session, place.bare, "", on)
            for on in (TUESDAY, date(2014, 9, 1), date(2015, 1, 9), MONDAY)
        ]
    assert kinds == ["minimum", "holiday", "vacation", "regular"]


def test_a_year_that_is_refused_keeps_everything_typed(place: Place) -> None:
    wrong = YEAR | {"schools": "S-3", "vacations": "2015-01-09/2014-12-22", "first": "August"}
    refused = place.office.post("/calendars/new", wrong, page="/calendars/new")
    assert refused.status_code == 422
    for sentence in (
        "There is no school S-3 that you may see.",
        "ends before it begins",
        "Give a date such as 2015-01-19.",
    ):
        assert sentence in refused.text
    assert "2015-01-09/2014-12-22</textarea>" in refused.text


def test_a_calendar_is_copied_to_another_school(place: Place) -> None:
    url = f"/calendars/new?from={place.school}&track=&year=2015"
    assert "Name of S-1 from 2014-08-12 to 2015-06-04" in place.district.get(url).text
    form = {"schools": "S-2", "level": "", "track": "B"}
    assert place.district.post(url, form, page=url).status_code == 303
    with place.database.read() as session:
        assert find_calendar_year(session, place.bare, "B", 2015) is not None


def _upload(place: Place, content: str, preview: str) -> str:
    token = place.office.form_token("/calendars/import")
    data = {
        "csrf_token": token,
        "preview": preview,
        "file": (io.BytesIO(content.encode()), "days.csv"),
    }
    return place.office.client.post("/calendars/import", data=data).text


def test_an_uploaded_file_is_looked_at_first(place: Place) -> None:
    content = "school,track,date,day_type\nS-1,,2015-01-12,holiday\nS-2,,2015-01-12,holiday\n"
    looked = _upload(place, content, "yes")
    assert "Nothing is saved yet" in looked
    assert "There is no school S-2 that you may see." in looked
    assert place.kind(MONDAY) == "regular"
    assert "days.csv was imported" in _upload(place, content, "no")
    assert place.kind(MONDAY) == "holiday"
    assert "Choose a file that is not empty." in _upload(place, "", "yes")
    assert "The first line must name the columns" in _upload(place, "a,b\n", "yes")


def _events(text: str) -> dict[str, Component]:
    return {str(event["uid"]): event for event in Ics.from_ical(text).walk("VEVENT")}


def test_the_feed_has_the_days_and_keeps_its_uids(place: Place) -> None:
    url = f"/calendars/{place.school}/calendar.ics"
    token = place.site.bearer("district", ["schools.read"])
    answer = place.site.app.test_client().get(url, headers=token)
    assert answer.content_type == "text/calendar; charset=utf-8"
    before = _events(answer.text)
    vacation = before["S-1-single-2015-vacation-2014-12-22@bellwether"]
    assert (vacation.decoded("dtstart"), vacation.decoded("dtend")) == (
        date(2014, 12, 22),
        date(2015, 1, 10),
    )
    page = f"/calendars/{place.school}"
    place.office.post(f"{page}/days?track=&year=2015", range_form(place), page=page)
    after = place.office.get(url)
    events = _events(after.text)
    assert set(before) < set(events)
    for uid, event in before.items():
        assert events[uid].decoded("sequence") == event.decoded("sequence") + 1
    assert place.office.get(url, If_None_Match=after.headers["ETag"]).status_code == 304
    assert place.district.get(f"/calendars/{place.bare}/calendar.ics").status_code == 404
