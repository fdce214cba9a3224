"""Everything that the page of one alert shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.acknowledgement.models import Acknowledgement
from alerts.acknowledgement.queries import list_acknowledged
from alerts.delivery_log import DeliveryLine
from alerts.models import Alert, AlertEvent
from alerts.routing.queries import AlertStanding, Standing, list_standings
from alerts.rules import Status
from alerts.settings import AlertSettings
from alerts.story.deliveries import deliveries_of
from alerts.story.queries import (
    list_alerts_in_reach,
    list_due,
    list_escalation_steps,
    list_newest_events,
    list_silences_in_reach,
)
from alerts.story.rules import Entry, escalation_entry, event_entry, newest_first
from core.auth.actor import Actor
from core.web.paging import Page, write_cursor
from sis.organizations.queries import SchoolCard, find_school_by_sourced_id

Position = tuple[int, datetime]
"""Where a page of the story ended: id and time of its last event."""

REASONS = {
    "silence": "silenced by",
    "inhibition": "explained by",
    "mute": "muted by the time interval",
}


@dataclass(frozen=True)
class Reach:
    """What of the things that held the alert back the reader may look at."""

    silences: set[str]
    alerts: Mapping[str, str]


@dataclass(frozen=True)
class Story:
    """``state`` is a badge and a word; ``reasons`` say of each sort what holds the alert back."""

    alert: Alert
    standing: AlertStanding
    acknowledged: Acknowledgement | None
    school: SchoolCard | None
    due: Mapping[str, datetime | None]
    page: Page[Entry]
    deliveries: Mapping[str, Sequence[DeliveryLine]]
    reach: Reach

    @property
    def state(self) -> tuple[str, str]:
        return state_of(self.alert, self.standing)

    @property
    def reasons(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Sort, words and names; nothing for an alert that is resolved."""
        return reasons_of(self.alert, self.standing)

    @property
    def title(self) -> str:
        """The alert in one line."""
        alert = self.alert
        return str(alert.annotations.get("summary") or alert.alertname or alert.fingerprint)

    @property
    def zone(self) -> str:
        """The school's; empty for the district's own."""
        return self.school.time_zone if self.school else ""


def state_of(alert: Alert, standing: AlertStanding) -> tuple[str, str]:
    """A badge and a word for how the alert stands."""
    if alert.status == Status.RESOLVED:
        return "resolved", "resolved"
    if standing.state is Standing.SUPPRESSED:
        return "pending", "suppressed"
    return "firing", "firing"


def reasons_of(alert: Alert, standing: AlertStanding) -> list[tuple[str, str, tuple[str, ...]]]:
    """What holds an alert back that fires: sort, words, and names of that sort."""
    if alert.status == Status.RESOLVED:
        return []
    by = {
        "silence": standing.silenced_by,
        "inhibition": standing.inhibited_by,
        "mute": standing.muted_by,
    }
    return [(sort, REASONS[sort], names) for sort, names in by.items() if names]


def read_story(
    session: Session,
    actor: Actor,
    alert: Alert,
    *,
    settings: AlertSettings,
    now: datetime,
    after: Position | None,
    limit: int,
) -> Story:
    """The newest ``limit`` events of the alert, with what belongs to them, or those ``after``."""
    standing = list_standings(session, [alert], settings, now)[alert.id]
    events = list_newest_events(
        session, alert.id, before_id=after[0] if after else None, limit=limit + 1
    )
    more, events = len(events) > limit, events[:limit]
    entries = _entries(session, alert, events, more, after)
    last = events[-1] if more else None
    return Story(
        alert=alert,
        standing=standing,
        acknowledged=list_acknowledged(session, [alert.id], now).get(alert.id),
        school=find_school_by_sourced_id(session, actor, alert.school) if alert.school else None,
        due=list_due(session, [group.slot for group in standing.groups]),
        page=Page(entries, write_cursor(last.id, last.at) if last else None),
        deliveries=deliveries_of(session, entries, settings),
        reach=_reach(session, actor, standing, entries),
    )


def _entries(
    session: Session,
    alert: Alert,
    events: Sequence[AlertEvent],
    more: bool,
    after: Position | None,
) -> list[Entry]:
    steps = list_escalation_steps(
        session,
        alert.id,
        since=events[-1].at if more else None,
        before=after[1] if after else None,
    )
    return newest_first(
        [event_entry(event.kind, event.at, event.detail) for event in events],
        [escalation_entry(step.kind, step.at, step.detail) for step in steps],
    )


def _reach(
    session: Session, actor: Actor, standing: AlertStanding, entries: Sequence[Entry]
) -> Reach:
    named: dict[str, set[str]] = {
        "silence": set(standing.silenced_by),
        "inhibition": set(standing.inhibited_by),
    }
    for entry in entries:
        named.setdefault(entry.by_kind, set()).update(entry.by)
    return Reach(
        list_silences_in_reach(session, actor, named["silence"]),
        list_alerts_in_reach(session, actor, named["inhibition"]),
    )
