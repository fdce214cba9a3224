"""Calendars as the JSON API shows and takes them; ranges of dates end before ``ends_on``."""

from collections.abc import Sequence
from datetime import date, time
from typing import Annotated

from pydantic import BaseModel, Field

from core.settings import Strict
from sis.calendars.models import DayType
from sis.calendars.queries_years import CalendarYear, Term
from sis.calendars.rules import Bell
from sis.calendars.rules_marking import MarkingSpan, WindowSpan
from sis.calendars.school_page import YearView


class YearBody(BaseModel):
    """The school year of a track, named by the year in which it ends."""

    track: str
    school_year: int
    starts_on: date
    ends_on: date


class YearListBody(BaseModel):
    years: list[YearBody]


class DayBody(BaseModel):
    on: date
    day_type: DayType


class TermBody(BaseModel):
    title: str
    type: str
    starts_on: date
    ends_on: date


class SchoolMonthBody(BaseModel):
    number: int
    starts_on: date
    ends_on: date
    days_taught: int


class MarkingPeriodBody(BaseModel):
    term: int
    week: int
    starts_on: date
    ends_on: date


class GradingWindowBody(BaseModel):
    """Times are those of the school's own clocks."""

    term: int
    week: int
    opens_on: date
    opens_at: time
    closes_on: date
    closes_at: time


class YearDetailBody(YearBody):
    """``version`` goes back with a change. A date that is not among ``days`` has no school."""

    version: int
    days: list[DayBody]
    terms: list[TermBody]
    school_months: list[SchoolMonthBody]
    marking_periods: list[MarkingPeriodBody]
    grading_windows: list[GradingWindowBody]


class BellBody(BaseModel):
    period: str
    starts_at: time
    ends_at: time


class BellListBody(BaseModel):
    day_type: DayType
    bells: list[BellBody]


class DaysBody(Strict):
    """The weekdays from ``first`` to ``last``, both included, and what they are to be."""

    track: Annotated[str, Field(max_length=40)] = ""
    school_year: Annotated[int, Field(ge=1900, le=2200)]
    first: date
    last: date
    day_type: DayType
    version: Annotated[int, Field(ge=0, lt=2**63)]


class DaysSavedBody(BaseModel):
    """The new version. ``submissions`` of attendance lie on days that have no school now: they
    are kept, and count again when the days have school again.
    """

    changed: bool
    version: int
    submissions: int


def year_body(year: CalendarYear) -> YearBody:
    return YearBody(
        track=year.track,
        school_year=year.school_year,
        starts_on=year.starts_on,
        ends_on=year.ends_on,
    )


def _term(term: Term) -> TermBody:
    return TermBody(
        title=term.title, type=term.type, starts_on=term.starts_on, ends_on=term.ends_on
    )


def _period(span: MarkingSpan) -> MarkingPeriodBody:
    return MarkingPeriodBody(
        term=span.term, week=span.week, starts_on=span.starts_on, ends_on=span.ends_on
    )


def _window(span: WindowSpan) -> GradingWindowBody:
    return GradingWindowBody(
        term=span.term,
        week=span.week,
        opens_on=span.opens_on,
        opens_at=span.opens_at,
        closes_on=span.closes_on,
        closes_at=span.closes_at,
    )


def detail_body(
    year: CalendarYear, view: YearView, windows: Sequence[WindowSpan]
) -> YearDetailBody:
    """The whole of a track's year."""
    return YearDetailBody(
        **year_body(year).model_dump(),
        version=view.seen,
        days=[DayBody(on=on, day_type=DayType(kind)) for on, kind in sorted(view.days.items())],
        terms=[_term(term) for term in view.terms],
        school_months=[
            SchoolMonthBody(
                number=month.number,
                starts_on=month.starts_on,
                ends_on=month.ends_on,
                days_taught=month.days_taught,
            )
            for month in view.school_months
        ],
        marking_periods=[_period(span) for span in view.periods],
        grading_windows=[_window(span) for span in windows],
    )


def bell_list_body(day_type: DayType, bells: Sequence[Bell]) -> BellListBody:
    """The bells of a type of day, by time."""
    return BellListBody(
        day_type=day_type,
        bells=[
            BellBody(period=bell.label, starts_at=bell.starts_at, ends_at=bell.ends_at)
            for bell in bells
        ],
    )
