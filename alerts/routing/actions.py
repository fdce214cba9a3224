"""Flushing groups: everything that a group has to say goes into the outbox, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.routing.acknowledged import without_acknowledged_repeats
from alerts.routing.escalating import escalate
from alerts.routing.messages import outgoing
from alerts.routing.planning import GroupPlan, Planned, plan_group
from alerts.routing.queries_groups import (
    DueGroup,
    Member,
    list_members,
    list_records,
    lock_buckets,
    lock_due_groups,
)
from alerts.routing.rationing import Lane, Ration, ration
from alerts.routing.recording import write_buckets, write_events, write_groups, write_records
from alerts.routing.rules.tree import Route, all_routes
from alerts.routing.suppression import look_around
from alerts.settings import AlertSettings
from core.outbox.actions import enqueue_all
from core.wake import wake

MOST_GROUPS = 200
"""Groups flushed in one transaction."""


def flush_due(
    session: Session,
    *,
    settings: AlertSettings,
    now: datetime,
    real_now: datetime,
    limit: int = MOST_GROUPS,
) -> int:
    """Flush the groups whose time has come and return how many were looked at.

    Whoever holds a group flushes it: several processes share the work and send nothing twice.
    ``now`` is the district's time, ``real_now`` the machine's.
    """
    groups = lock_due_groups(session, now, limit)
    if not groups:
        return 0
    plans = without_acknowledged_repeats(session, _plan(session, groups, settings, now), now)
    messages = [message for plan in plans.values() for message in plan.messages]
    rations = _ration(session, messages, settings, now)
    enqueue_all(session, outgoing(rations.values(), settings.most_alerts), now=real_now)
    write_records(session, rations.values(), now)
    write_buckets(session, rations)
    write_events(session, plans.values(), rations.values(), now, real_now)
    write_groups(session, groups, plans, rations.values(), now)
    escalate(session, plans.values(), settings, now, real_now)
    if messages:
        wake(session)
    return len(groups)


def _plan(
    session: Session, groups: Sequence[DueGroup], settings: AlertSettings, now: datetime
) -> dict[int, GroupPlan]:
    """By group id; a group whose route is not configured any more has none."""
    routes = {(route.key, route.receiver): route for route in all_routes(settings.tree)}
    channels = {name: receiver.told for name, receiver in settings.receivers.items()}
    ids = [group.id for group in groups]
    members: dict[int, list[Member]] = {}
    for member in list_members(session, ids):
        members.setdefault(member.group_id, []).append(member)
    labels = [each.state.labels for group in members.values() for each in group]
    around = look_around(session, labels, settings, now)
    records = list_records(session, ids)
    plans = {}
    for group in groups:
        route: Route | None = routes.get((group.route_key, group.receiver))
        if route is not None:
            found = members.get(group.id, [])
            plans[group.id] = plan_group(
                group, route, channels[group.receiver], found, records, around
            )
    return plans


def _ration(
    session: Session, messages: Sequence[Planned], settings: AlertSettings, now: datetime
) -> Mapping[Lane, Ration]:
    caps = {name: each.cap() for name, each in settings.storm_caps.items()}
    capped = {each.group.receiver for each in messages if each.channel.type in caps}
    buckets = lock_buckets(session, sorted(capped)) if capped else {}
    return ration(messages, caps, buckets, now)
