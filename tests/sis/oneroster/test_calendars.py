"""Calendars and bells from a set's metadata: tracks, holidays, vacations, minimum days."""

from datetime import date, time

from core.auth.actor import SYSTEM
from core.db import Database
from sis.calendars.actions import set_days
from sis.calendars.actions_bells import change_bells
from sis.calendars.models import DayType
from sis.calendars.queries import list_bells, school_days
from sis.calendars.queries_changes import Part
from sis.calendars.rules import Bell, SchoolDay
from sis.organizations.queries import get_school_by_sourced_id_for
from tests.sis.oneroster.conftest import Importer
from tests.sis.oneroster.sets import RosterSet, district
from tests.sis.school import NOW

LOS_ANGELES = "America/Los_Angeles"
BELLS = "regular 1=07:30-08:25 2=08:30-09:25; minimum 1=07:30-08:05 2=08:10-08:45"


def _multi_track() -> RosterSet:
    """Bell High runs track A through the year, and track B with January off."""
    roster = district()
    roster.metadata["orgs"] = ("metadata.calendars", "metadata.bellSchedule", "metadata.timeZone")
    roster.metadata["academicSessions"] = (
        "metadata.track",
        "metadata.holidays",
        "metadata.minimumDays",
        "metadata.vacations",
    )
    year = dict(roster.files["academicSessions"][0])
    roster.files["academicSessions"][0] |= {
        "metadata.track": "A",
        "metadata.holidays": "2015-01-19",
        "metadata.minimumDays": "2015-01-13",
    }
    other = {"metadata.track": "B", "metadata.vacations": "2015-01-01/2015-02-01"}
    roster.add("academicSessions", year | {"sourcedId": "YB"} | other)
    roster.files["orgs"][2] |= {"metadata.calendars": "Y,YB", "metadata.bellSchedule": BELLS}
    return roster


def _days(database: Database, on: date) -> dict[str, SchoolDay]:
    with database.read() as session:
        return {track: day for (_, track), day in school_days(session, {LOS_ANGELES: on}).items()}


def test_each_track_has_its_own_days(importer: Importer, database: Database) -> None:
    importer(_multi_track())
    assert _days(database, date(2015, 1, 12)) == {
        "A": SchoolDay("regular", time(7, 30), time(9, 25))
    }
    assert _days(database, date(2015, 1, 13)) == {
        "A": SchoolDay("minimum", time(7, 30), time(8, 45))
    }
    assert _days(database, date(2015, 1, 19)) == {}
    assert set(_days(database, date(2015, 2, 2))) == {"A", "B"}


def test_the_same_days_again_change_nothing(importer: Importer) -> None:
    importer(_multi_track())
    tables = ("calendar", "calendar_date", "class_period")
    before = [importer.rows(table) for table in tables]
    importer(_multi_track())
    assert [importer.rows(table) for table in tables] == before


def test_a_new_holiday_reaches_the_calendars_without_the_orgs(
    importer: Importer, database: Database
) -> None:
    importer(_multi_track())
    roster = _multi_track()
    roster.files = {"academicSessions": roster.files["academicSessions"]}
    roster.files["academicSessions"][0]["metadata.holidays"] = "2015-01-12"
    importer(roster)
    assert _days(database, date(2015, 1, 12)) == {}
    assert set(_days(database, date(2015, 1, 19))) == {"A"}


def test_days_stay_when_only_the_orgs_are_sent_again(
    importer: Importer, database: Database
) -> None:
    importer(_multi_track())
    roster = _multi_track()
    roster.files = {"orgs": roster.files["orgs"]}
    importer(roster)
    assert set(_days(database, date(2015, 1, 12))) == {"A"}
    assert _days(database, date(2015, 1, 19)) == {}


def test_a_calendar_of_its_own_replaces_a_derived_one(
    importer: Importer, database: Database
) -> None:
    importer(district())
    assert all(row["derived"] for row in importer.rows("calendar"))
    importer(_multi_track())
    assert [row["track"] for row in importer.rows("calendar")] == ["A", "B"]
    assert not any(row["derived"] for row in importer.rows("calendar"))
    assert not any(row["derived"] for row in importer.rows("class_period"))


