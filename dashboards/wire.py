"""The boards as the JSON API shows them; schools are named by sourced id, times are UTC."""

from datetime import datetime

from pydantic import BaseModel

from dashboards.board import Board
from dashboards.rules import SchoolRow, Tiles


class SchoolBody(BaseModel):
    """One school. ``state`` is ok, pending, firing or unknown, and began at ``since``.

    ``unscheduled`` of ``enrolled`` students have no complete schedule; more than ``limit`` fires.
    """

    school: str
    name: str
    url: str
    level: str
    esc: str | None
    latitude: float | None
    longitude: float | None
    state: str
    since: datetime | None
    unscheduled: int | None
    enrolled: int | None
    limit: int | None
    tier: int | None
    open_tickets: int
    unanswered_tickets: int


class SchoolListBody(BaseModel):
    """``next`` goes into ``after`` for the next page; null at the end."""

    schools: list[SchoolBody]
    next: str | None


class SchoolDetailBody(SchoolBody):
    """One school with the sentence that its page shows."""

    sentence: str
    time_zone: str
    phone: str | None
    today: list[str]
    tier_reasons: list[str]


class StudentsBody(BaseModel):
    """``change_30_min`` is null while the day is younger than that."""

    unscheduled: int
    enrolled: int
    change_30_min: int | None


class StatesBody(BaseModel):
    firing: int
    pending: int
    unknown: int
    ok: int


class TicketCountsBody(BaseModel):
    open: int
    unanswered: int
    oldest_unanswered_at: datetime | None
    oldest_unanswered_school: str | None


class MomentBody(BaseModel):
    at: datetime
    unscheduled: int
    firing: int


class CommandCenterBody(BaseModel):
    """The district at a glance, as far as the reader may see it.

    ``tiers`` maps a support tier to its number of schools; ``worst`` are the ten schools to look
    at first; ``series`` is the day so far, empty for a reader of a part of the district.
    """

    measured_at: datetime | None
    limit_applies_at: datetime | None
    schools: int
    students: StudentsBody
    states: StatesBody
    tiers: dict[str, int]
    tickets: TicketCountsBody
    worst: list[SchoolBody]
    series: list[MomentBody]


WORST = 10


def school_fields(row: SchoolRow) -> dict[str, object]:
    return {
        "school": row.sourced_id,
        "name": row.name,
        "url": f"/schools/{row.id}",
        "level": row.level,
        "esc": row.esc or None,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "state": row.standing.value,
        "since": row.since,
        "unscheduled": row.unscheduled,
        "enrolled": row.enrolled,
        "limit": row.limit,
        "tier": row.tier,
        "open_tickets": row.open_tickets,
        "unanswered_tickets": row.unanswered_tickets,
    }


def school_body(row: SchoolRow) -> SchoolBody:
    return SchoolBody.model_validate(school_fields(row))


def command_center_body(board: Board, now: datetime) -> CommandCenterBody:
    tiles = board.tiles(now)
    ok = len(board.rows) - tiles.firing - tiles.pending - tiles.unknown
    return CommandCenterBody(
        measured_at=board.measured_at,
        limit_applies_at=board.limit_applies_at,
        schools=len(board.rows),
        students=StudentsBody(
            unscheduled=tiles.unscheduled, enrolled=tiles.enrolled, change_30_min=tiles.trend
        ),
        states=StatesBody(firing=tiles.firing, pending=tiles.pending, unknown=tiles.unknown, ok=ok),
        tiers={str(tier): count for tier, count in tiles.tiers},
        tickets=_tickets(tiles),
        worst=[school_body(row) for row in board.rows[:WORST]],
        series=[
            MomentBody(at=moment.at, unscheduled=moment.unscheduled, firing=moment.firing)
            for moment in board.series
        ],
    )


def _tickets(tiles: Tiles) -> TicketCountsBody:
    oldest = tiles.oldest_unanswered
    return TicketCountsBody(
        open=tiles.open_tickets,
        unanswered=tiles.unanswered_tickets,
        oldest_unanswered_at=tiles.oldest_unanswered_at,
        oldest_unanswered_school=oldest.sourced_id if oldest else None,
    )
