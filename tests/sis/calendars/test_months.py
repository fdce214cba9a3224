"""School months: four weeks of school, whatever the vacations do."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sis.calendars.rules import DAY_TYPES_OF_INSTRUCTION, SessionDays, weekdays
from sis.calendars.rules_months import (
    AttendancePeriod,
    LeftOut,
    MonthRule,
    days_left_out,
    months_of,
    school_months,
    school_year_of,
)

DAY = timedelta(days=1)
TYPES = ("regular", "minimum", "holiday", "vacation")
FALL, END = date(2014, 8, 12), date(2015, 6, 5)
LABOR_DAY, VETERANS_DAY = date(2014, 9, 1), date(2014, 11, 11)
THANKSGIVING = (date(2014, 11, 24), date(2014, 12, 1))
WINTER = (date(2014, 12, 20), date(2015, 1, 12))
Days = dict[date, str]


def _year(*vacations: tuple[date, date]) -> Days:
    special = SessionDays(holidays=(LABOR_DAY, VETERANS_DAY), vacations=vacations)
    return {day: special.day_type(day) for day in weekdays(FALL, END)}


@st.composite
def years(draw: st.DrawFn) -> tuple[date, date, Days]:
    """A school year with vacations and single days of any kind, some without a type."""
    starts_on = draw(st.dates(date(2013, 7, 1), date(2015, 9, 30)))
    ends_on = starts_on + timedelta(days=draw(st.integers(1, 365)))
    days: Days = dict.fromkeys(weekdays(starts_on, ends_on), "regular")
    for _ in range(draw(st.integers(0, 4))):
        begins = starts_on + timedelta(days=draw(st.integers(0, 364)))
        for day in weekdays(begins, begins + timedelta(days=draw(st.integers(1, 40)))):
            if day in days:
                days[day] = "vacation"
    for day in draw(st.lists(st.sampled_from(sorted(days)), max_size=12)) if days else ():
        days[day] = draw(st.sampled_from(TYPES))
    for day in draw(st.lists(st.sampled_from(sorted(days)), max_size=3)) if days else ():
        days.pop(day, None)
    return starts_on, ends_on, days


@given(years(), st.sampled_from(LeftOut), st.integers(1, 6))
def test_months_share_out_every_weekday_that_is_not_left_out(
    year: tuple[date, date, Days], left_out: LeftOut, weeks: int
) -> None:
    starts_on, ends_on, days = year
    months = school_months(starts_on, ends_on, days, MonthRule(weeks, left_out))
    listed = [day for month in months for day in month.days]
    assert listed == sorted(set(listed))
    missing = set(weekdays(starts_on, ends_on)) - set(listed)
    assert missing <= days_left_out(starts_on, ends_on, days, left_out)
    for month in months:
        assert (month.starts_on, month.ends_on) == (month.days[0], month.days[-1] + DAY)


@given(years(), st.sampled_from(LeftOut))
def test_every_month_but_the_last_has_four_weeks(
    year: tuple[date, date, Days], left_out: LeftOut
) -> None:
    months = school_months(*year, MonthRule(left_out=left_out))
    for month in months:
        weeks = len({day.isocalendar()[:2] for day in month.days})
        assert month.full == (weeks == 4)
        assert month.full or month is months[-1]
    assert [month.number for month in months] == list(range(1, len(months) + 1))
    for month in months[1:-1]:
        assert len(month.days) == 20


@given(years(), st.sampled_from(LeftOut))
def test_days_off_are_part_of_a_month_and_are_not_days_taught(
    year: tuple[date, date, Days], left_out: LeftOut
) -> None:
    starts_on, ends_on, days = year
    months = school_months(starts_on, ends_on, days, MonthRule(left_out=left_out))
    taught = sum(kind in DAY_TYPES_OF_INSTRUCTION for kind in days.values())
    assert sum(month.days_taught for month in months) == taught


def test_a_break_that_is_left_out_moves_the_months_after_it() -> None:
    days = _year(THANKSGIVING, WINTER)
    kept = school_months(FALL, END, days, MonthRule(left_out=LeftOut.NONE))
    moved = school_months(FALL, END, days)
    assert [m.starts_on for m in kept[:5]] == [m.starts_on for m in moved[:5]]
    assert (kept[4].starts_on, kept[4].ends_on) == (date(2014, 12, 1), date(2014, 12, 27))
    assert (moved[4].starts_on, moved[4].ends_on) == (date(2014, 12, 1), date(2015, 1, 17))
    assert (kept[4].days_taught, moved[4].days_taught) == (15, 20)
    assert moved[5].starts_on == date(2015, 1, 19)


def test_a_holiday_inside_counts_as_a_day_of_the_month() -> None:
    first = school_months(FALL, END, _year())[0]
    assert (first.starts_on, first.ends_on) == (FALL, date(2014, 9, 6))
    assert (len(first.days), first.days_taught) == (19, 18)


def test_all_vacations_or_none_are_left_out() -> None:
    days = _year(THANKSGIVING, WINTER)
    every = MonthRule(left_out=LeftOut.ALL)
    assert date(2014, 11, 24) not in _listed(days, every)
    assert date(2014, 11, 24) in _listed(days, MonthRule())
    assert date(2014, 12, 22) in _listed(days, MonthRule(left_out=LeftOut.NONE))


def test_a_week_that_a_vacation_covers_in_part_stays() -> None:
    days = _year((date(2014, 12, 17), date(2015, 1, 7)))
    listed = _listed(days, MonthRule())
    assert date(2014, 12, 19) in listed
    assert date(2014, 12, 22) not in listed
    assert date(2015, 1, 5) in listed


def test_a_track_that_is_away_over_christmas_and_long_after_leaves_all_of_it_out() -> None:
    days = _year((date(2014, 12, 20), date(2015, 2, 17)))
    listed = _listed(days, MonthRule())
    assert not any(date(2014, 12, 20) <= day < date(2015, 2, 14) for day in listed)


def _listed(days: Mapping[date, str], rule: MonthRule) -> set[date]:
    return {day for month in school_months(FALL, END, days, rule) for day in month.days}


@pytest.mark.parametrize(
    ("period", "numbers"),
    [
        (AttendancePeriod.P1, [1, 2, 3, 4]),
        (AttendancePeriod.P2, [1, 2, 3, 4, 5, 6, 7, 8]),
        (AttendancePeriod.ANNUAL, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    ],
)
def test_an_attendance_period_has_the_full_months_that_have_ended(
    period: AttendancePeriod, numbers: list[int]
) -> None:
    months = school_months(FALL, END, _year(THANKSGIVING, WINTER))
    assert [month.number for month in months_of(period, months, 2015)] == numbers


@pytest.mark.parametrize(
    ("last_friday", "counts"), [(date(2014, 12, 26), True), (date(2015, 1, 2), False)]
)
def test_a_month_that_ends_after_the_last_of_december_is_not_in_p1(
    last_friday: date, counts: bool
) -> None:
    starts_on = last_friday - timedelta(days=25)
    days = dict.fromkeys(weekdays(starts_on, END), "regular")
    months = school_months(starts_on, END, days)
    assert months[0].days[-1] == last_friday
    assert bool(months_of(AttendancePeriod.P1, months, 2015)) == counts


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (date(2014, 7, 1), date(2015, 7, 1), 2015),
        (date(2014, 8, 12), date(2014, 12, 20), 2015),
        (date(2015, 1, 12), date(2015, 6, 5), 2015),
        (date(2015, 8, 1), date(2016, 6, 1), 2016),
    ],
)
def test_a_school_year_is_named_by_the_year_in_which_it_ends(
    starts_on: date, ends_on: date, expected: int
) -> None:
    assert school_year_of(starts_on, ends_on) == expected
