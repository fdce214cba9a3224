"""What the boards show: a school's standing, the order of worry, tiles and trend.

Everything here is arithmetic on values that queries hand in.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TREND_SPAN = timedelta(minutes=30)
LATE_AFTER = timedelta(minutes=10)
"""Measurements come every minute; when the newest is older than this, the page warns."""


class Standing(StrEnum):
    """A school's state as people see it, worst first."""

    FIRING = "firing"
    PENDING = "pending"
    UNKNOWN = "unknown"
    OK = "ok"


LABELS: Mapping[Standing, str] = {
    Standing.FIRING: "Over the limit",
    Standing.PENDING: "Watch",
    Standing.UNKNOWN: "No data",
    Standing.OK: "OK",
}
_RANK = {standing: rank for rank, standing in enumerate(Standing)}


def standing_of(state: str) -> Standing:
    """From the monitor's word; a resolved alert is a school that is well again."""
    return Standing.OK if state == "resolved" else Standing(state)


@dataclass(frozen=True)
class SchoolRow:
    """A school with everything a board says of it.

    ``since`` is when its state began; ``note`` says what the numbers do not, such as "no school
    today".
    """

    id: int
    sourced_id: str
    name: str
    level: str
    esc: str
    latitude: float | None
    longitude: float | None
    standing: Standing
    unscheduled: int | None = None
    enrolled: int | None = None
    limit: int | None = None
    since: datetime | None = None
    note: str = ""
    tier: int | None = None
    open_tickets: int = 0
    unanswered_tickets: int = 0
    oldest_unanswered_at: datetime | None = None

    @property
    def label(self) -> str:
        return LABELS[self.standing]


@dataclass(frozen=True)
class Moment:
    """One point of the day's series: students without a complete schedule, schools over."""

    at: datetime
    unscheduled: int
    firing: int


@dataclass(frozen=True)
class Loose:
    """Open tickets that belong to no school."""

    open: int = 0
    unanswered: int = 0
    oldest_unanswered_at: datetime | None = None


@dataclass(frozen=True)
class Tiles:
    """The figures at the top; ``trend`` is the change over TREND_SPAN, None before it is known."""

    unscheduled: int
    enrolled: int
    trend: int | None
    firing: int
    pending: int
    unknown: int
    tiers: tuple[tuple[int, int], ...]
    untiered: int
    open_tickets: int
    unanswered_tickets: int
    oldest_unanswered_at: datetime | None
    oldest_unanswered: SchoolRow | None


def tiles_of(
    rows: Sequence[SchoolRow], series: Sequence[Moment], loose: Loose, now: datetime
) -> Tiles:
    """Sum up the schools that the reader may see; ``series`` covers the same schools.

    Figures of a school without fresh data do not count, as they do not in the series.
    """
    known = [row for row in rows if row.standing is not Standing.UNKNOWN]
    standings = Counter(row.standing for row in rows)
    tiers = Counter(row.tier for row in rows)
    total = sum(row.unscheduled or 0 for row in known)
    oldest_at, oldest = oldest_unanswered(rows, loose)
    return Tiles(
        unscheduled=total,
        enrolled=sum(row.enrolled or 0 for row in known),
        trend=trend_of(series, total, now),
        firing=standings[Standing.FIRING],
        pending=standings[Standing.PENDING],
        unknown=standings[Standing.UNKNOWN],
        tiers=tuple(sorted((tier, count) for tier, count in tiers.items() if tier is not None)),
        untiered=tiers[None],
        open_tickets=sum(row.open_tickets for row in rows) + loose.open,
        unanswered_tickets=sum(row.unanswered_tickets for row in rows) + loose.unanswered,
        oldest_unanswered_at=oldest_at,
        oldest_unanswered=oldest,
    )


def oldest_unanswered(
    rows: Iterable[SchoolRow], loose: Loose
) -> tuple[datetime | None, SchoolRow | None]:
    """When the ticket that waits longest was opened, and its school if it has one."""
    waiting = [(row.oldest_unanswered_at, row) for row in rows if row.oldest_unanswered_at]
    at, row = min(waiting, key=lambda pair: (pair[0], pair[1].id), default=(None, None))
    if loose.oldest_unanswered_at and (at is None or loose.oldest_unanswered_at < at):
        return loose.oldest_unanswered_at, None
    return at, row


def trend_of(series: Sequence[Moment], total: int, now: datetime) -> int | None:
    """``total`` less what it was TREND_SPAN ago; None while the series is younger than that."""
    then = [moment for moment in series if moment.at <= now - TREND_SPAN]
    return total - then[-1].unscheduled if then else None


def is_late(measured_at: datetime | None, now: datetime) -> bool:
    """Whether the newest measurement is too old to go by."""
    return measured_at is not None and now - measured_at > LATE_AFTER


def worst_first(rows: Iterable[SchoolRow]) -> tuple[SchoolRow, ...]:
    """The order of worry: state, students without a schedule, support tier, name."""
    return tuple(sorted(rows, key=worry))


def worry(row: SchoolRow) -> tuple[int, int, int, str, int]:
    return (_RANK[row.standing], -(row.unscheduled or 0), row.tier or 99, row.name, row.id)
