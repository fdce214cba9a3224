from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.oncall.rules.time_of_week import (
    Window,
    format_windows,
    moment,
    parse_windows,
    spans_of,
    without,
)

LA = ZoneInfo("America/Los_Angeles")
ZONES = [LA, ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]


local = datetime.fromisoformat


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (local("2026-03-08T01:59"), utc(3, 8, 9, 59)),
        (local("2026-03-08T02:00"), utc(3, 8, 10)),  # 02:00 to 03:00 is skipped that night
        (local("2026-03-08T02:30"), utc(3, 8, 10)),
        (local("2026-03-08T03:00"), utc(3, 8, 10)),
        (local("2026-11-01T01:30"), utc(11, 1, 8, 30)),  # shown twice: the first time
        (local("2026-11-01T02:00"), utc(11, 1, 10)),
        (local("2026-07-01T08:00"), utc(7, 1, 15)),
    ],
)
def test_a_local_time_is_the_first_moment_that_clocks_show_it_or_later(
    shown: datetime, expected: datetime
) -> None:
    assert moment(shown, LA) == expected


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("mon-fri 08:00-17:00", "mon-fri 08:00-17:00"),
        ("Sat, Sun 0:00 to 24:00", "sat-sun 00:00-24:00"),
        ("daily 22:00-06:00", "daily 22:00-06:00"),
        ("monday,wed,fri 7:30-8:00; fri-mon 20:00-21:00", None),
        ("  \n ", ""),
    ],
)
def test_windows_are_read_as_people_write_them(text: str, written: str | None) -> None:
    windows = parse_windows(text)
    if written is not None:
        assert format_windows(windows) == written
    assert parse_windows(format_windows(windows)) == windows


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("mon-fri", "write days and hours"),
        ("someday 08:00-17:00", "'someday' is no day"),
        ("mon 08:00-25:00", "25:00 is no time of day"),
        ("mon-tue-wed 08:00-09:00", "is no day"),
    ],
)
def test_a_window_that_cannot_be_read_is_refused_with_the_line(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_windows(text)


@pytest.mark.parametrize(
    ("windows", "day", "hours"),
    [
        ("daily 01:30-02:30", "2026-03-08", 0.5),  # half of it is skipped
        ("daily 02:15-03:10", "2026-03-08", 1 / 6),  # only the ten minutes after the jump are left
        ("daily 22:00-06:00", "2026-03-07", 7.0),
        ("daily 00:00-24:00", "2026-03-08", 23.0),
        ("daily 01:30-02:30", "2026-11-01", 2.0),
        ("daily 22:00-06:00", "2026-10-31", 9.0),
        ("daily 00:00-24:00", "2026-11-01", 25.0),
        ("daily 08:00-17:00", "2026-11-01", 9.0),
    ],
)
def test_windows_in_the_nights_on_which_clocks_change(windows: str, day: str, hours: float) -> None:
    noon = moment(local(f"{day}T12:00"), LA)
    begins_on = local(f"{day}T00:00")
    found = [
        span
        for span in spans_of(parse_windows(windows), LA, noon - timedelta(3), noon + timedelta(3))
        if begins_on <= span[0].astimezone(LA).replace(tzinfo=None) < begins_on + timedelta(1)
    ]
    whole = parse_windows(windows)[0] == Window(frozenset(range(7)), time(0), time(0))
    if whole:  # days without a gap are one stretch
        start = moment(begins_on, LA)
        found = spans_of(parse_windows(windows), LA, start, moment(begins_on + timedelta(1), LA))
    length = sum((end - begin for begin, end in found), timedelta())
    assert length == timedelta(hours=hours)


WINDOWS = st.builds(
    Window,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
MOMENTS = st.integers(0, 365 * 24 * 4).map(lambda n: utc(1, 1, 0) + timedelta(minutes=15 * n))


@settings(max_examples=40)
@given(st.lists(WINDOWS, max_size=3), st.sampled_from(ZONES), MOMENTS, MOMENTS)
def test_spans_are_ordered_apart_and_inside(
    windows: list[Window], zone: ZoneInfo, since: datetime, until: datetime
) -> None:
    until = min(until, since + timedelta(days=20))
    spans = spans_of(windows, zone, since, until)
    assert all(since <= begin < end <= until for begin, end in spans)
    assert all(first[1] < second[0] for first, second in pairwise(spans))
    if since < until:
        whole = [(since, until)]
        missing = without(whole, spans)
        covered = sum((end - begin for begin, end in spans + missing), timedelta())
        assert covered == until - since


@settings(max_examples=40)
@given(WINDOWS, st.sampled_from(ZONES), MOMENTS)
def test_a_moment_is_in_the_spans_when_local_clocks_are_in_the_window(
    window: Window, zone: ZoneInfo, at: datetime
) -> None:
    spans = spans_of([window], zone, at, at + timedelta(minutes=1))
    shown = at.astimezone(zone)
    clock, today, yesterday = shown.time(), shown.weekday(), (shown.weekday() - 1) % 7
    if window.begins < window.ends:
        inside = today in window.days and window.begins <= clock < window.ends
    else:
        inside = (today in window.days and clock >= window.begins) or (
            yesterday in window.days and clock < window.ends
        )
    again = shown.replace(fold=1).utcoffset() != shown.replace(fold=0).utcoffset()
    assert again or bool(spans and spans[0][0] == at) == inside  # shown twice: see the nights above
