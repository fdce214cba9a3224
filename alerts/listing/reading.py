"""A page of alerts with how each of them stands, and a page of their groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.acknowledgement.models import Acknowledgement
from alerts.acknowledgement.queries import list_acknowledged
from alerts.listing.queries import GroupLine, GroupPosition, list_asked_for, list_groups_for
from alerts.listing.rules import Asked
from alerts.models import Alert
from alerts.queries import Position
from alerts.routing.queries import AlertStanding, Standing, list_standings
from alerts.rules import badness
from alerts.settings import AlertSettings
from alerts.story.reading import reasons_of, state_of
from alerts.story.rules import inside_link
from core.auth.actor import Actor
from core.web.paging import Page, page_of, write_cursor

CHUNK = 250
MOST_LOOKED_AT = 2000
"""Alerts that one page looks at for those that are held back, or told."""
SHOWN_IN_GROUP = 20


@dataclass(frozen=True)
class Reader:
    """Who reads, by which settings, at what time of the district."""

    actor: Actor
    settings: AlertSettings
    now: datetime


@dataclass(frozen=True)
class Row:
    """One alert of the list."""

    alert: Alert
    standing: AlertStanding
    acknowledged: Acknowledgement | None

    @property
    def state(self) -> tuple[str, str]:
        """A badge and a word."""
        return state_of(self.alert, self.standing)

    @property
    def because(self) -> str:
        """What holds it back, in a few words."""
        return ", ".join(words for _, words, _ in reasons_of(self.alert, self.standing))

    @property
    def title(self) -> str:
        alert = self.alert
        return str(alert.annotations.get("summary") or alert.alertname or alert.fingerprint)

    @property
    def path(self) -> str:
        """The page of this service that the alert is about, or nothing."""
        return inside_link(self.alert.annotations.get("path", ""))


@dataclass(frozen=True)
class OpenGroup:
    """A group of the page; its first alerts when it is open, else None."""

    line: GroupLine
    rows: Sequence[Row] | None


def place(row: Row) -> Position:
    """Where the alert stands in the list."""
    return row.alert.status, row.alert.starts_at, row.alert.id


def read_alerts(
    session: Session, reader: Reader, asked: Asked, *, after: Position | None, limit: int
) -> Page[Row]:
    """A page of alerts, firing ones first, the newest first, the worst first of one moment.

    Where only alerts that are held back are asked for, or only those that are told, at most
    ``MOST_LOOKED_AT`` are looked at: a page may then be short, even empty, and have a next one.
    """
    found: list[Row] = []
    looked, position, more = 0, after, True
    size = limit + 1 if asked.held_back is None else CHUNK
    while more and len(found) <= limit and looked < MOST_LOOKED_AT:
        rows = _rows(session, reader, asked, position, size)
        found += [row for row in rows if _fits(row, asked)]
        looked += len(rows)
        more = len(rows) == size
        position = place(rows[-1]) if rows else position
    page = page_of(found, limit, place)
    cursor = page.next or (write_cursor(*position) if more and position else None)
    return Page(_worst_first(page.rows), cursor)


def _rows(
    session: Session, reader: Reader, asked: Asked, after: Position | None, limit: int
) -> list[Row]:
    alerts = list_asked_for(session, reader.actor, asked, now=reader.now, after=after, limit=limit)
    standings = list_standings(session, alerts, reader.settings, reader.now)
    known = list_acknowledged(session, [alert.id for alert in alerts], reader.now)
    return [Row(alert, standings[alert.id], known.get(alert.id)) for alert in alerts]


def _fits(row: Row, asked: Asked) -> bool:
    if asked.held_back is None:
        return True
    return (row.standing.state is Standing.SUPPRESSED) == asked.held_back


def _worst_first(rows: Sequence[Row]) -> list[Row]:
    """Those that began together, worst first."""
    by_badness = sorted(rows, key=lambda row: badness(row.alert.labels, row.alert.annotations))
    newest = sorted(by_badness, key=lambda row: row.alert.starts_at, reverse=True)
    return sorted(newest, key=lambda row: row.alert.status)


def read_groups(
    session: Session, reader: Reader, asked: Asked, *, after: GroupPosition | None, limit: int
) -> Page[OpenGroup]:
    """A page of groups, the largest first, with the first alerts of those that are open."""
    lines = list_groups_for(
        session, reader.actor, asked, now=reader.now, after=after, limit=limit + 1
    )
    page = page_of(lines, limit, lambda line: (line.count, line.key))
    return Page(
        [OpenGroup(line, _inside(session, reader, asked, line)) for line in page.rows], page.next
    )


def _inside(
    session: Session, reader: Reader, asked: Asked, line: GroupLine
) -> Sequence[Row] | None:
    if line.key not in asked.open:
        return None
    narrowed = asked.inside(line.key)
    return read_alerts(session, reader, narrowed, after=None, limit=SHOWN_IN_GROUP).rows
