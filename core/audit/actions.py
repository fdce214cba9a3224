"""Writing the audit row, in the transaction of the change itself."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.auth.actor import Actor
from core.db import JsonDict
from core.logs import current_request_id


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _json(values: JsonDict | None) -> JsonDict | None:
    return None if values is None else {name: _plain(value) for name, value in values.items()}


def record(
    session: Session,
    *,
    by: Actor,
    action: str,
    subject: tuple[str, object],
    before: JsonDict | None = None,
    after: JsonDict | None = None,
    now: datetime,
) -> None:
    """Add one audit row: ``subject`` is (type, id); only the columns that matter go in."""
    session.add(
        AuditEntry(
            at=now,
            actor=by.id,
            action=action,
            subject_type=subject[0],
            subject_id=str(subject[1]),
            before=_json(before),
            after=_json(after),
            request_id=current_request_id(),
        )
    )


def record_many(
    session: Session,
    *,
    by: Actor,
    action: str,
    subject_type: str,
    changes: Iterable[tuple[object, JsonDict | None, JsonDict | None]],
    now: datetime,
) -> None:
    """Add an audit row for each (id, before, after), many to a statement."""
    rows = (
        {
            "at": now,
            "actor": by.id,
            "action": action,
            "subject_type": subject_type,
            "subject_id": str(subject_id),
            "before": _json(before),
            "after": _json(after),
            "request_id": current_request_id(),
        }
        for subject_id, before, after in changes
    )
    while batch := list(islice(rows, 5000)):
        session.execute(insert(AuditEntry), batch)
