"""What a flush of one group says to whom: who is held back, who is told, when it is due again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.channel import Channel
from alerts.routing.queries_groups import DueGroup, Member, Record
from alerts.routing.rules.decision import Reason, Told, decide
from alerts.routing.rules.timers import due_after_flush
from alerts.routing.rules.tree import Route
from alerts.routing.suppression import Surroundings

Records = Mapping[tuple[int, str], Record]


@dataclass(frozen=True)
class Verdict:
    """A member, and what holds it back: ``inhibition``, ``mute``, ``silence`` or nothing."""

    member: Member
    kind: str
    by: tuple[str, ...]

    @property
    def suppressed_by(self) -> str:
        """For the member's row: ``silence:2f1c...``; empty when it is not held back."""
        return f"{self.kind}:{','.join(self.by)}" if self.kind else ""


@dataclass(frozen=True)
class Planned:
    """One message to one channel about one group; ``number`` is its place in their history."""

    group: DueGroup
    route: Route
    channel: Channel
    reason: Reason
    firing: tuple[Member, ...]
    resolved: tuple[Member, ...]
    number: int

    @property
    def members(self) -> tuple[Member, ...]:
        """What the message carries."""
        return (*self.firing, *self.resolved) if self.channel.send_resolved else self.firing

    @property
    def told(self) -> tuple[list[int], list[int]]:
        """Ids of the firing and of the resolved alerts, for the record."""
        return [each.alert_id for each in self.firing], [each.alert_id for each in self.resolved]


@dataclass(frozen=True)
class GroupPlan:
    """The flush of one group; ``held``: somebody's word keeps back a message that is due."""

    group: DueGroup
    route: Route
    verdicts: Sequence[Verdict]
    messages: Sequence[Planned]
    last: Mapping[str, Told]
    held: bool = False

    def leaving(self) -> list[Member]:
        """Resolved alerts that nobody waits to hear of any more."""
        known = set().union(*(told.firing for told in self.last.values()))
        return [
            verdict.member
            for verdict in self.verdicts
            if not verdict.member.firing and not (verdict.kind and verdict.member.alert_id in known)
        ]

    def due_at(self, now: datetime) -> datetime | None:
        """When the group is flushed again if everything that is planned goes out."""
        told = [
            now if any(planned.channel.label == label for planned in self.messages) else last.at
            for label, last in self.last.items()
        ]
        told += [now for planned in self.messages if planned.channel.label not in self.last]
        remaining = len(self.verdicts) - len(self.leaving())
        return due_after_flush(
            self.route,
            now,
            told_at=min(told, default=None),
            watched=self.held or any(verdict.kind for verdict in self.verdicts),
            empty=remaining == 0,
        )


def plan_group(
    group: DueGroup,
    route: Route,
    channels: Sequence[Channel],
    members: Sequence[Member],
    records: Records,
    around: Surroundings,
) -> GroupPlan:
    """Alertmanager's order: inhibition, active and mute times, silences, then what is new."""
    muted_by = around.muted_by(route, group.labels)
    verdicts = [_judge(member, muted_by, around) for member in members]
    heard = [verdict.member for verdict in verdicts if not verdict.kind]
    firing = tuple(member for member in heard if member.firing)
    resolved = tuple(member for member in heard if not member.firing)
    messages = []
    for channel in channels if heard else ():
        record = records.get((group.id, channel.label))
        reason = decide(
            record.told if record else None,
            {member.alert_id for member in firing},
            {member.alert_id for member in resolved},
            send_resolved=channel.send_resolved,
            repeat=route.repeat_interval,
            now=around.at,
        )
        if reason is not None:
            number = record.number + 1 if record else 1
            messages.append(Planned(group, route, channel, reason, firing, resolved, number))
    last = {
        channel.label: records[group.id, channel.label].told
        for channel in channels
        if (group.id, channel.label) in records
    }
    return GroupPlan(group, route, verdicts, messages, last)


def _judge(member: Member, muted_by: Sequence[str], around: Surroundings) -> Verdict:
    if inhibited := around.inhibited_by(member.state.labels):
        return Verdict(member, "inhibition", tuple(inhibited))
    if muted_by:
        return Verdict(member, "mute", tuple(muted_by))
    if silenced := around.silenced_by(member.state.labels):
        return Verdict(member, "silence", tuple(silenced))
    return Verdict(member, "", ())
