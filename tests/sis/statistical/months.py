"""Months, students and classes for tests of the arithmetic, by hand and by hypothesis."""

from datetime import date, time, timedelta

from hypothesis import strategies as st

from sis.attendance.rules.meetings import Bells, Ring
from sis.statistical.rules.days import MonthDays
from sis.statistical.rules.facts import (
    MonthFacts,
    MonthFrame,
    Period,
    Report,
    Seat,
    SectionFacts,
    Stay,
    StudentFacts,
)
from sis.statistical.rules.policy import Form, StatisticsRules

FIRST = date(2014, 9, 8)
"""A Monday."""

RULES = StatisticsRules()
BELLS = Bells(
    {
        "regular": {
            "1": Ring(time(8), time(9)),
            "2": Ring(time(9), time(10)),
            "3": Ring(time(10), time(11)),
        },
        "minimum": {"1": Ring(time(8), time(8, 40)), "2": Ring(time(8, 40), time(9, 20))},
    }
)


def month_days(types: tuple[str, ...] = ("regular",) * 20, over: int = 20) -> MonthDays:
    """Four weeks from ``FIRST`` on."""
    days = tuple(FIRST + timedelta(days=7 * (i // 5) + i % 5) for i in range(len(types)))
    return MonthDays(days, types, over)


def frame(form: Form = Form.SECONDARY, days: MonthDays | None = None) -> MonthFrame:
    days = days or month_days()
    return MonthFrame(
        school_id=1,
        track="",
        school_year=2015,
        number=2,
        opens_on=FIRST - timedelta(days=3),
        starts_on=FIRST,
        ends_on=days.days[-1] + timedelta(days=1),
        full=True,
        form=form,
        days=days,
    )


def day(number: int) -> date:
    """The ``number``-th weekday of the month, from 0."""
    return month_days().days[number]


def mask(*places: int) -> int:
    return sum(1 << place for place in places)


ALL = mask(*range(20))


def section(
    number: int, *labels: str, submitted: int = ALL, homeroom: bool = False
) -> SectionFacts:
    """A section that meets every day in these periods."""
    periods = tuple(Period(label, ALL, ALL, submitted) for label in labels or ("",))
    return SectionFacts(number, f"Section {number}", homeroom, periods)


def student(
    number: int,
    *seats: int | Seat,
    reports: tuple[Report, ...] = (),
    stays: tuple[Stay, ...] = (Stay("09", None, None),),
) -> StudentFacts:
    """A student of grade 9 all month, on the rosters of these sections."""
    places = tuple(seat if isinstance(seat, Seat) else Seat(seat, ALL) for seat in seats)
    return StudentFacts(number, stays, places, reports)


def facts_of(
    sections: tuple[SectionFacts, ...],
    *students: StudentFacts,
    form: Form = Form.SECONDARY,
    days: MonthDays | None = None,
) -> MonthFacts:
    return MonthFacts(frame(form, days), {s.id: s for s in sections}, students, BELLS)


masks = st.integers(0, ALL)
day_types = st.lists(
    st.sampled_from(["regular", "regular", "minimum", "holiday", "vacation", ""]),
    min_size=20,
    max_size=20,
).map(tuple)


@st.composite
def any_facts(draw: st.DrawFn, form: Form | None = None) -> MonthFacts:
    """Any month of a few sections and students, however odd."""
    days = month_days(draw(day_types), draw(st.integers(1, 20)))
    sections = {number: draw(_sections(number)) for number in range(1, 4)}
    students = [draw(_students(number)) for number in range(1, draw(st.integers(1, 4)) + 1)]
    chosen = form or draw(st.sampled_from(Form))
    return MonthFacts(frame(chosen, days), sections, students, BELLS)


@st.composite
def _sections(draw: st.DrawFn, number: int) -> SectionFacts:
    labels = draw(st.lists(st.sampled_from(["1", "2", "3"]), unique=True, max_size=2)) or [""]
    homeroom = labels == [""] and draw(st.booleans())
    periods = []
    for label in labels:
        in_effect = draw(masks)
        periods.append(Period(label, in_effect, in_effect & draw(masks), draw(masks)))
    return SectionFacts(number, f"Section {number}", homeroom, tuple(periods))


@st.composite
def _students(draw: st.DrawFn, number: int) -> StudentFacts:
    places = draw(st.lists(st.integers(1, 3), unique=True, max_size=3))
    seats = tuple(Seat(place, draw(masks)) for place in sorted(places))
    reports = []
    for place in (None, *sorted(places)):
        for label in ("", "1") if place else ("",):
            present, unexcused, excused = draw(masks), draw(masks), draw(masks)
            unexcused &= ~present
            reports.append(
                Report(place, label, present, unexcused, excused & ~present & ~unexcused)
            )
    return StudentFacts(number, draw(_stays()), seats, tuple(reports))


@st.composite
def _stays(draw: st.DrawFn) -> tuple[Stay, ...]:
    found = []
    for _ in range(draw(st.integers(0, 2))):
        begins = draw(st.none() | st.integers(-5, 30))
        ends = draw(st.none() | st.integers(-5, 35))
        if begins is not None and ends is not None and begins >= ends:
            continue
        grade = draw(st.sampled_from(["09", "10"]))
        found.append(Stay(grade, _on(begins), _on(ends)))
    return tuple(sorted(found, key=lambda stay: stay.begins_on or date.min))


def _on(offset: int | None) -> date | None:
    return None if offset is None else FIRST + timedelta(days=offset)
