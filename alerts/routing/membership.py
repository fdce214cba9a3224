"""Which groups an alert is in, and when each of them is looked at next."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, update
from sqlalchemy.orm import Session

from alerts.routing.models import AlertGroup, AlertGroupMember
from alerts.routing.queries_groups import KnownGroup, list_memberships, lock_groups
from alerts.routing.rules.timers import GroupClock, due_on_joining, due_on_resolving
from alerts.routing.rules.tree import Group, Route, groups_of
from alerts.rules import AlertState, Status
from alerts.settings import AlertSettings
from core.bulk import insert_many


@dataclass(frozen=True)
class Routed:
    """An alert and its row."""

    alert_id: int
    state: AlertState


def version_of(settings: AlertSettings) -> str:
    """16 hexadecimal digits that differ when the routes or the channels in use do."""
    channels = [
        [name, [channel.label for channel in receiver.told]]
        for name, receiver in sorted(settings.receivers.items())
    ]
    text = f"{settings.route!r}{channels}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def join_groups(session: Session, alerts: Sequence[Routed], *, tree: Route, now: datetime) -> None:
    """Put firing alerts into their groups, and bring forward the flush of every group in which
    something changed. The number of statements does not grow with the alerts of one call.
    """
    wanted: dict[str, _Wanted] = {}
    for alert in alerts:
        for group in groups_of(tree, alert.state.labels):
            wanted.setdefault(group.slot, _Wanted(group, [])).alerts.append(alert)
    rest: Collection[str] = wanted.keys()
    while rest:
        known = lock_groups(session, rest)
        clocks = {slot: _clock_after(known.get(slot), wanted[slot], now) for slot in sorted(rest)}
        write_clocks(
            session,
            {known[slot].id: clock for slot, clock in clocks.items() if clock and slot in known},
        )
        missing = {slot: clock for slot, clock in clocks.items() if clock and slot not in known}
        ids = {slot: group.id for slot, group in known.items()}
        ids |= _insert_groups(session, [(wanted[slot], at) for slot, at in missing.items()])
        _insert_members(session, [(ids[slot], wanted[slot]) for slot in clocks if slot in ids])
        rest = missing.keys() - ids.keys()


@dataclass(frozen=True)
class _Wanted:
    group: Group
    alerts: list[Routed]


def _clock_after(known: KnownGroup | None, wanted: _Wanted, now: datetime) -> GroupClock | None:
    """The clock when all of them have joined or were resolved; None when nothing changes."""
    before = clock = known.clock if known is not None else None
    for alert in wanted.alerts:
        if alert.state.status == Status.FIRING:
            clock = due_on_joining(clock, alert.state.starts_at, wanted.group.route, now)
        elif clock is not None:
            clock = due_on_resolving(clock, wanted.group.route, now)
    return None if clock == before else clock


def write_clocks(session: Session, clocks: Mapping[int, GroupClock]) -> None:
    """The clocks of groups, by group id."""
    if clocks:
        names = ("due_at", "flushed_at", "emptied_at")
        session.connection().execute(
            update(AlertGroup)
            .where(AlertGroup.id == bindparam("row_id"))
            .values({name: bindparam(name) for name in names}),
            [{"row_id": group_id, **vars(clock)} for group_id, clock in clocks.items()],
        )


def _insert_groups(
    session: Session, groups: Sequence[tuple[_Wanted, GroupClock]]
) -> dict[str, int]:
    """The ids by slot of those that nobody else created meanwhile."""
    rows = [
        {
            "slot": wanted.group.slot,
            "group_key": wanted.group.key,
            "route_key": wanted.group.route.key,
            "receiver": wanted.group.route.receiver,
            "labels": dict(wanted.group.labels),
            **vars(clock),
        }
        for wanted, clock in groups
    ]
    return dict(insert_many(session, AlertGroup, rows, returning=("slot", "id")))


def _insert_members(session: Session, groups: Sequence[tuple[int, _Wanted]]) -> None:
    rows = [
        {"group_id": group_id, "alert_id": alert.alert_id, "suppressed_by": ""}
        for group_id, wanted in groups
        for alert in wanted.alerts
        if alert.state.status == Status.FIRING
    ]
    insert_many(session, AlertGroupMember, rows)


def leave_other_groups(
    session: Session, alerts: Sequence[Routed], *, tree: Route, now: datetime
) -> None:
    """Take alerts out of groups that they do not belong to (any more); such a group is flushed."""
    slots = {
        alert.alert_id: {g.slot for g in groups_of(tree, alert.state.labels)} for alert in alerts
    }
    left = [
        (group_id, alert_id)
        for group_id, alert_id, slot in list_memberships(session, slots.keys())
        if slot not in slots[alert_id]
    ]
    remove_members(session, left)
    group_ids = sorted({group_id for group_id, _ in left})
    if group_ids:
        session.execute(
            update(AlertGroup)
            .where(AlertGroup.id.in_(group_ids))
            .values(due_at=now, emptied_at=None),
            execution_options={"synchronize_session": False},
        )


def remove_members(session: Session, members: Sequence[tuple[int, int]]) -> None:
    """Take alerts out of groups; pairs of group id and alert id."""
    if members:
        session.connection().execute(
            delete(AlertGroupMember).where(
                AlertGroupMember.group_id == bindparam("of_group"),
                AlertGroupMember.alert_id == bindparam("of_alert"),
            ),
            [{"of_group": group_id, "of_alert": alert_id} for group_id, alert_id in members],
        )
