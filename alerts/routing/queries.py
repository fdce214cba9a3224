"""How alerts stand: told, or held back and by what, in which groups, to which receivers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from alerts.models import Alert
from alerts.routing.rules.tree import Group, groups_of
from alerts.routing.suppression import Surroundings, look_around
from alerts.settings import AlertSettings


class Standing(StrEnum):
    """Alertmanager's states of an alert; ``unprocessed`` until it has been given its groups."""

    UNPROCESSED = "unprocessed"
    ACTIVE = "active"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class AlertStanding:
    """``silenced_by`` are ids of silences, ``inhibited_by`` fingerprints, ``muted_by`` names of
    time intervals, ``receivers`` names; each group is one of a receiver.
    """

    state: Standing
    silenced_by: tuple[str, ...]
    inhibited_by: tuple[str, ...]
    muted_by: tuple[str, ...]
    receivers: tuple[str, ...]
    groups: tuple[Group, ...]


def list_standings(
    session: Session, alerts: Sequence[Alert], settings: AlertSettings, now: datetime
) -> dict[int, AlertStanding]:
    """By alert id how each of them stands ``now``; the statements do not grow with the alerts.

    An alert is suppressed when it is silenced or inhibited, and when every group that it is in is
    muted.
    """
    around = look_around(session, [alert.labels for alert in alerts], settings, now)
    return {
        alert.id: _standing(alert.labels, bool(alert.routed_by), settings, around)
        for alert in alerts
    }


def _standing(
    labels: Mapping[str, str], routed: bool, settings: AlertSettings, around: Surroundings
) -> AlertStanding:
    groups = tuple(groups_of(settings.tree, labels))
    muted_by = [around.muted_by(group.route, group.labels) for group in groups]
    silenced_by, inhibited_by = around.silenced_by(labels), around.inhibited_by(labels)
    suppressed = bool(silenced_by or inhibited_by) or all(muted_by)
    if not routed:
        state = Standing.UNPROCESSED
    else:
        state = Standing.SUPPRESSED if suppressed else Standing.ACTIVE
    return AlertStanding(
        state=state,
        silenced_by=tuple(silenced_by),
        inhibited_by=tuple(inhibited_by),
        muted_by=tuple(dict.fromkeys(name for names in muted_by for name in names)),
        receivers=tuple(dict.fromkeys(group.route.receiver for group in groups)),
        groups=groups,
    )
