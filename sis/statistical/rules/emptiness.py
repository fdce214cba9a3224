"""Why a report is empty, and what to do: an empty page without a reason helps nobody."""

from dataclasses import dataclass
from datetime import date

from sis.statistical.rules.facts import MonthFrame
from sis.statistical.rules.report import MonthReport


@dataclass(frozen=True)
class Emptiness:
    """A short title, the reason, and what to do about it."""

    title: str
    why: str
    what_to_do: str


def no_calendar(school_year: int) -> Emptiness:
    years = f"{school_year - 1}-{school_year % 100:02}"
    return Emptiness(
        "No calendar",
        f"This school has no calendar for {years}, so it has no school months.",
        "Make or import the calendar of that year, or choose another year.",
    )


def no_such_month(number: int, last: int) -> Emptiness:
    return Emptiness(
        f"No school month {number}",
        f"The year of this calendar has {last} school months.",
        f"Choose a month from 1 to {last}.",
    )


def why_empty(frame: MonthFrame, report: MonthReport, today: date) -> Emptiness | None:
    """Why there is nothing to see; None when there is something."""
    if frame.starts_on > today:
        return Emptiness(
            "Not begun",
            f"{frame.label.capitalize()} begins on {frame.starts_on:%A}, {frame.starts_on}.",
            "Come back when its first day is over, or choose an earlier month.",
        )
    if frame.through_on is None:
        return Emptiness(
            "Its first day is today",
            "A month is reported through the last day that is over.",
            "Come back tomorrow, or choose an earlier month.",
        )
    if not frame.days.taught:
        return Emptiness(
            "No day was taught",
            f"Through {frame.through_on} the calendar has no day of instruction in this month.",
            "Look at the calendar if that is not right.",
        )
    if not report.grades and not report.sections:
        return Emptiness(
            "Nobody was enrolled",
            f"No student was enrolled between {frame.starts_on} and {frame.through_on}.",
            "Look at the enrolments, and at the track that they name.",
        )
    return None


def nothing_submitted(report: MonthReport) -> bool:
    """Whether everything is absent only because no attendance was submitted at all."""
    return report.sums.membership > 0 and report.sums.unsubmitted == report.sums.membership
