"""Everything the boards show, composed from the other rooms' queries.

The number of statements is fixed: it does not grow with schools, tickets or readers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from alerts.queries import last_event_id
from core.auth.actor import SYSTEM
from core.clock import monotonic
from core.outbox.log_queries import last_attempt_id
from core.settings import Settings
from core.web.settings import site
from dashboards.board import Board
from dashboards.rules import Loose, Moment, SchoolRow, Standing, standing_of, worst_first
from dashboards.settings import DashboardSettings
from dashboards.snapshot import Shelf
from dashboards.words import center_name
from monitors.probes import scheduling_completeness
from monitors.queries import ProbeState, find_stamp, get_states, list_runs, list_series
from monitors.settings import list_probes
from sis.organizations.queries import SchoolCard, list_schools
from triage.tickets.statistics import SchoolTickets, count_by_school, latest_event_id
from triage.tiers.queries import find_latest_run, latest_tiers

SCHOOLS_SECONDS = 30.0
"""Names and positions change with an import; nothing cheap tells of it."""


@dataclass(frozen=True)
class Watch:
    """What is looked at: the probe, the district's zone, and the limit with its time of day.

    ``over`` and ``limit_applies`` are None for a probe that has no such rule.
    """

    probe: str
    zone: ZoneInfo
    over: int | None
    limit_applies: time | None


def watch_of(settings: Settings) -> Watch:
    """What the settings say; limit and time are those of the probe that is looked at."""
    name, zone = settings.of(DashboardSettings).probe, site(settings).zone
    for entry in list_probes(settings):
        if entry.name == name and isinstance(entry.options, scheduling_completeness.Options):
            return Watch(name, zone, entry.options.over, entry.options.after)
    return Watch(name, zone, None, None)


def read_stamp(session: Session) -> dict[str, object]:
    """Topic to a value that differs after every change of it; five small statements."""
    run = find_latest_run(session)
    return {
        "states": find_stamp(session),
        "tickets": latest_event_id(session),
        "alerts": last_event_id(session),
        "deliveries": last_attempt_id(session),
        "tiers": run.id if run else 0,
    }


def load_board(
    session: Session,
    watch: Watch,
    now: datetime,
    *,
    stamp: Mapping[str, object] | None = None,
    shelf: Shelf | None = None,
) -> Board:
    """The whole district as it stands, whatever a reader's scope; cut it before showing it.

    With a shelf, only what changed since it was filled is read; ``stamp`` must come from the same
    read. Schools are read again every SCHOOLS_SECONDS.
    """
    shelf, moved = shelf or Shelf(), stamp or {}
    cards = shelf.get(
        "schools", monotonic() // SCHOOLS_SECONDS, lambda: list_schools(session, SYSTEM)
    )
    states = shelf.get("states", moved.get("states"), lambda: get_states(session, watch.probe))
    tickets = shelf.get("tickets", moved.get("tickets"), lambda: count_by_school(session))
    tiers = shelf.get("tiers", moved.get("tiers"), lambda: _tiers(session))
    day = (moved.get("states"), day_begins_at(watch.zone, now))
    rows = worst_first(
        row_of(card, states.get(card.id), tickets.get(card.id), tiers.get(card.id))
        for card in cards
    )
    run = list_runs(session).get(watch.probe)
    return Board(
        rows=rows,
        frame=rows,
        series=shelf.get("series", day, lambda: district_series(session, watch, now)),
        loose=_loose(tickets),
        measured_at=run.at if run else None,
        limit_applies_at=limit_applies_at(watch, now),
    )


def _tiers(session: Session) -> dict[int, int]:
    return {school_id: found.tier for school_id, found in latest_tiers(session).items()}


def day_begins_at(zone: ZoneInfo, now: datetime) -> datetime:
    """Midnight of today's local date, in UTC."""
    today = now.astimezone(zone).date()
    return datetime.combine(today, time(0), zone).astimezone(UTC)


def limit_applies_at(watch: Watch, now: datetime) -> datetime | None:
    """The moment of today's local date from which the limit counts, in UTC."""
    if watch.limit_applies is None:
        return None
    today = now.astimezone(watch.zone).date()
    return datetime.combine(today, watch.limit_applies, watch.zone).astimezone(UTC)


def district_series(session: Session, watch: Watch, now: datetime) -> tuple[Moment, ...]:
    """Today's totals of the whole district, oldest first."""
    points = list_series(session, watch.probe, day_begins_at(watch.zone, now), now)
    return tuple(Moment(point.at, point.value, point.firing) for point in points)


def _loose(tickets: Mapping[int | None, SchoolTickets]) -> Loose:
    found = tickets.get(None)
    if found is None:
        return Loose()
    return Loose(found.open, found.unanswered, found.oldest_unanswered_at)


def row_of(
    card: SchoolCard, state: ProbeState | None, tickets: SchoolTickets | None, tier: int | None
) -> SchoolRow:
    """One school's line; without a state nothing was measured there yet."""
    return SchoolRow(
        id=card.id,
        sourced_id=card.sourced_id,
        name=card.name,
        level=card.level,
        esc=center_name(card.esc_name or ""),
        latitude=card.latitude,
        longitude=card.longitude,
        standing=standing_of(state.state) if state else Standing.UNKNOWN,
        unscheduled=state.value if state else None,
        enrolled=state.denominator if state else None,
        limit=state.threshold if state else None,
        since=state.since if state else None,
        note=state.note if state else "",
        tier=tier,
        open_tickets=tickets.open if tickets else 0,
        unanswered_tickets=tickets.unanswered if tickets else 0,
        oldest_unanswered_at=tickets.oldest_unanswered_at if tickets else None,
    )
