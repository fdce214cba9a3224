"""Local dates and windows, also on the nights when clocks change, and bell schedules."""

from datetime import UTC, date, datetime, time

import pytest

from sis.calendars.rules import (
    SessionDays,
    instant,
    is_within,
    local_date,
    parse_bell_schedule,
    weekdays,
)

LOS_ANGELES = "America/Los_Angeles"
TEN, NOON = time(10), time(12)


@pytest.mark.parametrize(
    ("now", "zone", "expected"),
    [
        ("2015-01-12T07:59:59", LOS_ANGELES, "2015-01-11"),
        ("2015-01-12T08:00:00", LOS_ANGELES, "2015-01-12"),
        ("2015-01-12T07:00:00", "America/Phoenix", "2015-01-12"),
        ("2015-07-01T06:59:59", LOS_ANGELES, "2015-06-30"),
    ],
)
def test_the_local_date_is_that_of_the_zone(now: str, zone: str, expected: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert local_date(moment, zone) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("now", "start", "end", "inside"),
    [
        # an ordinary Monday: 10:00 PST is 18:00 UTC
        ("2015-01-12T17:59:59.999999", TEN, NOON, False),
        ("2015-01-12T18:00:00", TEN, NOON, True),
        ("2015-01-12T19:59:59.999999", TEN, NOON, True),
        ("2015-01-12T20:00:00", TEN, NOON, False),
        ("2015-01-12T18:00:00", TEN, TEN, False),
        # in summer time 10:00 is 17:00 UTC
        ("2015-07-13T17:00:00", TEN, NOON, True),
        # past midnight
        ("2015-01-13T06:00:00", time(22), time(6), True),
        ("2015-01-13T13:59:59", time(22), time(6), True),
        ("2015-01-13T14:00:00", time(22), time(6), False),
        # 8 March 2015: 02:00 to 03:00 does not exist; 01:59:59 PST is 09:59:59 UTC
        ("2015-03-08T09:59:59", time(1), time(3), True),
        ("2015-03-08T10:00:00", time(1), time(3), False),
        ("2015-03-08T10:00:00", time(3), time(4), True),
        ("2015-03-08T10:29:59", time(2, 30), time(2, 45), False),
        ("2015-03-08T10:30:00", time(2, 30), time(2, 45), True),
        ("2015-03-08T17:00:00", TEN, NOON, True),
        ("2015-03-08T16:59:59", TEN, NOON, False),
        # 1 November 2015: 01:00 to 02:00 comes twice; the first is meant, 08:00 UTC
        ("2015-11-01T08:00:00", time(1), time(1, 30), True),
        ("2015-11-01T08:30:00", time(1), time(1, 30), False),
        ("2015-11-01T09:00:00", time(1), time(1, 30), False),
        ("2015-11-01T09:15:00", time(1), time(2), True),
        ("2015-11-01T09:15:00", time(1), time(3), True),
        ("2015-11-01T18:00:00", TEN, NOON, True),
        ("2015-11-01T17:59:59", TEN, NOON, False),
    ],
)
def test_a_window_is_half_open_and_survives_both_changes_of_clocks(
    now: str, start: time, end: time, inside: bool
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert is_within(moment, LOS_ANGELES, start, end) is inside


def test_an_instant_is_utc() -> None:
    assert instant(date(2015, 1, 12), TEN, LOS_ANGELES) == datetime(2015, 1, 12, 18, tzinfo=UTC)


def test_weekdays_leave_out_saturday_sunday_and_the_end() -> None:
    found = list(weekdays(date(2015, 1, 9), date(2015, 1, 13)))
    assert found == [date(2015, 1, 9), date(2015, 1, 12)]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2015, 1, 1), "vacation"),
        (date(2015, 1, 31), "vacation"),
        (date(2015, 2, 1), "minimum"),
        (date(2015, 2, 2), "holiday"),
        (date(2015, 2, 3), "regular"),
    ],
)
def test_of_several_kinds_of_day_the_one_with_the_least_school_wins(
    on: date, expected: str
) -> None:
    special = SessionDays(
        holidays=(date(2015, 1, 1), date(2015, 2, 2)),
        minimum_days=(date(2015, 2, 1), date(2015, 2, 2)),
        vacations=((date(2015, 1, 1), date(2015, 2, 1)),),
    )
    assert special.day_type(on) == expected


def test_a_bell_schedule_is_read() -> None:
    bells = parse_bell_schedule("regular 1=08:00-08:55 2=09:00-09:55; minimum 1=08:00-08:35")
    assert [(bell.day_type, bell.label) for bell in bells] == [
        ("regular", "1"),
        ("regular", "2"),
        ("minimum", "1"),
    ]
    assert (bells[0].starts_at, bells[0].ends_at) == (time(8), time(8, 55))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "it names no period"),
        ("regular", "has no periods"),
        ("holiday 1=08:00-09:00", "is not a day type"),
        ("regular 1=8-9", "is not LABEL=HH:MM-HH:MM"),
        ("regular 1=25:00-26:00", "is not a time of day"),
        ("regular 1=09:00-09:00", "does not end after it starts"),
        ("regular 1=08:00-09:00 1=09:00-10:00", "comes twice"),
    ],
)
def test_a_bell_schedule_that_makes_no_sense_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_bell_schedule(text)
