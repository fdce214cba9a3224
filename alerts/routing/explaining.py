"""What would become of an alert with given labels, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.matching import parse_matchers
from alerts.routing.rules.trace import Step, trace
from alerts.routing.rules.tree import Group, groups_of
from alerts.routing.suppression import Surroundings, look_around
from alerts.rules import fingerprint
from alerts.settings import AlertSettings
from core.db import JsonDict
from core.durations import format_duration


@dataclass(frozen=True)
class GroupExplained:
    """A group that the alert would join; ``channels`` with why one is not in use, if it is not."""

    group: Group
    channels: Sequence[tuple[str, str]]
    escalation: str
    muted_by: Sequence[str]

    @property
    def times(self) -> str:
        route = self.group.route
        return (
            f"first after {format_duration(route.group_wait)}, news each "
            f"{format_duration(route.group_interval)}, again after "
            f"{format_duration(route.repeat_interval)}"
        )


@dataclass(frozen=True)
class Explanation:
    """``inhibited_by`` are fingerprints of firing alerts, ``silenced_by`` ids of silences."""

    labels: Mapping[str, str]
    fingerprint: str
    at: datetime
    steps: Sequence[Step]
    groups: Sequence[GroupExplained]
    inhibited_by: Sequence[str]
    silenced_by: Sequence[str]

    @property
    def told(self) -> list[str]:
        """``receiver: channel`` of everybody who would be told now."""
        if self.inhibited_by or self.silenced_by:
            return []
        return [
            f"{each.group.route.receiver}: {label}"
            for each in self.groups
            if not each.muted_by
            for label, missing in each.channels
            if not missing
        ]

    @property
    def verdict(self) -> str:
        """In one sentence."""
        if self.inhibited_by:
            return "Nobody is told: a firing alert explains it."
        if self.silenced_by:
            return "Nobody is told: it is silenced."
        if self.told:
            return f"It is told to {', '.join(self.told)}."
        if all(each.muted_by for each in self.groups):
            return "Nobody is told at this time: its routes are muted."
        return "Nobody is told: no channel of its receivers is in use."


def explain(
    session: Session, labels: Mapping[str, str], settings: AlertSettings, at: datetime
) -> Explanation:
    """What would become of a firing alert with these labels at that time; changes nothing."""
    kept = {name: value for name, value in labels.items() if value}
    around = look_around(session, [kept], settings, at)
    return Explanation(
        labels=kept,
        fingerprint=fingerprint(kept),
        at=at,
        steps=trace(settings.tree, kept),
        groups=[_explained(group, settings, around) for group in groups_of(settings.tree, kept)],
        inhibited_by=around.inhibited_by(kept),
        silenced_by=around.silenced_by(kept),
    )


def _explained(group: Group, settings: AlertSettings, around: Surroundings) -> GroupExplained:
    receiver = settings.receivers[group.route.receiver]
    return GroupExplained(
        group=group,
        channels=[
            (channel.label, "" if channel.ready else channel.missing() or "It is switched off.")
            for channel in receiver.channels
        ],
        escalation=receiver.escalation,
        muted_by=around.muted_by(group.route, group.labels),
    )


def parse_labels(text: str) -> dict[str, str]:
    """Labels as ``name=value``, one a line or with commas; ValueError says what is wrong."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        for matcher in parse_matchers(line):
            if matcher.op != "=":
                raise ValueError(f"{matcher} is no label; write {matcher.name}=value")
            if matcher.name in found:
                raise ValueError(f"the label {matcher.name} is there twice")
            found[matcher.name] = matcher.value
    if not any(found.values()):
        raise ValueError("write at least one label, such as alertname=SISLoginDown")
    return found


def as_json(found: Explanation) -> JsonDict:
    """For programs."""
    return {
        "labels": dict(found.labels),
        "fingerprint": found.fingerprint,
        "at": found.at.isoformat(),
        "verdict": found.verdict,
        "told": found.told,
        "inhibited_by": list(found.inhibited_by),
        "silenced_by": list(found.silenced_by),
        "routes": [
            {
                "depth": step.depth,
                "matchers": step.matchers,
                "receiver": step.route.receiver,
                "outcome": step.outcome.value,
                "reason": step.reason,
            }
            for step in found.steps
        ],
        "groups": [
            {
                "group_key": each.group.key,
                "receiver": each.group.route.receiver,
                "labels": dict(each.group.labels),
                "times": each.times,
                "channels": {label: missing or "ready" for label, missing in each.channels},
                "escalation": each.escalation,
                "muted_by": list(each.muted_by),
            }
            for each in found.groups
        ],
    }
