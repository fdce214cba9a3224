"""Silencing alerts, and letting them be told again."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from alerts.matching import format_matchers
from alerts.queries import visible_schools
from alerts.silences.models import Silence
from alerts.silences.queries import lock_silence_for, matchers_of, span_of
from alerts.silences.rules.state import (
    Draft,
    Span,
    State,
    may_update,
    problems_of,
    remind_at,
    state_of,
)
from core.audit.actions import record
from core.auth.actor import Actor
from core.db import JsonDict
from core.errors import Conflict, Forbidden, Invalid


def create_silence(
    session: Session, draft: Draft, *, lead: timedelta, by: Actor, now: datetime
) -> Silence:
    """Silence what fits the matchers; a start in the past becomes ``now``.

    ``lead`` is how long before the end its author is reminded. Raises Invalid with every problem
    of the draft, and Forbidden when the actor is bound to schools and the matchers ask for none of
    them.
    """
    _refuse(session, draft, by, now)
    row = Silence(
        uuid=str(uuid4()),
        matchers=[
            {"name": each.name, "op": each.op, "value": each.value} for each in draft.matchers
        ],
        school=_school(draft),
        created_by=draft.created_by.strip() or by.name,
        author=by.id,
        created_at=now,
    )
    _fill(row, draft, max(draft.starts_at, now), lead, now)
    session.add(row)
    session.flush()
    _record(session, row, "silence.create", None, by, now)
    return row


def update_silence(
    session: Session,
    uuid: str,
    draft: Draft,
    *,
    lead: timedelta,
    by: Actor,
    now: datetime,
    seen_at: datetime | None = None,
) -> Silence:
    """Change a silence as Alertmanager does; the silence that holds from now on.

    What may not be changed in place (other matchers, the start of an active one, anything of an
    expired one) expires it, and a new silence with its own uuid takes over. ``seen_at`` is the
    ``updated_at`` that the actor knew: Conflict when somebody changed it since. Raises NotFound,
    and what ``create_silence`` raises.
    """
    row = lock_silence_for(session, by, uuid)
    _refuse_overwrite(row, seen_at)
    if not may_update(span_of(row), matchers_of(row), draft, now):
        _refuse(session, draft, by, now)
        if state_of(span_of(row), now) is not State.EXPIRED:
            _expire(session, row, by=by, now=now)
        return create_silence(session, draft, lead=lead, by=by, now=now)
    _refuse(session, draft, by, now)
    before = _facts(row)
    row.created_by = draft.created_by.strip() or row.created_by
    _fill(row, draft, draft.starts_at, lead, now)
    _record(session, row, "silence.update", before, by, now)
    return row


def prolong_silence(
    session: Session,
    uuid: str,
    ends_at: datetime,
    *,
    lead: timedelta,
    by: Actor,
    now: datetime,
    seen_at: datetime | None = None,
) -> Silence:
    """Move the end of a silence that has not expired; raises what ``update_silence`` raises, and
    Conflict when it has expired.
    """
    row = lock_silence_for(session, by, uuid)
    if state_of(span_of(row), now) is State.EXPIRED:
        raise Conflict("This silence is over. Make a new one.", code="silence_expired")
    same = Draft(
        matchers_of(row), row.starts_at, ends_at, row.created_by, row.comment, span_of(row).weekly
    )
    return update_silence(session, uuid, same, lead=lead, by=by, now=now, seen_at=seen_at)


def expire_silence(
    session: Session, uuid: str, *, by: Actor, now: datetime, seen_at: datetime | None = None
) -> Silence:
    """End a silence now; raises NotFound, and Conflict when it has ended or was changed."""
    row = lock_silence_for(session, by, uuid)
    if state_of(span_of(row), now) is State.EXPIRED:
        raise Conflict(f"silence {uuid} already expired", code="silence_expired")
    _refuse_overwrite(row, seen_at)
    _expire(session, row, by=by, now=now)
    return row


def _expire(session: Session, row: Silence, *, by: Actor, now: datetime) -> None:
    before = _facts(row)
    row.starts_at, row.ends_at, row.updated_at = min(row.starts_at, now), now, now
    row.remind_at = None
    _record(session, row, "silence.expire", before, by, now)


def _fill(row: Silence, draft: Draft, starts_at: datetime, lead: timedelta, now: datetime) -> None:
    weekly = draft.weekly
    row.starts_at, row.ends_at = starts_at, draft.ends_at
    row.comment, row.updated_at = draft.comment.strip(), now
    row.weekdays = sorted(weekly.weekdays) if weekly else None
    row.begins = weekly.begins if weekly else None
    row.ends = weekly.ends if weekly else None
    row.zone = weekly.zone.key if weekly else None
    row.remind_at = remind_at(Span(starts_at, draft.ends_at), lead, now)


def _school(draft: Draft) -> str:
    asked = (each.value for each in draft.matchers if each.name == "school" and each.op == "=")
    return next(asked, "")


def _refuse(session: Session, draft: Draft, by: Actor, now: datetime) -> None:
    problems = problems_of(draft, now)
    if problems:
        raise Invalid(f"silence invalid: {'; '.join(problems.values())}", fields=problems)
    schools = visible_schools(session, by)
    if schools is not None and _school(draft) not in schools:
        raise Forbidden("You may silence your own schools only: add a matcher school=ID.")


def _refuse_overwrite(row: Silence, seen_at: datetime | None) -> None:
    if seen_at is not None and seen_at != row.updated_at:
        raise Conflict(
            f"This silence was changed meanwhile: it ends at {row.ends_at:%Y-%m-%d %H:%M} UTC "
            f"now, because: {row.comment}. Look at it again.",
            code="silence_changed",
        )


def _facts(row: Silence) -> JsonDict:
    return {
        "matchers": format_matchers(matchers_of(row)),
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "weekdays": row.weekdays,
        "comment": row.comment,
    }


def _record(
    session: Session, row: Silence, action: str, before: JsonDict | None, by: Actor, now: datetime
) -> None:
    record(
        session,
        by=by,
        action=action,
        subject=("silence", row.uuid),
        before=before,
        after=_facts(row),
        now=now,
    )
