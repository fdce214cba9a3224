from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.oncall.rules.rotation import Layer, Unit, handoff, turns
from alerts.oncall.rules.shifts import (
    Cover,
    Origin,
    Schedule,
    Shift,
    final_shifts,
    gaps,
    hours_by_person,
    who_is_on,
)
from alerts.oncall.rules.time_of_week import parse_windows

LA = ZoneInfo("America/Los_Angeles")
HOUR = timedelta(hours=1)
ANA, BEN, CY = 1, 2, 3


def at(text: str) -> datetime:
    """Local time in Los Angeles."""
    return datetime.fromisoformat(text).replace(tzinfo=LA).astimezone(UTC)


def layer(
    *people: int,
    unit: Unit = Unit.WEEKS,
    length: int = 1,
    first: str = "2026-01-05T08:00",
    windows: str = "",
    name: str = "base",
    zone: ZoneInfo = LA,
) -> Layer:
    return Layer(
        name,
        people,
        zone,
        unit,
        length,
        datetime.fromisoformat(first),
        parse_windows(windows),
    )


def written(shifts: list[Shift]) -> list[tuple[int, str, str]]:
    """Person, beginning and end on local clocks."""
    return [
        (
            shift.user_id,
            f"{shift.begins_at.astimezone(LA):%m-%d %H:%M}",
            f"{shift.ends_at.astimezone(LA):%m-%d %H:%M}",
        )
        for shift in shifts
    ]


@pytest.mark.parametrize(
    ("rotation", "moment", "person"),
    [
        (layer(ANA, BEN, CY), "2026-01-05T08:00", ANA),
        (layer(ANA, BEN, CY), "2026-01-12T07:59", ANA),
        (layer(ANA, BEN, CY), "2026-01-12T08:00", BEN),
        (layer(ANA, BEN, CY), "2026-01-26T08:00", ANA),
        (layer(ANA, BEN, CY), "2026-01-05T07:59", None),
        (layer(ANA, BEN, CY, length=2), "2026-01-18T12:00", ANA),
        (layer(ANA, BEN, CY, length=2), "2026-01-19T08:00", BEN),
        (layer(ANA, BEN, unit=Unit.DAYS), "2026-01-06T08:00", BEN),
        (layer(ANA, BEN, unit=Unit.HOURS, length=12), "2026-01-05T20:00", BEN),
        (layer(ANA, BEN, unit=Unit.HOURS, length=12), "2026-01-06T08:00", ANA),
        (layer(ANA, windows="mon-fri 08:00-17:00"), "2026-01-05T16:59", ANA),
        (layer(ANA, windows="mon-fri 08:00-17:00"), "2026-01-05T17:00", None),
        (layer(ANA, windows="mon-fri 08:00-17:00"), "2026-01-10T12:00", None),
        (layer(ANA, windows="fri 22:00-06:00"), "2026-01-10T05:59", ANA),
        (layer(), "2026-01-06T12:00", None),
    ],
)
def test_whose_turn_it_is(rotation: Layer, moment: str, person: int | None) -> None:
    shift = who_is_on(Schedule(LA, (rotation,)), at(moment))
    assert (shift.user_id if shift else None) == person


@pytest.mark.parametrize(
    ("first", "begins", "hours_before", "hours_after"),
    [
        # clocks jump from 02:00 to 03:00 on 8 March
        ("2026-03-01T08:00", "03-08 08:00", 23, 24),
        ("2026-03-01T02:30", "03-08 03:00", 23.5, 23.5),
        # and back from 02:00 to 01:00 on 1 November
        ("2026-10-25T08:00", "11-01 08:00", 25, 24),
        ("2026-10-25T01:30", "11-01 01:30", 24, 25),
    ],
)
def test_handoffs_stay_at_their_hour_in_the_nights_on_which_clocks_change(
    first: str, begins: str, hours_before: float, hours_after: float
) -> None:
    rotation = layer(ANA, BEN, unit=Unit.DAYS, first=first)
    begun = handoff(rotation, 7)
    assert f"{begun.astimezone(LA):%m-%d %H:%M}" == begins
    assert (begun - handoff(rotation, 6)) / HOUR == hours_before
    assert (handoff(rotation, 8) - begun) / HOUR == hours_after


def test_hours_are_hours_whatever_the_clocks_show() -> None:
    rotation = layer(ANA, BEN, unit=Unit.HOURS, length=12, first="2026-10-31T20:00")
    assert written(
        final_shifts(Schedule(LA, (rotation,)), at("2026-10-31T20:00"), at("2026-11-02T07:00"))
    ) == [
        (ANA, "10-31 20:00", "11-01 07:00"),
        (BEN, "11-01 07:00", "11-01 19:00"),
        (ANA, "11-01 19:00", "11-02 07:00"),
    ]


def test_later_layers_win_and_covers_win_over_all_the_newest_first() -> None:
    nights = layer(CY, unit=Unit.DAYS, windows="daily 20:00-06:00", name="nights")
    covers = (
        Cover(BEN, at("2026-01-06T12:00"), at("2026-01-06T22:00"), Origin.OVERRIDE, 5),
        Cover(CY, at("2026-01-06T14:00"), at("2026-01-06T15:00"), Origin.SWAP, 6),
    )
    schedule = Schedule(LA, (layer(ANA), nights), covers)
    shifts = final_shifts(schedule, at("2026-01-06T08:00"), at("2026-01-07T08:00"))
    assert written(shifts) == [
        (ANA, "01-06 08:00", "01-06 12:00"),
        (BEN, "01-06 12:00", "01-06 14:00"),
        (CY, "01-06 14:00", "01-06 15:00"),
        (BEN, "01-06 15:00", "01-06 22:00"),
        (CY, "01-06 22:00", "01-07 06:00"),
        (ANA, "01-07 06:00", "01-07 08:00"),
    ]
    assert [shift.source or shift.origin for shift in shifts] == [
        *("base", "override", "swap", "override", "nights", "base")
    ]
    assert hours_by_person(shifts) == {ANA: 6 * HOUR, BEN: 9 * HOUR, CY: 9 * HOUR}


