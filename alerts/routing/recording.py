"""Writing down what a flush has done."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from alerts.routing.membership import remove_members, write_clocks
from alerts.routing.messages import idempotency_key
from alerts.routing.models import AlertGroupMember, NotificationRecord, StormBucket
from alerts.routing.planning import GroupPlan, Planned, Verdict
from alerts.routing.queries_groups import DueGroup
from alerts.routing.rationing import Lane, Ration
from alerts.routing.rules.timers import GroupClock
from alerts.rules import EventKind
from alerts.topics import topic_of
from alerts.writing import Event, insert_events
from core.db import Base, JsonDict


def _upsert(
    session: Session, model: type[Base], key: Sequence[str], rows: Sequence[JsonDict]
) -> None:
    if not rows:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(model)
    changing = {name: statement.excluded[name] for name in rows[0] if name not in key}
    upsert = statement.on_conflict_do_update(index_elements=key, set_=changing)
    session.connection().execute(upsert, rows)


def write_records(session: Session, rations: Iterable[Ration], now: datetime) -> None:
    """What each channel knows now of each group."""
    rows = []
    for planned in _sent(rations):
        firing, resolved = planned.told
        rows.append(
            {
                "group_id": planned.group.id,
                "channel": planned.channel.label,
                "firing": firing,
                "resolved": resolved,
                "told_at": now,
                "reason": planned.reason.value,
                "number": planned.number,
            }
        )
    _upsert(session, NotificationRecord, ("group_id", "channel"), rows)


def _sent(rations: Iterable[Ration]) -> list[Planned]:
    return [planned for each in rations for bundle in each.bundles for planned in bundle]


def write_buckets(session: Session, rations: Mapping[Lane, Ration]) -> None:
    """What the capped channels may still send."""
    rows = [
        {
            "receiver": receiver,
            "channel": channel,
            "tokens": each.bucket.tokens,
            "filled_at": each.bucket.at,
        }
        for (receiver, channel), each in rations.items()
        if each.bucket is not None
    ]
    _upsert(session, StormBucket, ("receiver", "channel"), rows)


def write_events(
    session: Session,
    plans: Iterable[GroupPlan],
    rations: Iterable[Ration],
    now: datetime,
    real_now: datetime,
) -> None:
    """Into the history of each alert: that it is held back or no longer, and who was told."""
    turned = [
        verdict
        for plan in plans
        for verdict in plan.verdicts
        if verdict.suppressed_by != verdict.member.suppressed_by
    ]
    events = [_turn(verdict, now) for verdict in turned]
    bundles = [bundle for each in rations for bundle in each.bundles]
    events += [event for bundle in bundles for event in _told(bundle, now)]
    insert_events(session, events, real_now)
    rows = [
        {
            "of_group": verdict.member.group_id,
            "of_alert": verdict.member.alert_id,
            "suppressed_by": verdict.suppressed_by,
        }
        for verdict in turned
    ]
    if rows:
        session.connection().execute(
            update(AlertGroupMember)
            .where(
                AlertGroupMember.group_id == bindparam("of_group"),
                AlertGroupMember.alert_id == bindparam("of_alert"),
            )
            .values(suppressed_by=bindparam("suppressed_by")),
            rows,
        )


def _turn(verdict: Verdict, now: datetime) -> Event:
    kind = EventKind.SUPPRESSED if verdict.kind else EventKind.UNSUPPRESSED
    detail = {"kind": verdict.kind, "by": list(verdict.by)} if verdict.kind else {}
    return Event(verdict.member.alert_id, kind, now, detail)


def _told(bundle: Sequence[Planned], now: datetime) -> list[Event]:
    """Of each alert in one message: to whom and why, and where the outbox holds it."""
    message = {
        "topic": topic_of(bundle[0].channel.type),
        "key": idempotency_key(bundle),
        "receiver": bundle[0].group.receiver,
        "channel": bundle[0].channel.label,
    }
    return [
        Event(
            member.alert_id,
            EventKind.NOTIFIED,
            now,
            {**message, "reason": planned.reason.value},
        )
        for planned in bundle
        for member in planned.members
    ]


def write_groups(
    session: Session,
    groups: Sequence[DueGroup],
    plans: Mapping[int, GroupPlan],
    rations: Iterable[Ration],
    now: datetime,
) -> None:
    """When each group is flushed next, and which alerts have left it."""
    resumes: dict[int, datetime] = {}
    for each in rations:
        for planned in each.waiting:
            known = resumes.get(planned.group.id, each.resumes_at)
            resumes[planned.group.id] = min(known or now, each.resumes_at or now)
    clocks: dict[int, GroupClock] = {}
    left: list[tuple[int, int]] = []
    for group in groups:
        plan = plans.get(group.id)
        due_at, emptied = None, plan is None
        if plan is not None and group.id in resumes:
            due_at = resumes[group.id]
        elif plan is not None:
            due_at = plan.due_at(now)
            leaving = plan.leaving()
            left += [(group.id, member.alert_id) for member in leaving]
            emptied = len(leaving) == len(plan.verdicts)
        clocks[group.id] = GroupClock(due_at, now, now if emptied else None)
    remove_members(session, left)
    write_clocks(session, clocks)
