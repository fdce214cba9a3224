from datetime import date, timedelta

import pytest

from alerts.oncall.rules.shifts import Origin, Shift
from alerts.oncall.rules.week import bounds, days_of, monday_of
from tests.alerts.oncall.roster import LA, at

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 8), 167), (date(2026, 11, 1), 169), (date(2026, 7, 1), 168)],
)
def test_a_week_has_the_hours_that_its_clocks_show(day: date, hours: int) -> None:
    begins, ends = bounds(monday_of(day), LA)
    assert (ends - begins) / HOUR == hours


def test_a_day_shows_its_shifts_the_gaps_that_matter_and_now() -> None:
    shift = Shift(1, at("2026-03-07T12:00"), at("2026-03-08T12:00"), Origin.ROTATION)
    gap = (at("2026-03-08T12:00"), at("2026-03-08T18:00"))
    days = days_of(date(2026, 3, 2), LA, [shift], [gap], at("2026-03-08T03:00"))
    saturday, sunday = days[5], days[6]
    assert [(b.user_id, b.begins, b.ends) for b in saturday.blocks] == [(1, 0.5, 1.0)]
    assert [(b.user_id, round(b.ends * 23)) for b in sunday.blocks] == [(1, 11), (None, 17)]
    assert (saturday.now, round((sunday.now or 0) * 23)) == (None, 2)
    assert days[0].blocks == ()
