"""A student's week as a grid of periods and days, and how much of it is missing.

Source: the district's definition of a complete schedule (``sis.scheduling.rules``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sis.courses.rules.meetings import WEEKDAYS, Meeting, share_days, within
from sis.scheduling.rules import HOMEROOM, filled_periods
from sis.scheduling.walkin.rules.fitting import Held


@dataclass(frozen=True)
class Cell:
    """Neighbouring days of one period that look the same; ``held`` is empty where it is free."""

    days: str
    held: tuple[Held, ...]


@dataclass(frozen=True)
class Row:
    """One period of the week; ``free_days`` are the letters of MTWRF without a section."""

    period: str
    hours: str
    cells: tuple[Cell, ...]

    @property
    def free_days(self) -> str:
        return "".join(cell.days for cell in self.cells if not cell.held)

    def days_of(self, one: Held) -> str:
        """The letters of the days on which the section meets in this period."""
        return "".join(cell.days for cell in self.cells if one in cell.held)

    @property
    def held(self) -> tuple[Held, ...]:
        return tuple(dict.fromkeys(one for cell in self.cells for one in cell.held))


@dataclass(frozen=True)
class Grid:
    """A student's week on a date, and how much of it is missing."""

    rows: tuple[Row, ...]
    without_period: tuple[Held, ...]
    required: int
    filled: int

    @property
    def missing(self) -> int:
        return max(0, self.required - self.filled)

    @property
    def free_periods(self) -> tuple[str, ...]:
        """Periods with no section at all; none matter to a student who sits in one room."""
        return tuple(row.period for row in self.rows if row.free_days == WEEKDAYS)

    def next_free(self, after: str = "") -> str:
        """The first free period after ``after``, else the first of all; empty when none is."""
        labels = [row.period for row in self.rows]
        start = labels.index(after) + 1 if after in labels else 0
        later = [label for label in labels[start:] if label in self.free_periods]
        return next(iter([*later, *self.free_periods]), "")


def grid(held: Sequence[Held], bells: Mapping[str, str], *, on: date, required: int) -> Grid:
    """The week of the places in effect on ``on``; ``bells`` is label -> hours in their order."""
    current = [one for one in held if within(*one.span, on)]
    labels = list(bells)
    met = {m.period for one in current for m in _meetings(one, on)}
    labels += sorted(met - bells.keys())
    return Grid(
        rows=tuple(_row(label, bells.get(label, ""), current, on) for label in labels),
        without_period=tuple(one for one in current if not _meetings(one, on)),
        required=required,
        filled=_filled(current, required, on),
    )


def _meetings(one: Held, on: date) -> list[Meeting]:
    return [m for m in one.offer.meetings if within(m.begins_on, m.ends_on, on)]


def _row(label: str, hours: str, current: Sequence[Held], on: date) -> Row:
    cells: list[Cell] = []
    for day in WEEKDAYS:
        here = tuple(
            one
            for one in current
            if any(m.period == label and share_days(m.days, day) for m in _meetings(one, on))
        )
        if cells and cells[-1].held == here:
            cells[-1] = Cell(cells[-1].days + day, here)
        else:
            cells.append(Cell(day, here))
    return Row(label, hours, tuple(cells))


def _filled(current: Sequence[Held], required: int, on: date) -> int:
    """As the kept answer counts: a section that never meets has a period of its own."""
    periods: dict[str, bool] = {}
    for one in current:
        homeroom = one.offer.class_type == HOMEROOM
        labels = [m.period for m in _meetings(one, on)]
        if not one.offer.meetings:
            labels = [f"#{one.offer.section_id}"]
        for label in labels:
            periods[label] = periods.get(label, True) and homeroom
    return filled_periods(required, periods)