def test_an_edit_counts_from_then_on() -> None:
    edited = at("2026-01-07T12:00")
    before = replace(layer(ANA), until_at=edited)
    after = replace(layer(BEN), from_at=edited)
    shifts = final_shifts(
        Schedule(LA, (before, after)), at("2026-01-07T08:00"), at("2026-01-08T08:00")
    )
    assert written(shifts) == [
        (ANA, "01-07 08:00", "01-07 12:00"),
        (BEN, "01-07 12:00", "01-08 08:00"),
    ]


def test_gaps_are_hours_that_should_have_somebody_and_have_nobody() -> None:
    office = layer(ANA, windows="mon-fri 08:00-17:00")
    expected = parse_windows("mon-fri 07:00-17:00")
    schedule = Schedule(LA, (office,), (), expected)
    found = gaps(schedule, at("2026-01-09T00:00"), at("2026-01-13T00:00"))
    assert found == [
        (at("2026-01-09T07:00"), at("2026-01-09T08:00")),
        (at("2026-01-12T07:00"), at("2026-01-12T08:00")),
    ]
    assert gaps(Schedule(LA), at("2026-01-09T00:00"), at("2026-01-10T00:00")) == [
        (at("2026-01-09T00:00"), at("2026-01-10T00:00"))
    ]


FIRST = datetime.fromisoformat("2026-01-01T00:00")
START = at("2026-01-05T08:00")
MOMENTS = st.integers(0, 400 * 24 * 4).map(lambda n: START + timedelta(minutes=15 * n))
LAYERS = st.builds(
    Layer,
    st.just("layer"),
    st.lists(st.integers(1, 5), max_size=4).map(tuple),
    st.sampled_from([LA, ZoneInfo("Europe/London"), ZoneInfo("Australia/Lord_Howe")]),
    st.sampled_from(Unit),
    st.integers(1, 30),
    st.integers(0, 24 * 4).map(lambda n: FIRST + timedelta(minutes=15 * n)),
    st.sampled_from(["", "mon-fri 08:00-17:00", "daily 22:00-06:00", "sat 00:00-24:00"]).map(
        parse_windows
    ),
)
COVERS = st.builds(
    lambda user_id, begin, hours: Cover(user_id, begin, begin + hours * HOUR, Origin.OVERRIDE),
    st.integers(6, 9),
    MOMENTS,
    st.integers(1, 200),
)
SCHEDULES = st.builds(
    Schedule,
    st.just(LA),
    st.lists(LAYERS, max_size=3).map(tuple),
    st.lists(COVERS, max_size=4).map(tuple),
)


@settings(max_examples=40)
@given(SCHEDULES, MOMENTS, st.integers(1, 40 * 24), st.integers(0, 40 * 24))
def test_shifts_and_gaps_make_up_the_whole_time(
    schedule: Schedule, since: datetime, hours: int, part: int
) -> None:
    until = since + hours * HOUR
    shifts = final_shifts(schedule, since, until)
    assert all(since <= each.begins_at < each.ends_at <= until for each in shifts)
    pairs = pairwise(shifts)
    assert all(first.ends_at <= second.begins_at for first, second in pairs)
    missing = gaps(schedule, since, until)
    total = sum((end - begin for begin, end in missing), timedelta())
    assert total + sum(hours_by_person(shifts).values(), timedelta()) == until - since
    moment = min(since + part * HOUR, until - HOUR / 4)
    on = who_is_on(schedule, moment)
    covering = [each for each in shifts if each.begins_at <= moment < each.ends_at]
    assert (on.user_id if on else None) == (covering[0].user_id if covering else None)


@settings(max_examples=40)
@given(SCHEDULES, MOMENTS, st.integers(1, 20 * 24), st.integers(1, 20 * 24))
def test_two_stretches_tell_the_same_as_one(
    schedule: Schedule, since: datetime, first: int, second: int
) -> None:
    middle, until = since + first * HOUR, since + (first + second) * HOUR
    whole = final_shifts(schedule, since, until)
    parts = final_shifts(schedule, since, middle) + final_shifts(schedule, middle, until)
    assert hours_by_person(whole) == hours_by_person(parts)


@settings(max_examples=40)
@given(COVERS, SCHEDULES)
def test_the_newest_cover_wins_wherever_it_is(cover: Cover, schedule: Schedule) -> None:
    covered = replace(schedule, covers=(*schedule.covers, cover))
    shifts = final_shifts(covered, cover.begins_at, cover.ends_at)
    assert hours_by_person(shifts) == {cover.user_id: cover.ends_at - cover.begins_at}


@settings(max_examples=40)
@given(LAYERS.filter(lambda each: len(each.people) > 0), st.integers(0, 60))
def test_everybody_takes_turns_in_their_order(rotation: Layer, number: int) -> None:
    begins, ends = handoff(rotation, number), handoff(rotation, number + 1)
    for turn in turns(rotation, begins, ends):
        assert (turn.number, turn.user_id) == (
            number,
            rotation.people[number % len(rotation.people)],
        )
