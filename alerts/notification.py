"""What is said to people: one message about the alerts of one group that changed together."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from alerts.rules import AlertState, Status, badness, shared


class NotifiedAlert(BaseModel):
    """One alert as it was when it changed."""

    model_config = ConfigDict(frozen=True)

    fingerprint: str
    status: str
    labels: dict[str, str]
    annotations: dict[str, str]
    starts_at: datetime
    ends_at: datetime | None

    @property
    def line(self) -> str:
        """One line for people."""
        return self.annotations.get("summary") or self.name

    @property
    def name(self) -> str:
        """The label alertname, or every label when there is none."""
        every = ", ".join(f"{name}={value}" for name, value in sorted(self.labels.items()))
        return self.labels.get("alertname") or every

    @property
    def path(self) -> str:
        """A page of this service about it, or nothing."""
        return self.annotations.get("path", "")


class Notification(BaseModel):
    """A group's alerts, firing before resolved and worst first.

    ``alerts`` holds at most ``most`` of them (see ``compose``); the counts are of all. ``reason``
    is the notification_reason. ``groups`` is how many groups a storm cap made one message of.
    """

    model_config = ConfigDict(frozen=True)

    receiver: str
    group_labels: dict[str, str]
    alerts: tuple[NotifiedAlert, ...]
    firing_count: int
    resolved_count: int
    route_key: str = "{}"
    reason: str = ""
    groups: int = 1

    @property
    def status(self) -> str:
        """``firing`` while anything in it fires."""
        return Status.FIRING if self.firing_count else Status.RESOLVED

    @property
    def firing(self) -> list[NotifiedAlert]:
        return [alert for alert in self.alerts if alert.status == Status.FIRING]

    @property
    def resolved(self) -> list[NotifiedAlert]:
        return [alert for alert in self.alerts if alert.status == Status.RESOLVED]

    @property
    def truncated(self) -> int:
        """How many alerts were left out."""
        return self.firing_count + self.resolved_count - len(self.alerts)

    @property
    def title(self) -> str:
        """The whole message in one sentence."""
        firing = _sentence(self.firing, self.firing_count, "group_summary")
        resolved = _sentence(self.resolved, self.resolved_count, "group_resolved")
        more = f"{self.groups:,} more groups: " if self.groups > 1 else ""
        if firing and resolved:
            return f"{more}{firing}; resolved: {resolved}"
        return f"{more}{firing or resolved}"

    @property
    def severity(self) -> str:
        """That of the worst alert in it."""
        return self.alerts[0].labels.get("severity", "") if self.alerts else ""

    @property
    def at(self) -> datetime:
        """When the newest of it happened, in the district's time."""
        return max(alert.ends_at or alert.starts_at for alert in self.alerts)

    @property
    def shared_labels(self) -> dict[str, str]:
        """Labels that all its alerts have with the same value."""
        return shared([alert.labels for alert in self.alerts])

    @property
    def shared_annotations(self) -> dict[str, str]:
        """Annotations that all its alerts have with the same text."""
        return shared([alert.annotations for alert in self.alerts])

    @property
    def group_key(self) -> str:
        """Stable for the group over its whole life."""
        labels = ", ".join(f'{name}="{value}"' for name, value in sorted(self.group_labels.items()))
        return f"{self.route_key}:{{{labels}}}"


def _sentence(alerts: Sequence[NotifiedAlert], count: int, template: str) -> str:
    if count == 0 or not alerts:
        return ""
    if count == 1:
        return alerts[0].line
    sentences = {alert.annotations.get(template, "") for alert in alerts}
    if len(sentences) == 1 and (sentence := sentences.pop()):
        return sentence.replace("{count}", f"{count:,}")
    names = sorted({alert.name for alert in alerts})
    return f"{count:,} alerts: {', '.join(names)}"


def compose(
    receiver: str,
    group_labels: Mapping[str, str],
    states: Iterable[AlertState],
    most: int,
    *,
    route_key: str = "{}",
    reason: str = "",
    groups: int = 1,
) -> Notification:
    """The message about ``states``; of more than ``most``, the worst are told one by one."""
    ordered = sorted(
        states, key=lambda state: (state.status, *badness(state.labels, state.annotations))
    )
    firing = sum(state.status == Status.FIRING for state in ordered)
    return Notification(
        receiver=receiver,
        group_labels=dict(group_labels),
        alerts=tuple(_told(state) for state in ordered[:most]),
        firing_count=firing,
        resolved_count=len(ordered) - firing,
        route_key=route_key,
        reason=reason,
        groups=groups,
    )


def _told(state: AlertState) -> NotifiedAlert:
    return NotifiedAlert(
        fingerprint=state.fingerprint,
        status=state.status,
        labels=dict(state.labels),
        annotations=dict(state.annotations),
        starts_at=state.starts_at,
        ends_at=state.ends_at,
    )


def listing(
    alerts: Sequence[NotifiedAlert], count: int, most: int
) -> tuple[list[NotifiedAlert], str]:
    """The first ``most`` alerts, and "and 12 more" or nothing."""
    shown = list(alerts[:most])
    rest = count - len(shown)
    return shown, f"and {rest:,} more" if rest > 0 else ""
