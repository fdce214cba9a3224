"""What the district decided about enrolling, as one value that actions are handed."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sis.enrollment.rules.codes import CALIFORNIA, CodeSet
from sis.enrollment.rules.duplicates import Alike


@dataclass(frozen=True)
class EnrollmentPolicy:
    """Windows are lengths of time, on the district's clock."""

    codes: CodeSet = CALIFORNIA
    alike: Alike = field(default_factory=Alike)
    undo_within: timedelta = timedelta(hours=72)
    late_by: timedelta = timedelta(days=45)
    ahead_by: timedelta = timedelta(days=365)
    no_show_within: timedelta = timedelta(days=21)

    def problem_of_date(self, on: date, today: date) -> str:
        """Why an enrolment may not begin or end on that date, as a sentence; or empty."""
        if on < today - self.late_by:
            earliest = today - self.late_by
            return f"Not before {earliest}: so far back the records are closed."
        if on > today + self.ahead_by:
            return f"Not after {today + self.ahead_by}."
        return ""

    def may_be_undone(self, at: datetime, now: datetime) -> bool:
        return now - at <= self.undo_within


DEFAULT_POLICY = EnrollmentPolicy()


def first_day_of(begins_on: date | None, year_begins: date | None) -> date | None:
    """The first school day of an enrolment in this year: its own, or the year's for one that goes
    back further; None when neither is known.
    """
    return max((day for day in (begins_on, year_begins) if day is not None), default=None)
