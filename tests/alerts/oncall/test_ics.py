from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlalchemy import select

from alerts.oncall.actions_calendars import add_calendar, read_stale, remove_calendar
from alerts.oncall.ics import NamedShift, read, write
from alerts.oncall.models import OnCallCalendar
from alerts.oncall.queries import find_on_call, list_covers
from alerts.oncall.rules.shifts import Origin, Shift
from core.clock import FrozenClock
from core.db import Database
from core.errors import Conflict, Invalid
from tests.alerts.oncall.roster import NOW, at, make_roster, user
from tests.alerts.support import REAL, Answer, answering, make_runtime, settings_of

LA = ZoneInfo("America/Los_Angeles")
DAY = timedelta(days=1)


def file(*events: str) -> bytes:
    body = "".join(
        f"BEGIN:VEVENT\nUID:{number}\n{event}\nEND:VEVENT\n" for number, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{body}END:VCALENDAR\n".encode()


def local(moment: datetime) -> str:
    return f"{moment.astimezone(LA):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("event", "stretches"),
    [
        (
            (
                "SUMMARY:cy\nDTSTART;TZID=America/Los_Angeles:20150107T080000\n"
                "DTEND;TZID=America/Los_Angeles:20150107T200000"
            ),
            [("01-07 08:00", "01-07 20:00")],
        ),
        ("SUMMARY:cy\nDTSTART:20150107T160000Z\nDURATION:PT4H", [("01-07 08:00", "01-07 12:00")]),
        ("SUMMARY:cy\nDTSTART;VALUE=DATE:20150107", [("01-07 00:00", "01-08 00:00")]),
        (
            "SUMMARY:cy\nDTSTART:20150107T080000\nDTEND:20150107T090000",  # floating: the zone's
            [("01-07 08:00", "01-07 09:00")],
        ),
        (  # weekly over the night on which clocks change: 22:00 stays 22:00
            (
                "SUMMARY:cy\nDTSTART;TZID=America/Los_Angeles:20150228T220000\nDURATION:PT8H\n"
                "RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;TZID=America/Los_Angeles:20150228T220000"
            ),
            [("03-07 22:00", "03-08 07:00"), ("03-14 22:00", "03-15 06:00")],
        ),
        (
            (
                "SUMMARY:cy\nDTSTART;TZID=America/Los_Angeles:20150105T080000\nDURATION:PT1H\n"
                "RRULE:FREQ=DAILY;UNTIL=20150106"
            ),
            [("01-05 08:00", "01-05 09:00"), ("01-06 08:00", "01-06 09:00")],
        ),
        ("SUMMARY:cy\nDTSTART:20150107T160000Z\nDURATION:PT4H\nSTATUS:CANCELLED", []),
        ("SUMMARY:cy\nDTSTART:20150107T160000Z", []),
    ],
)
def test_events_are_read_as_calendars_mean_them(
    event: str, stretches: list[tuple[str, str]]
) -> None:
    found = read(file(event), LA, at("2015-01-01T00:00"), at("2015-04-01T00:00"))
    assert [(local(each.begins_at), local(each.ends_at)) for each in found] == stretches


