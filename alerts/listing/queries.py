"""Alerts that fit what a list asks for, and how many of them are in each group."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import Session

from alerts.acknowledgement.models import Acknowledgement
from alerts.acknowledgement.queries import holds
from alerts.listing.rules import NONE, RECEIVER, Asked
from alerts.models import Alert
from alerts.queries import Position, list_fitting, visible_schools
from alerts.routing.models import AlertGroup, AlertGroupMember
from alerts.rules import Severity
from core.auth.actor import Actor
from core.db import JsonDict
from sis.organizations.queries import list_school_names

GroupPosition = tuple[int, str]
"""Where a page of groups ended: count and key of its last group."""

_COLUMNS = {
    "alertname": Alert.alertname,
    "service": Alert.service,
    "school": Alert.school,
}


@dataclass(frozen=True)
class GroupLine:
    """A group of alerts; ``labels`` are those of a receiver's group.

    ``key`` is the value that its alerts share, ``-`` for none, or the number of the receiver's
    group; ``name`` is the value or the receiver.
    """

    key: str
    name: str
    labels: JsonDict
    count: int
    critical: int
    since: datetime


def list_asked_for(
    session: Session,
    actor: Actor,
    asked: Asked,
    *,
    now: datetime,
    after: Position | None,
    limit: int,
) -> Sequence[Alert]:
    """As ``list_alerts_for``, but for what the database cannot tell: whether one is held back."""
    fits = _conditions(session, actor, asked, now)
    return list_fitting(session, asked.only_status, fits, after=after, limit=limit)


def _conditions(
    session: Session, actor: Actor, asked: Asked, now: datetime
) -> list[ColumnElement[bool]]:
    fits = [
        column == ("" if value == NONE else value)
        for column, value in (
            (Alert.severity, asked.severity),
            (Alert.service, asked.service),
            (Alert.school, asked.school),
            (Alert.alertname, asked.alertname),
        )
        if value
    ]
    if asked.group:
        members = select(AlertGroupMember.alert_id).where(AlertGroupMember.group_id == asked.group)
        fits.append(Alert.id.in_(members))
    if asked.q:
        summary = func.coalesce(Alert.annotations["summary"].as_string(), "")
        searched = (summary, Alert.alertname, Alert.service, Alert.school)
        fits.append(or_(*(text.icontains(asked.q, autoescape=True) for text in searched)))
    if asked.acknowledged:
        known = exists().where(Acknowledgement.alert_id == Alert.id, holds(now))
        fits.append(known if asked.acknowledged == "yes" else ~known)
    schools = visible_schools(session, actor)
    if schools is not None:
        fits.append(Alert.school.in_(schools))
    return fits


def list_groups_for(
    session: Session,
    actor: Actor,
    asked: Asked,
    *,
    now: datetime,
    after: GroupPosition | None,
    limit: int,
) -> list[GroupLine]:
    """The groups of the alerts that are asked for, of those that fire if nothing else is, the
    largest first.

    Whether their alerts are told or held back makes no difference.
    """
    fits = [Alert.status == asked.grouped_status, *_conditions(session, actor, asked, now)]
    if asked.by == RECEIVER:
        return _receiver_groups(session, fits, after, limit)
    column, count = _COLUMNS[asked.by], func.count()
    statement = select(column, *_measures()).where(*fits).group_by(column)
    if after is not None:
        size, key = after
        value = "" if key == NONE else key
        statement = statement.having(or_(count < size, (count == size) & (column > value)))
    rows = session.execute(statement.order_by(count.desc(), column).limit(limit))
    return [
        GroupLine(name or NONE, name, {}, size, critical, since)
        for name, size, critical, since in rows
    ]


def _measures() -> tuple[ColumnElement[int], ColumnElement[int], ColumnElement[datetime]]:
    critical = func.sum(case((Alert.severity == Severity.CRITICAL, 1), else_=0))
    return func.count(), critical, func.min(Alert.starts_at)


def _receiver_groups(
    session: Session,
    fits: Sequence[ColumnElement[bool]],
    after: GroupPosition | None,
    limit: int,
) -> list[GroupLine]:
    count = func.count()
    statement = (
        select(AlertGroup.id, AlertGroup.receiver, AlertGroup.labels, *_measures())
        .join(AlertGroupMember, AlertGroupMember.group_id == AlertGroup.id)
        .join(Alert, Alert.id == AlertGroupMember.alert_id)
        .where(*fits)
        .group_by(AlertGroup.id)
    )
    if after is not None:
        size, key = after
        later = (count == size) & (AlertGroup.id > int(key))
        statement = statement.having(or_(count < size, later))
    rows = session.execute(statement.order_by(count.desc(), AlertGroup.id).limit(limit))
    return [
        GroupLine(str(number), receiver, labels, size, critical, since)
        for number, receiver, labels, size, critical, since in rows
    ]


def list_chosen_for(
    session: Session, actor: Actor, fingerprints: Collection[str]
) -> Sequence[Alert]:
    """Those of the alerts that the actor may see."""
    statement = select(Alert).where(Alert.fingerprint.in_(fingerprints))
    schools = visible_schools(session, actor)
    if schools is not None:
        statement = statement.where(Alert.school.in_(schools))
    return session.scalars(statement.order_by(Alert.id)).all()


def list_school_choices(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Sourced id and name of the schools whose alerts the actor may see, by name."""
    visible = visible_schools(session, actor)
    return [
        (school.sourced_id, school.name)
        for school in list_school_names(session)
        if visible is None or school.sourced_id in visible
    ]
