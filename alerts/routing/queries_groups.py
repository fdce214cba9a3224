"""Reading groups, their members and what was told about them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.models import Alert
from alerts.routing.models import (
    AlertGroup,
    AlertGroupMember,
    NotificationRecord,
    StormBucket,
)
from alerts.routing.rules.decision import Told
from alerts.routing.rules.storm import Bucket
from alerts.routing.rules.timers import GroupClock
from alerts.rules import AlertState, Status
from core.db import JsonDict

_CHUNK = 1000


@dataclass(frozen=True)
class KnownGroup:
    """A group's row, without its labels."""

    id: int
    clock: GroupClock


def lock_groups(session: Session, slots: Collection[str]) -> dict[str, KnownGroup]:
    """The groups of these slots, locked for this transaction, by slot."""
    ordered, found = sorted(slots), {}
    for start in range(0, len(ordered), _CHUNK):
        statement = (
            select(
                AlertGroup.slot,
                AlertGroup.id,
                AlertGroup.due_at,
                AlertGroup.flushed_at,
                AlertGroup.emptied_at,
            )
            .where(AlertGroup.slot.in_(ordered[start : start + _CHUNK]))
            .order_by(AlertGroup.slot)
            .with_for_update(key_share=True)
        )
        for slot, group_id, *times in session.execute(statement):
            found[slot] = KnownGroup(group_id, GroupClock(*times))
    return found


def list_memberships(
    session: Session, alert_ids: Collection[int]
) -> Sequence[tuple[int, int, str]]:
    """Group id, alert id and the group's slot, for every group that these alerts are in."""
    statement = (
        select(AlertGroupMember.group_id, AlertGroupMember.alert_id, AlertGroup.slot)
        .join(AlertGroup, AlertGroup.id == AlertGroupMember.group_id)
        .where(AlertGroupMember.alert_id.in_(alert_ids))
        .order_by(AlertGroupMember.group_id, AlertGroupMember.alert_id)
    )
    return [(group_id, alert_id, slot) for group_id, alert_id, slot in session.execute(statement)]


@dataclass(frozen=True)
class DueGroup:
    """A group whose time has come, locked."""

    id: int
    group_key: str
    route_key: str
    receiver: str
    labels: JsonDict


def lock_due_groups(session: Session, now: datetime, limit: int) -> list[DueGroup]:
    """Groups to flush, the longest due first; those that another process holds are left to it."""
    statement = (
        select(
            AlertGroup.id,
            AlertGroup.group_key,
            AlertGroup.route_key,
            AlertGroup.receiver,
            AlertGroup.labels,
        )
        .where(AlertGroup.due_at.is_not(None), AlertGroup.due_at <= now)
        .order_by(AlertGroup.due_at, AlertGroup.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [DueGroup(*row) for row in session.execute(statement)]


def next_due(session: Session) -> datetime | None:
    """When the next group is due, in the district's time; None when none is."""
    statement = (
        select(AlertGroup.due_at)
        .where(AlertGroup.due_at.is_not(None))
        .order_by(AlertGroup.due_at)
        .limit(1)
    )
    return session.scalar(statement)


def next_expiry(session: Session) -> datetime | None:
    """When the next alert is resolved without another report; None when none is."""
    statement = (
        select(Alert.expires_at)
        .where(Alert.expires_at.is_not(None))
        .order_by(Alert.expires_at)
        .limit(1)
    )
    return session.scalar(statement)


@dataclass(frozen=True)
class Member:
    """An alert in a group, and what held it back there at the last flush."""

    group_id: int
    alert_id: int
    suppressed_by: str
    state: AlertState

    @property
    def firing(self) -> bool:
        return self.state.status == Status.FIRING


def list_members(session: Session, group_ids: Sequence[int]) -> list[Member]:
    """Everything that is in these groups."""
    statement = (
        select(
            AlertGroupMember.group_id,
            AlertGroupMember.alert_id,
            AlertGroupMember.suppressed_by,
            Alert.fingerprint,
            Alert.labels,
            Alert.annotations,
            Alert.status,
            Alert.starts_at,
            Alert.ends_at,
            Alert.updated_at,
            Alert.expires_at,
            Alert.times_out,
            Alert.generator_url,
        )
        .join(Alert, Alert.id == AlertGroupMember.alert_id)
        .where(AlertGroupMember.group_id.in_(group_ids))
        .order_by(AlertGroupMember.group_id, AlertGroupMember.alert_id)
    )
    return [Member(*row[:3], AlertState(*row[3:])) for row in session.execute(statement)]


@dataclass(frozen=True)
class Record:
    """The last message to one channel about a group; ``number`` counts them."""

    told: Told
    number: int


def list_records(session: Session, group_ids: Collection[int]) -> dict[tuple[int, str], Record]:
    """What the channels were last told, by group id and name of the channel."""
    statement = select(
        NotificationRecord.group_id,
        NotificationRecord.channel,
        NotificationRecord.firing,
        NotificationRecord.resolved,
        NotificationRecord.told_at,
        NotificationRecord.number,
    ).where(NotificationRecord.group_id.in_(group_ids))
    return {
        (group_id, channel): Record(Told(frozenset(firing), frozenset(resolved), at), number)
        for group_id, channel, firing, resolved, at, number in session.execute(statement)
    }


def lock_buckets(session: Session, receivers: Collection[str]) -> dict[tuple[str, str], Bucket]:
    """The storm buckets of these receivers, locked, by receiver and channel."""
    statement = (
        select(StormBucket.receiver, StormBucket.channel, StormBucket.tokens, StormBucket.filled_at)
        .where(StormBucket.receiver.in_(receivers))
        .order_by(StormBucket.receiver, StormBucket.channel)
        .with_for_update()
    )
    return {
        (receiver, channel): Bucket(tokens, at)
        for receiver, channel, tokens, at in session.execute(statement)
    }


SEARCHED = {
    "alertname": Alert.alertname,
    "school": Alert.school,
    "service": Alert.service,
    "severity": Alert.severity,
}


def list_firing(
    session: Session, wanted: Mapping[str, Collection[str]]
) -> list[tuple[str, JsonDict]]:
    """Fingerprint and labels of the firing alerts that have one of the ``wanted`` values of each
    label; only the labels in ``SEARCHED`` can be asked for.
    """
    statement = select(Alert.fingerprint, Alert.labels).where(Alert.status == Status.FIRING)
    for name, values in wanted.items():
        statement = statement.where(SEARCHED[name].in_(sorted(values)))
    rows = session.execute(statement.order_by(Alert.id))
    return [(fingerprint, labels) for fingerprint, labels in rows]
