from datetime import UTC, datetime, timedelta

import pytest

from alerts.alertmanager.rules.times import Shift, format_time, parse_time, shift_between

TEN = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2015-01-12T18:00:00Z", TEN),
        ("2015-01-12T10:00:00-08:00", TEN),
        ("2015-01-12t18:00:00.000z", TEN),
        ("2015-01-12T18:00", TEN),
        ("2015-01-12 18:00:00", TEN),
        ("2015-01-12T18:00:00.123456789Z", TEN + timedelta(microseconds=123456)),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00.000Z", None),
        ("", None),
    ],
)
def test_times_are_read_as_go_writes_them(text: str, time: datetime | None) -> None:
    assert parse_time(text) == time


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "2015-01-12",
        "2015-01-12 18:00:00Z",
        "2015-01-12T18:00:00+0100",
        "2015-13-12T18:00:00Z",
        "2015-01-12T18:00:00.1234567890Z",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_other_texts_are_no_times(text: str) -> None:
    with pytest.raises(ValueError, match="parsing time"):
        parse_time(text)


def test_times_are_written_to_the_millisecond_and_cut_off() -> None:
    assert format_time(TEN + timedelta(microseconds=9_999)) == "2015-01-12T18:00:00.009Z"


def test_a_shift_leads_there_and_back() -> None:
    shift = shift_between(TEN, TEN + timedelta(days=4000))
    assert shift.ours(TEN + timedelta(days=4000, hours=1)) == TEN + timedelta(hours=1)
    assert shift.theirs(shift.ours(TEN)) == TEN


def test_two_readings_of_one_clock_are_no_shift() -> None:
    assert shift_between(TEN, TEN + timedelta(microseconds=40)) == Shift(timedelta())
