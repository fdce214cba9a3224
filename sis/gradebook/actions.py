"""Writing the gradebook.

Each write draws a time of change that is later than every other in its table, whatever the clocks
of two processes say, so that changes can be read in order and none is missed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.db import JsonDict
from sis.gradebook.models import Category, LineItem, Sourced
from sis.gradebook.queries import (
    find_record,
    has_categories,
    last_modified_at,
    list_results_of,
    wait_for_others,
)

OWN_SOURCE = "bellwether"
USUAL_CATEGORIES = ("Homework", "Classwork", "Quizzes", "Tests", "Projects")
_STEP = timedelta(milliseconds=1)
_TOLD_BY_NAME_ONLY = frozenset({"comment", "description", "extra", "title"})
"""Text that people type may name somebody; the audit says that it changed, not to what."""


@dataclass(frozen=True)
class Stored:
    """``created`` is true for a record that was not there, or was deleted."""

    record: Sourced
    created: bool


def store(
    session: Session,
    model: type[Sourced],
    sourced_id: str,
    values: Mapping[str, Any],
    *,
    source: str,
    by: Actor,
    now: datetime,
) -> Stored:
    """Create the record of that id, or replace all of it; what is the same is left alone.

    ``values`` are the model's columns, ``status`` among them.
    """
    wait_for_others(session)
    found = find_record(session, model, sourced_id)
    if found is None:
        made = model(sourced_id=sourced_id, source=source, **values)
        made.modified_at = _next_time(session, model, now)
        session.add(made)
        session.flush()
        _note(session, made, "create", None, dict(values), by, now)
        return Stored(made, created=True)
    revived = found.status != "active" and values.get("status", "active") == "active"
    before = {name: getattr(found, name) for name in values if getattr(found, name) != values[name]}
    if before:
        for name in before:
            setattr(found, name, values[name])
        found.modified_at = _next_time(session, model, now)
        session.flush()
        after = {name: values[name] for name in before}
        _note(session, found, "replace", before, after, by, now)
    return Stored(found, created=revived)


def create(
    session: Session, model: type[Sourced], values: Mapping[str, Any], *, by: Actor, now: datetime
) -> str:
    """A record with an id that is drawn here; returns the id."""
    sourced_id = str(uuid4())
    store(session, model, sourced_id, values, source=OWN_SOURCE, by=by, now=now)
    return sourced_id


def delete(session: Session, found: Sourced, *, by: Actor, now: datetime) -> None:
    """Mark the record as deleted, and with a line item its results."""
    wait_for_others(session)
    _mark(session, found, by, now)
    if isinstance(found, LineItem):
        for result in list_results_of(session, found.id):
            _mark(session, result, by, now)


def ensure_categories(session: Session, *, by: Actor, now: datetime) -> None:
    """Make the usual categories where there never was one."""
    wait_for_others(session)
    if has_categories(session):
        return
    for title in USUAL_CATEGORIES:
        create(session, Category, {"title": title, "status": "active"}, by=by, now=now)


def _mark(session: Session, found: Sourced, by: Actor, now: datetime) -> None:
    found.status = "tobedeleted"
    found.modified_at = _next_time(session, type(found), now)
    session.flush()
    _note(session, found, "delete", {"status": "active"}, {"status": "tobedeleted"}, by, now)


def _next_time(session: Session, model: type[Sourced], now: datetime) -> datetime:
    """To the millisecond, as it is shown."""
    moment = now.replace(microsecond=now.microsecond // 1000 * 1000)
    last = last_modified_at(session, model)
    return moment if last is None else max(moment, last + _STEP)


def _note(
    session: Session,
    found: Sourced,
    verb: str,
    before: JsonDict | None,
    after: JsonDict,
    by: Actor,
    now: datetime,
) -> None:
    table = type(found).__tablename__
    record(
        session,
        by=by,
        action=f"gradebook.{verb}",
        subject=(table, found.id),
        before=None if before is None else _told(before),
        after=_told(after),
        now=now,
    )


def _told(values: Mapping[str, Any]) -> JsonDict:
    return {
        name: "(text)" if name in _TOLD_BY_NAME_ONLY and value is not None else value
        for name, value in values.items()
        if value is not None
    }