def test_a_moved_occurrence_stands_in_for_the_one_it_replaces() -> None:
    series = (
        "SUMMARY:cy\nDTSTART:20150105T160000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2",
        "SUMMARY:ben\nRECURRENCE-ID:20150106T160000Z\nDTSTART:20150106T200000Z\nDURATION:PT1H",
    )
    data = file(*series).replace(b"UID:1", b"UID:0")
    found = read(data, LA, at("2015-01-01T00:00"), at("2015-02-01T00:00"))
    assert [(each.who, local(each.begins_at)) for each in found] == [
        ("cy", "01-05 08:00"),
        ("ben", "01-06 12:00"),
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"hello", "no iCalendar"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR", "no iCalendar"),
        (file("SUMMARY:cy"), "no DTSTART"),
        (file("DTSTART:20150105T160000Z\nRRULE:FREQ=SECONDLY"), "within a day"),
        (file("DTSTART:20150105T160000Z\nDURATION:PT1H\nRRULE:FREQ=OFTEN"), "not read"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read(data, LA, at("2015-01-01T00:00"), at("2015-02-01T00:00"))


def test_shifts_are_written_so_that_calendars_see_a_change_and_not_a_second_event() -> None:
    begins = datetime(2015, 1, 5, 16, tzinfo=UTC)
    shift = Shift(1, begins, begins + 7 * DAY, Origin.ROTATION, "base")
    longer = Shift(2, begins, begins + 8 * DAY, Origin.ROTATION, "base")
    files = [write("sis", [NamedShift(3, "sis", "Ana", each)], REAL) for each in (shift, longer)]
    events = [Calendar.from_ical(data).walk("VEVENT")[0] for data in files]
    assert [str(event["UID"]) for event in events] == ["on-call-3-20150105T160000Z@bellwether"] * 2
    assert read(files[0], LA, begins, begins + 30 * DAY)[0].who == "Ana on call: sis"


def test_a_calendar_is_a_layer_of_overrides(database: Database) -> None:
    roster = make_roster(database)
    event = "DTSTART;TZID=America/Los_Angeles:20150107T080000\nDURATION:PT4H"
    data = file(f"SUMMARY:Cy\n{event}", f"SUMMARY:Dora\n{event}")
    noon = at("2015-01-07T11:00")
    with database.write() as session:

        def add(data: bytes = b"", url: str = "") -> OnCallCalendar:
            return add_calendar(
                session,
                roster.schedule,
                name="trips",
                url=url,
                data=data,
                by=roster.ana,
                now=NOW,
                real_now=REAL,
            )

        found = add(data=data)
        assert found.problem == "Nobody is called Dora."
        shift = find_on_call(session, "sis", noon)
        assert shift is not None
        assert (shift.user_id, shift.origin) == (user(roster.cy), Origin.CALENDAR)
        add(data=data)
        assert len(list_covers(session, roster.schedule, NOW)) == 1
        with pytest.raises(Invalid, match="no iCalendar"):
            add(data=b"hello")
        with pytest.raises(Invalid, match="either an address or a file"):
            add()
        with pytest.raises(Conflict, match="already"):
            add(url="https://calendar.example/x.ics")
        remove_calendar(session, roster.schedule, found.id, by=roster.ana, now=NOW)
        assert not list_covers(session, roster.schedule, NOW)


def test_a_calendar_with_an_address_keeps_its_overrides_when_it_cannot_be_read(
    database: Database, tmp_path: Path
) -> None:
    roster = make_roster(database)
    event = "SUMMARY:cy\nDTSTART;TZID=America/Los_Angeles:20150107T080000\nDURATION:PT4H"
    clock = FrozenClock(NOW, REAL)
    runtime = make_runtime(database, tmp_path, settings_of({"type": "console"}), clock)
    good = Answer(body=file(event).decode())

    def look() -> tuple[int, int, str]:
        clock.advance(timedelta(minutes=20))
        read_at = read_stale(
            runtime, every=timedelta(minutes=15), now=clock.now(), real_now=clock.real_now()
        )
        with database.read() as session:
            found = session.scalars(select(OnCallCalendar)).one()
            return read_at, len(list_covers(session, roster.schedule, NOW)), found.problem

    with answering(good, Answer(500), Answer(body="hello")) as provider:
        with database.write() as session:
            add_calendar(
                session,
                roster.schedule,
                name="trips",
                url=provider.url,
                by=roster.ana,
                now=NOW,
                real_now=REAL,
            )
        assert look() == (1, 1, "")
        assert look() == (1, 1, "Not read: the address answered 500")
        read_again, covers, problem = look()
        assert (read_again, covers) == (1, 1)
        assert problem.startswith("Not read: this is no iCalendar file")
