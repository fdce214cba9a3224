"""Reading one row of support-history.csv."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from triage.tiers.rules.need import Category

COLUMNS = ("school", "week_starts_on", "category", "tickets")
MOST_TICKETS = 1_000_000


@dataclass(frozen=True)
class HistoryRow:
    """Tickets of one school (sourced id), week and category, from line ``line`` of the file."""

    line: int
    school: str
    week_starts_on: date
    category: Category
    tickets: int


@dataclass(frozen=True)
class Reject:
    """A row that was left out, and why."""

    line: int
    column: str
    value: str
    reason: str


def missing_columns(header: list[str]) -> list[str]:
    return [name for name in COLUMNS if name not in header]


def read_row(line: int, row: Mapping[str, str | None]) -> HistoryRow | Reject:
    """The row, or the first thing wrong with it."""
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    for name, value in values.items():
        if not value:
            return Reject(line, name, value, "is empty")
        if not value.isprintable():
            return Reject(line, name, repr(value), "holds characters that are not text")
    week = _monday(values["week_starts_on"])
    if isinstance(week, str):
        return Reject(line, "week_starts_on", values["week_starts_on"], week)
    if values["category"] not in list(Category):
        known = ", ".join(Category)
        return Reject(line, "category", values["category"], f"is not one of {known}")
    number = values["tickets"]
    if not (number.isascii() and number.isdigit() and int(number[:9]) <= MOST_TICKETS):
        wrong = f"is not a whole number from 0 to {MOST_TICKETS:,}"
        return Reject(line, "tickets", number, wrong)
    return HistoryRow(line, values["school"], week, Category(values["category"]), int(number))


def _monday(text: str) -> date | str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "is not a date such as 2015-01-05"
    if day.weekday():
        monday = day - timedelta(days=day.weekday())
        return f"is a {day:%A}; weeks start on Monday, here {monday}"
    return day
