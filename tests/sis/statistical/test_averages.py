"""ADA and ADM by month and period."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sis.calendars.rules import weekdays
from sis.calendars.rules_months import SchoolMonth, school_months
from sis.statistical.rules.averages import TrackYear, averages, two_places
from sis.statistical.rules.figures import Figures, Source
from sis.statistical.rules.frames import frame_of, month_on
from sis.statistical.rules.policy import Form, MembershipAverage, StatisticsRules
from sis.statistical.rules.trend import trend_of

RULES = StatisticsRules()
BEGINS, ENDS = date(2014, 8, 12), date(2015, 6, 6)
TYPES = dict.fromkeys(weekdays(BEGINS, ENDS), "regular") | dict.fromkeys(
    weekdays(date(2014, 12, 22), date(2015, 1, 10)), "vacation"
)
MONTHS = school_months(BEGINS, ENDS, TYPES)


def _figures(
    month: SchoolMonth, attended: int, membership: int = 0, *, parts: int = 1, complete: bool = True
) -> Figures:
    return Figures(
        starts_on=month.starts_on,
        ends_on=month.ends_on,
        days_taught=month.days_taught,
        day_parts=parts,
        opening=0,
        gains=0,
        losses=0,
        closing=40,
        attended=attended,
        excused=0,
        unexcused=max(membership - attended, 0),
        unsubmitted=0,
        missing_classes=0,
        balances=True,
        faults=0,
        rule_version="",
        complete=complete,
        source=Source.LIVE,
    )


def _year(figures: dict[int, Figures], track: str = "") -> TrackYear:
    return TrackYear(1, track, 2015, MONTHS, figures)


def test_p1_has_the_full_months_by_the_end_of_december_and_p2_by_15_april() -> None:
    full = {m.number: _figures(m, 10 * m.days_taught, 12 * m.days_taught) for m in MONTHS}
    p1, p2, annual = averages([_year(full)], RULES)
    assert (p1.due, p2.due, annual.due) == (4, 8, len(MONTHS))
    assert p1.ada == p2.ada == annual.ada == 10
    assert p1.adm == 12
    assert p1.complete
    assert p1.attendance_days == 10 * sum(m.days_taught for m in MONTHS[:4])


def test_months_that_are_not_over_do_not_count_yet() -> None:
    some = {1: _figures(MONTHS[0], 100), 2: _figures(MONTHS[1], 7, complete=False)}
    p1, _, _ = averages([_year(some)], RULES)
    assert (p1.counted, p1.due, p1.complete) == (1, 4, False)
    assert p1.ada == Fraction(100, MONTHS[0].days_taught)


def test_no_month_at_all_is_no_average() -> None:
    for one in averages([_year({})], RULES):
        assert one.ada == one.adm == 0
        assert not one.complete


def test_tracks_are_averaged_by_themselves_and_added_up() -> None:
    first = _year({1: _figures(MONTHS[0], 10 * MONTHS[0].days_taught)}, "A")
    second = _year({1: _figures(MONTHS[0], 5 * MONTHS[0].days_taught)}, "B")
    assert averages([first, second], RULES)[0].ada == 15
    assert trend_of([first, second]).points[0].ada == "15.00"


def test_minutes_are_parts_of_days() -> None:
    month = _figures(MONTHS[0], 90 * MONTHS[0].days_taught, parts=180)
    assert averages([_year({1: month})], RULES)[0].ada == Fraction(1, 2)


def test_adm_can_be_the_mean_of_closing_enrolments() -> None:
    rules = StatisticsRules(membership_average=MembershipAverage.MONTH_ENDS)
    assert averages([_year({1: _figures(MONTHS[0], 1)})], rules)[0].adm == 40
    assert rules.version != RULES.version


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=4))
def test_the_average_of_a_period_lies_between_those_of_its_months(attended: list[int]) -> None:
    figures = {n: _figures(MONTHS[n - 1], one) for n, one in enumerate(attended, start=1)}
    ada = averages([_year(figures)], RULES)[0].ada
    by_month = [one.ada for one in figures.values()]
    assert min(by_month) <= ada <= max(by_month)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=10))
def test_every_point_of_the_picture_is_inside_it(attended: list[int]) -> None:
    months = MONTHS[: len(attended)]
    figures = {m.number: _figures(m, a) for m, a in zip(months, attended, strict=False)}
    trend = trend_of([_year(figures)])
    for point in trend.points:
        assert trend.left <= point.x <= trend.right
        assert 0 <= point.ada_y <= trend.bottom
        assert 0 <= point.adm_y <= trend.bottom


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(5137659, 10), "513765.90"),
        (Fraction(1, 200), "0.01"),
        (Fraction(29, 19), "1.53"),
        (Fraction(0), "0.00"),
    ],
)
def test_averages_are_shown_with_two_places(value: Fraction, shown: str) -> None:
    assert two_places(value) == Decimal(shown)
    assert str(two_places(value)) == shown


@given(st.integers(-5, 330))
def test_every_day_that_is_over_belongs_to_one_month(offset: int) -> None:
    """Months partition the weekdays that are not left out, whatever day it is."""
    today = BEGINS + timedelta(days=offset)
    seen: list[date] = []
    for month in MONTHS:
        frame = frame_of(
            MONTHS,
            month.number,
            school_id=1,
            track="",
            school_year=2015,
            year_begins_on=BEGINS,
            day_types=TYPES,
            form=Form.SECONDARY,
            today=today,
        )
        assert frame is not None
        assert frame.complete == (frame.ends_on <= today)
        assert frame.opens_on <= frame.starts_on
        seen += frame.days.dates(frame.days.taught)
    taught = [on for on, kind in TYPES.items() if kind == "regular" and on < today]
    assert seen == sorted(taught)
    assert month_on(MONTHS, today) >= 1
