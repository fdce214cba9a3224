"""Rows of boards for tests of pure functions."""

from dataclasses import replace
from datetime import UTC, datetime

from dashboards.rules import SchoolRow, Standing

NOW = datetime(2015, 1, 12, 18, 30, tzinfo=UTC)
"""10:30 in Los Angeles on opening day."""

PLAIN = SchoolRow(
    id=1,
    sourced_id="S-0001",
    name="Alder Middle School",
    level="middle",
    esc="ESC North",
    latitude=34.0,
    longitude=-118.3,
    standing=Standing.OK,
    unscheduled=0,
    enrolled=1204,
    limit=10,
    since=NOW,
)


def row(
    id: int = 1,
    standing: Standing = Standing.OK,
    unscheduled: int | None = 0,
    *,
    tier: int | None = None,
    name: str | None = None,
    place: tuple[float, float] | None = (34.0, -118.3),
    enrolled: int | None = 1204,
    since: datetime | None = NOW,
    esc: str = "ESC North",
    level: str = "middle",
    note: str = "",
    tickets: tuple[int, int, datetime | None] = (0, 0, None),
) -> SchoolRow:
    """A school that is well, except for what is said; tickets: open, unanswered, oldest."""
    latitude, longitude = place or (None, None)
    return replace(
        PLAIN,
        id=id,
        sourced_id=f"S-{id:04}",
        name=name or f"School {id:04}",
        level=level,
        esc=esc,
        latitude=latitude,
        longitude=longitude,
        standing=standing,
        unscheduled=unscheduled,
        enrolled=enrolled,
        since=since,
        note=note,
        tier=tier,
        open_tickets=tickets[0],
        unanswered_tickets=tickets[1],
        oldest_unanswered_at=tickets[2],
    )
