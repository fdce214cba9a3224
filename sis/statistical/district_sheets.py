"""The sheets of many schools: a line for each, and the averages of the year."""

from datetime import date, datetime, timedelta

from sis.statistical.overview import Overview, Row, State
from sis.statistical.rules.averages import Average, two_places
from sis.statistical.sheets import (
    Book,
    Cell,
    Column,
    Kind,
    Sheet,
    average_columns,
    days_columns,
    days_of,
    rounded,
    text_columns,
    whole_columns,
)

STATE_WORDS = {
    State.CERTIFIED: "certified",
    State.MISSING: "not certified",
    State.IN_PROGRESS: "in progress",
    State.TO_COME: "not begun",
    State.NO_MONTH: "no such month",
    State.NO_CALENDAR: "no calendar",
}


def schools_sheet(overview: Overview) -> Sheet:
    """A line for each track of each school, with the figures that are known."""
    totals = overview.totals
    total: tuple[Cell, ...] = (
        *("All", "", "", "", ""),
        *(None, None, None),
        *(totals.opening, totals.gains, totals.losses, totals.closing),
        *(rounded(totals.attended), rounded(totals.excused), rounded(totals.unexcused)),
        rounded(totals.unsubmitted),
        *(two_places(totals.ada), two_places(totals.adm)),
        *("", None, ""),
    )
    return Sheet(
        name="Schools",
        columns=(
            *text_columns("School id", "School", "Service center", "Track", "State"),
            *(Column("Begins", Kind.DATE), Column("Ends", Kind.DATE)),
            *whole_columns("Days taught", "Opening", "Gains", "Losses", "Closing"),
            *days_columns("Attended", "Absent excused", "Absent unexcused", "Of it not submitted"),
            *average_columns("ADA", "ADM"),
            *(Column("Balances"), Column("Certified", Kind.DATE), Column("Figures")),
        ),
        rows=[_row(row) for row in overview.rows],
        total=total if overview.rows else None,
        empty="No school is in this selection.",
    )


def _row(row: Row) -> tuple[Cell, ...]:
    school, figures = row.school, row.figures
    certified = row.report.certified_at.date() if row.report else None
    head = (school.sourced_id, school.name, school.esc_name or "", row.track)
    dates: tuple[Cell, ...] = (STATE_WORDS[row.state], row.starts_on, last_day(row))
    if figures is None:
        return *head, *dates, *(None,) * 11, "", certified, "none yet"
    parts = figures.day_parts
    return (
        *head,
        *dates,
        figures.days_taught,
        *(figures.opening, figures.gains, figures.losses, figures.closing),
        *(days_of(one, parts) for one in figures.sums),
        *(two_places(figures.ada), two_places(figures.adm)),
        *("yes" if figures.balances else "no", certified, figures.source.value),
    )


def last_day(row: Row) -> date | None:
    """The month's last day; None where there is no such month."""
    return row.ends_on and row.ends_on - timedelta(days=1)


def averages_sheet(averages: tuple[Average, ...] | list[Average]) -> Sheet:
    """P-1, P-2 and the annual average."""
    return Sheet(
        name="Averages",
        columns=(
            Column("Period"),
            *average_columns("ADA", "ADM"),
            Column("State"),
            *whole_columns("Months over", "Months in all", "Certified"),
            *days_columns("Days of attendance", "Days of membership"),
        ),
        rows=[_average(one) for one in averages],
    )


def _average(one: Average) -> tuple[Cell, ...]:
    state = "complete" if one.complete else "so far" if one.counted else "none is over"
    months = (state, one.counted, one.due, one.certified)
    if not one.counted:
        return (one.period.value, None, None, *months, None, None)
    days = (rounded(one.attendance_days), rounded(one.membership_days))
    return (one.period.value, two_places(one.ada), two_places(one.adm), *months, *days)


def overview_book(overview: Overview, now: datetime) -> Book:
    """Everything that the page of many schools shows."""
    return Book(
        title=f"{overview.scope}, school month {overview.month} of {overview.school_year}",
        about=(
            ("Scope", overview.scope),
            ("School year", f"{overview.school_year - 1}-{overview.school_year}"),
            ("School month", str(overview.month)),
            ("Certified", f"{overview.certified} of {overview.due} that are over"),
            ("Made at", f"{now:%Y-%m-%d %H:%M} UTC"),
        ),
        sheets=(schools_sheet(overview), averages_sheet(list(overview.averages))),
    )