def test_past_years_stay_when_a_new_one_is_named(importer: Importer) -> None:
    importer(_multi_track())
    roster = _multi_track()
    next_year = {"startDate": "2015-08-12", "endDate": "2016-06-05", "metadata.track": "A"}
    roster.add(
        "academicSessions", roster.files["academicSessions"][0] | {"sourcedId": "Z"} | next_year
    )
    roster.files["orgs"][2]["metadata.calendars"] = "Z"
    importer(roster)
    assert len(importer.rows("calendar")) == 3


def test_what_is_not_understood_of_days_is_left_out_with_a_warning(importer: Importer) -> None:
    roster = _multi_track()
    roster.files["academicSessions"][0]["metadata.holidays"] = "2015-01-19,soon"
    roster.files["orgs"][2] |= {
        "metadata.bellSchedule": "regular 1=9-10",
        "metadata.timeZone": "Mars/Olympus",
        "metadata.calendars": "Y,LOST",
    }
    summary = importer(roster)
    assert summary.rejected == 0
    warnings = " ".join(
        [*summary.file("orgs").warnings, *summary.file("academicSessions").warnings]
    )
    for part in ("metadata.holidays", "bellSchedule", "metadata.timeZone", "metadata.calendars"):
        assert part in warnings
    assert [row["time_zone"] for row in importer.rows("school")] == [LOS_ANGELES]


def test_school_metadata_is_stored(importer: Importer) -> None:
    roster = district()
    values = {
        "level": "high",
        "timeZone": "America/Phoenix",
        "latitude": "33.97",
        "longitude": "-118.18",
        "phone": "(213) 555-0100",
        "address": "1 Main St, Bell",
        "cdsCode": "19647330000001",
        "costCenter": "1",
        "mealEligible": "900",
    }
    roster.metadata["orgs"] = tuple(f"metadata.{name}" for name in values)
    roster.files["orgs"][2] |= {f"metadata.{name}": value for name, value in values.items()}
    importer(roster)
    [school] = importer.rows("school")
    assert (school["level"], school["time_zone"]) == ("high", "America/Phoenix")
    assert (school["latitude"], school["longitude"]) == (33.97, -118.18)
    assert (school["meal_eligible"], school["cds_code"]) == (900, "19647330000001")
    assert importer(roster).imported == 0


def test_a_position_off_the_earth_is_left_out(importer: Importer) -> None:
    roster = district()
    roster.metadata["orgs"] = ("metadata.latitude",)
    roster.files["orgs"][2]["metadata.latitude"] = "933.97"
    summary = importer(roster)
    assert (summary.rejected, importer.rows("school")[0]["latitude"]) == (0, None)
    assert any("metadata.latitude" in warning for warning in summary.file("orgs").warnings)


def test_what_a_school_changed_by_hand_is_not_overwritten(
    importer: Importer, database: Database
) -> None:
    importer(_multi_track())
    monday = date(2015, 1, 12)
    bells = [Bell("regular", "1", time(9), time(10)), Bell("regular", "2", time(10), time(11))]
    with database.write() as session:
        school = get_school_by_sourced_id_for(session, SYSTEM, "S-1").id
        part = Part("days", school, "A", 2015)
        set_days(
            session,
            part,
            first=monday,
            last=monday,
            day_type=DayType.HOLIDAY,
            seen=0,
            by=SYSTEM,
            now=NOW,
        )
        change_bells(session, school, "regular", bells, seen=0, by=SYSTEM, now=NOW)
    summary = importer(_multi_track())
    assert _days(database, monday) == {}
    assert set(_days(database, date(2015, 2, 2))) == {"A", "B"}
    with database.read() as session:
        assert list_bells(session, school) == bells
    assert "a calendar was changed by hand; it stays as it is" in str(summary.counts())
