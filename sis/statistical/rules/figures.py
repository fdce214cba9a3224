"""A school month in a dozen numbers: what is kept, listed and averaged."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from sis.statistical.rules.report import MonthReport
from sis.statistical.rules.standing import Count


class Source(StrEnum):
    """Where figures come from: a certified report, the night's count, or right now."""

    CERTIFIED = "certified"
    KEPT = "kept"
    LIVE = "live"


@dataclass(frozen=True)
class Figures:
    """The month of one track. Attendance is in parts of days, ``day_parts`` of which are one.

    ``missing_classes`` were not submitted; ``faults`` is how many things are wrong in the records.
    """

    starts_on: date
    ends_on: date
    days_taught: int
    day_parts: int
    opening: int
    gains: int
    losses: int
    closing: int
    attended: int
    excused: int
    unexcused: int
    unsubmitted: int
    missing_classes: int
    balances: bool
    faults: int
    rule_version: str
    complete: bool
    source: Source

    @property
    def sums(self) -> Count:
        return Count(self.attended, self.excused, self.unexcused, self.unsubmitted)

    @property
    def membership(self) -> int:
        return self.sums.membership

    @property
    def ada(self) -> Fraction:
        """Days of attendance divided by days taught; 0 before the first day."""
        return self.per_day(self.attended)

    @property
    def adm(self) -> Fraction:
        """Days of membership divided by days taught; 0 before the first day."""
        return self.per_day(self.membership)

    def per_day(self, parts: int) -> Fraction:
        """Parts of days as an average per day taught."""
        if not self.days_taught:
            return Fraction(0)
        return Fraction(parts, self.day_parts * self.days_taught)


def figures_of(report: MonthReport, rule_version: str, source: Source = Source.LIVE) -> Figures:
    """The numbers of a report."""
    opening, gains, losses, closing = report.movement
    frame, counted = report.frame, report.sums
    return Figures(
        starts_on=frame.starts_on,
        ends_on=frame.ends_on,
        days_taught=frame.days.days_taught,
        day_parts=report.day_parts,
        opening=opening,
        gains=gains,
        losses=losses,
        closing=closing,
        attended=counted.attended,
        excused=counted.excused,
        unexcused=counted.unexcused,
        unsubmitted=counted.unsubmitted,
        missing_classes=report.missing_classes,
        balances=report.balances,
        faults=len(report.faults),
        rule_version=rule_version,
        complete=frame.complete,
        source=source,
    )
