"""Making and changing on-call schedules. What was stays as it was: a change counts from now on."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.oncall.models import OnCallLayer, OnCallSchedule, OnCallTurn
from alerts.oncall.queries import find_schedule, get_layer, lock_schedule
from alerts.oncall.rules.drafts import (
    LayerDraft,
    ScheduleDraft,
    layer_problems,
    schedule_problems,
    tidy,
)
from core.audit.actions import record
from core.auth.accounts.queries import list_active
from core.auth.actor import Actor
from core.db import JsonDict
from core.errors import Conflict, Invalid

_REFUSED = "Some of this cannot be: see below."


def make_schedule(
    session: Session, draft: ScheduleDraft, *, by: Actor, now: datetime
) -> OnCallSchedule:
    """A new schedule without layers; Invalid with every problem, Conflict if the name is taken."""
    _refuse(schedule_problems(draft))
    if find_schedule(session, draft.name.strip()) is not None:
        message = f"There is a schedule {draft.name.strip()} already."
        raise Conflict(message, code="name_taken", fields={"name": message})
    row = OnCallSchedule(**_columns(draft), version=1, changed_at=now, changed_by=by.name)
    session.add(row)
    session.flush()
    _record(session, "oncall.make", row, _columns(draft), by, now)
    return row


def change_schedule(
    session: Session,
    schedule_id: int,
    draft: ScheduleDraft,
    *,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> OnCallSchedule:
    """Another name, description, zone or expectation.

    Raises Invalid, and Conflict when somebody changed it since ``version`` or the name is taken.
    """
    row = _lock(session, schedule_id, version)
    _refuse(schedule_problems(draft))
    other = find_schedule(session, draft.name.strip())
    if other is not None and other.id != row.id:
        message = f"There is a schedule {other.name} already."
        raise Conflict(message, code="name_taken", fields={"name": message})
    for name, value in _columns(draft).items():
        setattr(row, name, value)
    _touch(session, row, by, now)
    _record(session, "oncall.change", row, _columns(draft), by, now)
    return row


def retire_schedule(
    session: Session, schedule_id: int, *, version: int | None = None, by: Actor, now: datetime
) -> OnCallSchedule:
    """Take it out of use; what it told stays."""
    row = _lock(session, schedule_id, version)
    row.retired_at = now
    _touch(session, row, by, now)
    _record(session, "oncall.retire", row, None, by, now)
    return row


def put_layer(
    session: Session,
    schedule_id: int,
    draft: LayerDraft,
    *,
    layer_id: int | None = None,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> OnCallLayer:
    """Add a layer, or from now on another one in place of ``layer_id``.

    Raises Invalid with every problem, NotFound, and Conflict when somebody changed the schedule
    since ``version``.
    """
    row = _lock(session, schedule_id, version)
    people = list_active(session, draft.people)
    _refuse(layer_problems(draft, people))
    if layer_id is not None:
        _end(session, get_layer(session, schedule_id, layer_id), now)
    layer = OnCallLayer(
        schedule_id=row.id,
        position=draft.position,
        name=draft.name.strip(),
        zone=draft.zone,
        unit=draft.unit,
        length=draft.length,
        first_on=draft.first_on,
        handoff_at=draft.handoff_at,
        windows=tidy(draft.windows),
        from_at=now,
    )
    session.add(layer)
    session.flush()
    ids = [people[username].id for username in draft.people]
    session.add_all(
        OnCallTurn(layer_id=layer.id, position=position, user_id=user_id)
        for position, user_id in enumerate(ids)
    )
    _touch(session, row, by, now)
    after: JsonDict = {"layer": layer.id, "instead_of": layer_id, "people": ids}
    _record(session, "oncall.layer", row, after, by, now)
    return layer


def remove_layer(
    session: Session,
    schedule_id: int,
    layer_id: int,
    *,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """From now on without this layer."""
    row = _lock(session, schedule_id, version)
    _end(session, get_layer(session, schedule_id, layer_id), now)
    _touch(session, row, by, now)
    _record(session, "oncall.layer_removed", row, {"layer": layer_id}, by, now)


def _lock(session: Session, schedule_id: int, version: int | None) -> OnCallSchedule:
    row = lock_schedule(session, schedule_id)
    if version is not None and row.version != version:
        raise Conflict(
            f"{row.changed_by} changed {row.name} while you were at it; look at it again.",
            code="changed_meanwhile",
        )
    return row


def _end(session: Session, layer: OnCallLayer, now: datetime) -> None:
    if layer.until_at is not None:
        raise Conflict("This layer was changed or removed meanwhile.", code="changed_meanwhile")
    layer.until_at = max(layer.from_at, now)
    session.flush()


def _touch(session: Session, row: OnCallSchedule, by: Actor, now: datetime) -> None:
    row.version, row.changed_at, row.changed_by = row.version + 1, now, by.name
    session.flush()


def _refuse(problems: Mapping[str, str]) -> None:
    if problems:
        raise Invalid(_REFUSED, fields=dict(problems))


def _columns(draft: ScheduleDraft) -> JsonDict:
    return {
        "name": draft.name.strip(),
        "description": draft.description.strip()[:500],
        "zone": draft.zone,
        "expected": tidy(draft.expected),
    }


def _record(
    session: Session,
    action: str,
    row: OnCallSchedule,
    after: JsonDict | None,
    by: Actor,
    now: datetime,
) -> None:
    subject = ("oncall_schedule", row.id)
    record(session, by=by, action=action, subject=subject, after=after, now=now)
