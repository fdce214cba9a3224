"""A student's enrolments as bars on a line of time; the table beside it says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH = 600
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Span:
    """``[begins_on, ends_on)``; None is open."""

    label: str
    begins_on: date | None
    ends_on: date | None
    is_primary: bool


@dataclass(frozen=True)
class Bar:
    """``x`` and ``width`` are units of ``WIDTH``; ``row`` counts from 0."""

    label: str
    x: int
    width: int
    row: int
    is_primary: bool
    is_open: bool


@dataclass(frozen=True)
class Timeline:
    """Bars, oldest first, over ``[starts_on, ends_on)``; ``today_x`` is where today is."""

    bars: tuple[Bar, ...]
    starts_on: date
    ends_on: date
    today_x: int


def draw(spans: Sequence[Span], today: date) -> Timeline:
    """The line reaches from the first known date, or a year ago, to the last one or next month."""
    known = [day for span in spans for day in (span.begins_on, span.ends_on) if day is not None]
    starts_on = min([*known, today - _YEAR])
    ends_on = max([*known, today + timedelta(days=30)])
    days = (ends_on - starts_on).days

    def x(day: date) -> int:
        return round((day - starts_on).days * WIDTH / days)

    bars = tuple(
        Bar(
            span.label,
            x(span.begins_on or starts_on),
            max(2, x(span.ends_on or ends_on) - x(span.begins_on or starts_on)),
            row,
            span.is_primary,
            span.ends_on is None,
        )
        for row, span in enumerate(spans)
    )
    return Timeline(bars, starts_on, ends_on, x(today))
