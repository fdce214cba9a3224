"""Alerts and groups as Alertmanager answers them (models.GettableAlert, models.AlertGroup)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.alertmanager.rules.times import Shift, format_time


@dataclass(frozen=True)
class Shown:
    """What is asked for: which states, and who would be told."""

    active: bool
    silenced: bool
    inhibited: bool
    muted: bool
    unprocessed: bool

    def lets_through(self, state: str, reasons: "Reasons") -> bool:
        """Whether an alert in that state is asked for."""
        return not (
            (state == "active" and not self.active)
            or (state == "unprocessed" and not self.unprocessed)
            or (reasons.silenced_by and not self.silenced)
            or (reasons.inhibited_by and not self.inhibited)
            or (reasons.muted_by and not self.muted)
        )


@dataclass(frozen=True)
class Reasons:
    """Why nobody is told: ids of silences, fingerprints of alerts, names of time intervals."""

    silenced_by: Sequence[str]
    inhibited_by: Sequence[str]
    muted_by: Sequence[str]


def alert_body(
    *,
    fingerprint: str,
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    generator_url: str,
    starts_at: datetime,
    ends_at: datetime,
    updated_at: datetime,
    state: str,
    reasons: Reasons,
    receivers: Sequence[str],
    shift: Shift,
) -> dict[str, Any]:
    """One alert; times are the district's and go out by the asker's clock."""
    body: dict[str, Any] = {
        "annotations": dict(annotations),
        "endsAt": format_time(shift.theirs(ends_at)),
        "fingerprint": fingerprint,
        "receivers": [{"name": name} for name in receivers],
        "startsAt": format_time(shift.theirs(starts_at)),
        "status": {
            "inhibitedBy": list(reasons.inhibited_by),
            "mutedBy": list(reasons.muted_by),
            "silencedBy": list(reasons.silenced_by),
            "state": state,
        },
        "updatedAt": format_time(shift.theirs(updated_at)),
    }
    if generator_url:
        body["generatorURL"] = generator_url
    return {**body, "labels": dict(labels)}


def group_order(labels: Mapping[str, str], receiver: str) -> tuple[Any, ...]:
    """A sort key of groups: fewer labels first, then the labels, then the receiver."""
    return len(labels), sorted(labels.items()), receiver
