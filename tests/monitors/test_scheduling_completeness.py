"""The 10:00 rule, judged for one school; whole sweeps are in test_sweep.py."""

from datetime import UTC, datetime, time, timedelta

import pytest

from monitors.probe import Result
from monitors.probes.scheduling_completeness import Options, Track, Window, judge
from monitors.rules import Status
from sis.calendars.rules import SchoolDay, local_date
from sis.organizations.queries import SchoolName
from sis.scheduling.completeness_days import TrackDay

TEN = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
REGULAR = TrackDay(SchoolDay("regular", time(8, 0), time(15, 0)))
MINIMUM = TrackDay(SchoolDay("minimum", time(8, 0), time(12, 5)))
NO_SCHOOL = TrackDay(None)


def _school(zone: str = "America/Los_Angeles") -> SchoolName:
    return SchoolName(id=7, sourced_id="S-7", name="Bell Senior High", time_zone=zone)


def _track(incomplete: int, day: TrackDay | None = REGULAR, name: str = "") -> Track:
    ids = tuple(f"P-{name}{number}" for number in range(min(incomplete, 20)))
    return Track(name, day, active=2_000, incomplete=incomplete, sample_ids=ids)


def _judge(
    *tracks: Track,
    at: datetime = TEN,
    zone: str = "America/Los_Angeles",
    fresh_at: datetime | None = None,
) -> Result:
    window = Window(zone, local_date(at, zone), Options().after)
    return judge(_school(zone), tracks, Options(), window, at, fresh_at or at)


def _fires(result: Result, at: datetime = TEN) -> bool:
    return result.status is Status.FAIL and result.due_at is not None and at >= result.due_at


@pytest.mark.parametrize(("incomplete", "fires"), [(0, False), (10, False), (11, True)])
def test_exactly_ten_do_not_fire_and_eleven_do(incomplete: int, fires: bool) -> None:
    assert _fires(_judge(_track(incomplete))) is fires


@pytest.mark.parametrize(
    ("at", "fires"),
    [(TEN - SECOND, False), (TEN - timedelta(microseconds=1), False), (TEN, True)],
)
def test_ten_oclock_itself_counts_as_after(at: datetime, fires: bool) -> None:
    found = _judge(_track(11), at=at)
    assert (found.status, _fires(found, at)) == (Status.FAIL, fires)


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("America/New_York", datetime(2015, 1, 12, 15, 0, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2015, 3, 9, 17, 0, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2015, 1, 12, 4, 15, tzinfo=UTC)),
    ],
    ids=["east", "summer time", "a quarter of an hour"],
)
def test_the_clock_is_the_schools_own(zone: str, at: datetime) -> None:
    assert _fires(_judge(_track(11), at=at, zone=zone), at)
    assert not _fires(_judge(_track(11), at=at - SECOND, zone=zone), at - SECOND)


@pytest.mark.parametrize(
    ("day", "last"),
    [(REGULAR, datetime(2015, 1, 12, 23, 0, tzinfo=UTC)), (MINIMUM, TEN + timedelta(minutes=125))],
    ids=["regular day", "minimum day"],
)
def test_the_window_ends_at_dismissal(day: TrackDay, last: datetime) -> None:
    before = _judge(_track(11, day), at=last - SECOND)
    after = _judge(_track(11, day), at=last)
    assert (before.status, after.status, after.value, after.clears) == (
        Status.FAIL,
        Status.OK,
        11,
        True,
    )
    assert after.note.startswith("the school day ended at")


def test_only_tracks_in_session_count() -> None:
    found = _judge(_track(6, name="A"), _track(30, NO_SCHOOL, "B"))
    assert (found.status, found.value, found.denominator) == (Status.OK, 6, 2_000)
    both = _judge(_track(6, name="A"), _track(5, MINIMUM, "B"))
    assert (both.status, both.value, both.denominator) == (Status.FAIL, 11, 4_000)


def test_a_day_without_school_is_ok_and_says_so() -> None:
    found = _judge(_track(50, NO_SCHOOL))
    assert (found.status, found.note, found.value) == (Status.OK, "no school today", 0)


@pytest.mark.parametrize(
    ("tracks", "note"),
    [
        ([], "there is no calendar"),
        ([_track(3, None)], "there is no calendar"),
        ([_track(3, None, "B"), _track(0, name="A")], "track B: there is no calendar"),
        ([Track("", REGULAR)], "nobody is enrolled on a school day"),
        ([_track(3, TrackDay(None, "the calendar ends before today"))], "the calendar ends"),
    ],
)
def test_what_cannot_be_known_is_unknown(tracks: list[Track], note: str) -> None:
    found = _judge(*tracks)
    assert found.status is Status.UNKNOWN
    assert found.note.startswith(note)


def test_enough_students_fail_whatever_another_track_hides() -> None:
    assert _judge(_track(11, name="A"), _track(3, None, "B")).status is Status.FAIL


def test_a_school_without_students_on_a_day_off_is_ok() -> None:
    assert _judge(Track("", NO_SCHOOL)).status is Status.OK


def test_stale_data_is_unknown() -> None:
    limit = Options().stale_after
    assert _judge(_track(0), fresh_at=TEN - limit).status is Status.OK
    assert _judge(_track(11), fresh_at=TEN - limit - SECOND).status is Status.UNKNOWN


@pytest.mark.parametrize(("incomplete", "clears"), [(8, True), (9, False), (10, False)])
def test_it_clears_at_eight_or_fewer(incomplete: int, clears: bool) -> None:
    assert _judge(_track(incomplete)).clears is clears


def test_the_result_names_numbers_and_ids_only() -> None:
    found = _judge(_track(30))
    assert found.summary == (
        "Bell Senior High: 30 of 2,000 students have no complete schedule (limit 10)"
    )
    assert len(found.sample_ids) == 20
    assert (found.subject, found.school_id, found.threshold) == ("S-7", 7, 10)
