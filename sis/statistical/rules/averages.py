"""Average daily attendance (ADA) and membership (ADM), by month and by period of the year.

ADA is the days of attendance in all full school months of the period, divided by the days taught
in them (California Education Code 41601); ADM is the same with days of membership (assumed: an
average of the enrolments at the ends of the months can be chosen instead). The tracks of a school
teach on different days, so each is averaged by itself and the averages are added up, as are those
of schools.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from sis.calendars.rules_months import AttendancePeriod, MonthRule, SchoolMonth, months_of
from sis.statistical.rules.figures import Figures, Source
from sis.statistical.rules.policy import MembershipAverage, StatisticsRules

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class TrackYear:
    """The months of one track's calendar, and the figures of those that have begun, by number."""

    school_id: int
    track: str
    school_year: int
    months: Sequence[SchoolMonth]
    figures: Mapping[int, Figures]


@dataclass(frozen=True)
class Average:
    """One period of the year. ``counted`` of ``due`` months (of all tracks) are over so far."""

    period: AttendancePeriod
    counted: int
    due: int
    certified: int
    attendance_days: Fraction
    membership_days: Fraction
    ada: Fraction
    adm: Fraction

    @property
    def complete(self) -> bool:
        return 0 < self.due == self.counted


def averages(years: Iterable[TrackYear], rules: StatisticsRules) -> tuple[Average, ...]:
    """P-1, P-2 and the annual average of these tracks together."""
    known = list(years)
    return tuple(_period(period, known, rules) for period in AttendancePeriod)


def _period(
    period: AttendancePeriod, years: Sequence[TrackYear], rules: StatisticsRules
) -> Average:
    counted = due = certified = 0
    attendance = membership = ada = adm = Fraction(0)
    for year in years:
        wanted = counting_months(period, year, rules.months)
        over = [year.figures[month.number] for month in wanted if _is_over(year, month)]
        due += len(wanted)
        counted += len(over)
        certified += sum(one.source is Source.CERTIFIED for one in over)
        attendance += sum((Fraction(one.attended, one.day_parts) for one in over), Fraction(0))
        membership += sum((Fraction(one.membership, one.day_parts) for one in over), Fraction(0))
        ada += track_ada(over)
        adm += track_adm(over, rules.membership_average)
    return Average(period, counted, due, certified, attendance, membership, ada, adm)


def counting_months(
    period: AttendancePeriod, year: TrackYear, rule: MonthRule
) -> tuple[SchoolMonth, ...]:
    """The months of the track's calendar that count for the period."""
    return months_of(period, year.months, year.school_year, rule)


def _is_over(year: TrackYear, month: SchoolMonth) -> bool:
    return month.number in year.figures and year.figures[month.number].complete


def track_ada(months: Sequence[Figures]) -> Fraction:
    """Days of attendance divided by days taught; 0 when there were none."""
    days = sum(month.days_taught for month in months)
    attended = sum((Fraction(month.attended, month.day_parts) for month in months), Fraction(0))
    return attended / days if days else Fraction(0)


def track_adm(months: Sequence[Figures], how: MembershipAverage) -> Fraction:
    """Days of membership divided by days taught, or the mean of the closing enrolments."""
    if how is MembershipAverage.MONTH_ENDS:
        closing = sum(month.closing for month in months)
        return Fraction(closing, len(months)) if months else Fraction(0)
    days = sum(month.days_taught for month in months)
    member = sum((Fraction(month.membership, month.day_parts) for month in months), Fraction(0))
    return member / days if days else Fraction(0)


def two_places(value: Fraction) -> Decimal:
    """The value as reports show it, halves rounded up: 513765.9 is 513765.90."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(_CENT, ROUND_HALF_UP)
