"""Which days a report is about: a school month of a track as it stands on a date."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date

from sis.calendars.rules_months import SchoolMonth
from sis.statistical.rules.days import MonthDays
from sis.statistical.rules.facts import MonthFrame
from sis.statistical.rules.policy import Form


def frame_of(
    months: Sequence[SchoolMonth],
    number: int,
    *,
    school_id: int,
    track: str,
    school_year: int,
    year_begins_on: date,
    day_types: Mapping[date, str],
    form: Form,
    today: date,
) -> MonthFrame | None:
    """Month ``number`` with the days that are over before ``today``; None when there is none.

    Enrolment is followed from the end of the month before, in the first one from the beginning of
    the year.
    """
    if not 1 <= number <= len(months):
        return None
    month = months[number - 1]
    return MonthFrame(
        school_id=school_id,
        track=track,
        school_year=school_year,
        number=number,
        opens_on=months[number - 2].ends_on if number > 1 else year_begins_on,
        starts_on=month.starts_on,
        ends_on=month.ends_on,
        full=month.full,
        form=form,
        days=MonthDays(
            month.days,
            tuple(day_types.get(day, "") for day in month.days),
            bisect_left(month.days, today),
        ),
    )


def month_on(months: Sequence[SchoolMonth], today: date) -> int:
    """The number of the newest month that has a day before ``today``; 1 before the first."""
    return max([month.number for month in months if month.starts_on < today], default=1)
