"""Alerts of the past through a configuration, in memory: who would have been told what, when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.channel import Channel
from alerts.routing.planning import GroupPlan, Planned, plan_group
from alerts.routing.queries_groups import DueGroup, Member, Record
from alerts.routing.queries_history import PastChange
from alerts.routing.rationing import Lane, Ration, ration
from alerts.routing.rules.decision import Reason, Told
from alerts.routing.rules.inhibition import Sources
from alerts.routing.rules.storm import Bucket
from alerts.routing.rules.timers import GroupClock, due_on_joining, due_on_resolving
from alerts.routing.rules.tree import Group, groups_of
from alerts.routing.suppression import SchoolCalendars, SilenceIndex, Surroundings
from alerts.rules import AlertState, Status
from alerts.settings import AlertSettings


@dataclass(frozen=True)
class Message:
    """One message of a replay; ``group_key`` is empty where a storm cap made one of several."""

    at: datetime
    receiver: str
    channel: str
    group_key: str
    reason: str
    firing: int
    resolved: int


@dataclass(frozen=True)
class Past:
    """What held back messages at a time in the past."""

    silences: Callable[[datetime], SilenceIndex]
    calendars: Callable[[datetime], SchoolCalendars]


@dataclass
class _Place:
    """A group of the simulation, and the alerts in it by id."""

    id: int
    group: Group
    clock: GroupClock
    members: dict[int, AlertState]


class Simulation:
    """Feed it the changes in order; ``messages`` is what would have been sent."""

    def __init__(self, settings: AlertSettings, past: Past) -> None:
        self.messages: list[Message] = []
        self._settings = settings
        self._past = past
        self._places: dict[str, _Place] = {}
        self._alerts: dict[int, AlertState] = {}
        self._records: dict[tuple[int, str], Record] = {}
        self._buckets: dict[Lane, Bucket] = {}
        self._caps = {name: each.cap() for name, each in settings.storm_caps.items()}

    def play(self, changes: Sequence[PastChange], until: datetime) -> list[Message]:
        """Every change at its time, and every flush between them until the end."""
        for change in changes:
            self._run_to(change.at)
            self._apply(change)
        self._run_to(until)
        return self.messages

    def _apply(self, change: PastChange) -> None:
        firing = change.status == Status.FIRING
        known = self._alerts.get(change.alert_id)
        starts_at = change.at if firing or known is None else known.starts_at
        state = AlertState(
            change.fingerprint,
            change.labels,
            change.annotations,
            change.status,
            starts_at,
            None if firing else change.at,
            change.at,
        )
        self._alerts[change.alert_id] = state
        for group in groups_of(self._settings.tree, change.labels):
            self._join(group, change, state)

    def _join(self, group: Group, change: PastChange, state: AlertState) -> None:
        place = self._places.get(group.slot)
        clock = place.clock if place else None
        if state.status == Status.FIRING:
            clock = due_on_joining(clock, state.starts_at, group.route, change.at)
        elif clock is not None:
            clock = due_on_resolving(clock, group.route, change.at)
        if clock is None:
            return
        if place is None:
            place = _Place(len(self._places) + 1, group, clock, {})
            self._places[group.slot] = place
        place.clock = clock
        if state.status == Status.FIRING or change.alert_id in place.members:
            place.members[change.alert_id] = state

    def _run_to(self, until: datetime) -> None:
        """Flush whatever is due until then, in order."""
        while True:
            due = [
                (place.clock.due_at, place)
                for place in self._places.values()
                if place.clock.due_at is not None and place.clock.due_at <= until
            ]
            if not due:
                return
            at = min(due_at for due_at, _ in due)
            self._flush([place for due_at, place in due if due_at == at], at)

    def _flush(self, places: Sequence[_Place], at: datetime) -> None:
        around = self._around(at)
        plans = [(place, self._plan(place, around)) for place in places]
        messages = [message for _, plan in plans for message in plan.messages]
        rations = ration(messages, self._caps, self._buckets, at)
        resumes: dict[int, datetime] = {}
        for lane, each in rations.items():
            self._send(each, at)
            if each.bucket is not None:
                self._buckets[lane] = each.bucket
            if each.resumes_at is not None:
                resumes |= {planned.group.id: each.resumes_at for planned in each.waiting}
        for place, plan in plans:
            self._settle(place, plan, resumes.get(place.id), at)

    def _around(self, at: datetime) -> Surroundings:
        sources = [Sources(each.rule()) for each in self._settings.inhibit_rules]
        for state in self._alerts.values() if sources else ():
            if state.status == Status.FIRING:
                for source in sources:
                    source.add(state.fingerprint, state.labels)
        return Surroundings(
            at, sources, self._past.silences(at), self._settings.intervals, self._past.calendars(at)
        )

    def _plan(self, place: _Place, around: Surroundings) -> GroupPlan:
        route = place.group.route
        group = DueGroup(
            place.id, place.group.key, route.key, route.receiver, dict(place.group.labels)
        )
        members = [
            Member(place.id, alert_id, "", state) for alert_id, state in place.members.items()
        ]
        channels = self._channels(route.receiver)
        return plan_group(group, route, channels, members, self._records, around)

    def _channels(self, receiver: str) -> list[Channel]:
        return [each for each in self._settings.receivers[receiver].channels if each.enabled]

    def _send(self, each: Ration, at: datetime) -> None:
        for bundle in each.bundles:
            for planned in bundle:
                firing, resolved = planned.told
                told = Told(frozenset(firing), frozenset(resolved), at)
                key = (planned.group.id, planned.channel.label)
                self._records[key] = Record(told, planned.number)
            if any(planned.members for planned in bundle):
                self.messages.append(_message(bundle, at))

    def _settle(
        self, place: _Place, plan: GroupPlan, resumes_at: datetime | None, at: datetime
    ) -> None:
        if resumes_at is not None:
            place.clock = replace(place.clock, due_at=resumes_at, flushed_at=at)
            return
        for member in plan.leaving():
            del place.members[member.alert_id]
        place.clock = GroupClock(plan.due_at(at), at, None if place.members else at)


def _message(bundle: Sequence[Planned], at: datetime) -> Message:
    first, alone = bundle[0], len(bundle) == 1
    members = [member for planned in bundle for member in planned.members]
    firing = sum(member.firing for member in members)
    return Message(
        at=at,
        receiver=first.group.receiver,
        channel=first.channel.label,
        group_key=first.group.group_key if alone else "",
        reason=first.reason.value if alone else Reason.STORM_CAP.value,
        firing=firing,
        resolved=len(members) - firing,
    )
