"""Saying of an alert that one is on it, and taking that back.

An acknowledgement says nothing to the alert itself: it holds its escalations and the repeats of its
group. What ended one is written down by ``end_those_over``; until then it counts as over already.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from alerts.acknowledgement.models import Acknowledgement
from alerts.acknowledgement.queries import (
    list_acknowledged,
    list_kinds_since,
    lock_firing,
    lock_open,
    lock_over,
    lock_reminders,
)
from alerts.acknowledgement.rules import LONGEST_NOTE, Because, why_over
from alerts.acknowledgement.settings import AcknowledgementSettings
from alerts.actions import record_event
from alerts.contacts.actions import say
from alerts.contacts.queries import list_verified
from alerts.delivery import enqueue_personal
from alerts.escalation.actions import halt, resume
from alerts.rules import EventKind
from core.audit.actions import record_many
from core.auth.actor import Actor
from core.db import JsonDict
from core.errors import Conflict, Invalid

DEFAULTS = AcknowledgementSettings()
_AT_ONCE = 200


def acknowledge(
    session: Session,
    alert_ids: Collection[int],
    *,
    by: Actor,
    now: datetime,
    sticky: bool = False,
    expires_at: datetime | None = None,
    note: str = "",
    settings: AcknowledgementSettings = DEFAULTS,
    real_now: datetime | None = None,
) -> list[int]:
    """``by`` is on these alerts: their escalations stop, and their group is not told again.

    A normal acknowledgement ends with any change of the alert's state, a ``sticky`` one only when
    it is resolved. ``real_now`` is the machine's time, ``now`` if left out. Returns the ids that
    are acknowledged by this; those that somebody else is on keep that person, and one's own are
    given anew. Raises Invalid (``expires_at`` is not ahead, the note is too long) and Conflict when
    nothing is left to acknowledge: ``acknowledged`` says by whom, ``not_firing`` that all of them
    are resolved.
    """
    _refuse_wrong(expires_at, note, now)
    mine = _free(session, alert_ids, by, now)
    _end_known(session, mine, now)
    if expires_at is None and settings.expires_after:
        expires_at = now + settings.expires_after
    session.add_all(
        Acknowledgement(
            alert_id=alert_id,
            event_id=event_id,
            sticky=sticky,
            note=note.strip(),
            by_actor=by.id,
            by_name=by.name,
            acknowledged_at=now,
            expires_at=expires_at,
            remind_at=now + settings.remind_every if settings.remind_every else None,
        )
        for alert_id, event_id in mine.items()
    )
    session.flush()
    after: JsonDict = {"sticky": sticky, "expires_at": expires_at}
    _audit(session, "alert.acknowledge", mine, after, by, now)
    detail = {"by": by.name, "sticky": sticky, "note": note.strip()}
    _tell_history(session, mine, EventKind.ACKNOWLEDGED, now, real_now, detail)
    halt(session, alert_ids=list(mine), by=by, now=now)
    return sorted(mine)


def _free(session: Session, alert_ids: Collection[int], by: Actor, now: datetime) -> dict[int, int]:
    """Those that fire and that nobody else is on: id -> id of the newest event; or Conflict."""
    firing = lock_firing(session, alert_ids)
    if not firing:
        raise Conflict("None of these alerts fires any more.", code="not_firing")
    held = list_acknowledged(session, firing, now)
    others = {key: found for key, found in held.items() if found.by_actor != by.id}
    if len(others) == len(firing):
        first = min(others.values(), key=lambda found: found.acknowledged_at)
        raise Conflict(f"{first.by_name} has acknowledged this already.", code="acknowledged")
    return {key: event_id for key, event_id in firing.items() if key not in others}


def unacknowledge(
    session: Session,
    alert_ids: Collection[int],
    *,
    by: Actor,
    now: datetime,
    real_now: datetime | None = None,
) -> list[int]:
    """Take the acknowledgements back, whoever gave them; escalations that wait on them go on.

    Returns the ids that were acknowledged; Conflict (``not_acknowledged``) when none was.
    """
    held = list_acknowledged(session, alert_ids, now)
    if not held:
        raise Conflict("Nobody has acknowledged this.", code="not_acknowledged")
    for found in lock_open(session, held).values():
        _end(found, Because.WITHDRAWN, now, by.id)
    session.flush()
    _audit(session, "alert.unacknowledge", held, None, by, now)
    _tell_history(session, held, EventKind.UNACKNOWLEDGED, now, real_now, {"by": by.name})
    resume(
        session, alert_ids=list(held), because=f"{by.name} took the acknowledgement back", now=now
    )
    return sorted(held)


def end_those_over(
    session: Session, *, now: datetime, real_now: datetime | None = None, limit: int = _AT_ONCE
) -> int:
    """Write down which acknowledgements hold no more, and go on with their escalations.

    How many, at most ``limit``.
    """
    over = lock_over(session, now, limit)
    lapsed = []
    for found in over:
        because = why_over(
            sticky=found.sticky,
            expires_at=found.expires_at,
            since=list_kinds_since(session, found),
            now=now,
        )
        _end(found, because or Because.CHANGED, now, None)
        if because != Because.RESOLVED:
            lapsed.append(found.alert_id)
    session.flush()
    detail = {"because": "it expired or the alert changed"}
    _tell_history(session, lapsed, EventKind.UNACKNOWLEDGED, now, real_now, detail)
    resume(session, alert_ids=lapsed, because="the acknowledgement is over", now=now)
    return len(over)


def remind(
    session: Session,
    *,
    settings: AcknowledgementSettings,
    now: datetime,
    real_now: datetime,
    limit: int = _AT_ONCE,
) -> int:
    """Ask the authors of acknowledgements that have held for long whether they are still on it.

    At every verified address of theirs; how many acknowledgements were asked about. ``now`` is the
    district's time, ``real_now`` the machine's.
    """
    due = lock_reminders(session, now, limit)
    addresses = list_verified(session, {_person(found) for found in due})
    for found in due:
        found.remind_at = now + settings.remind_every if settings.remind_every else None
        hours = (now - found.acknowledged_at) / timedelta(hours=1)
        sentence = f"Still working on it? You acknowledged alert {found.alert_id} {hours:.1f} h ago"
        for to in addresses.get(_person(found), ()):
            enqueue_personal(
                session,
                method=to.method,
                address=to.address,
                notification=say(sentence, "StillWorking", now, "/alerts"),
                key=f"still-working:{found.id}:{to.contact_id}:{now.isoformat()}",
                now=real_now,
            )
    return len(due)


def _person(found: Acknowledgement) -> int:
    """The account id of its author; 0, which no account has, for a program."""
    kind, _, number = found.by_actor.partition(":")
    return int(number) if kind == "user" else 0


def _refuse_wrong(expires_at: datetime | None, note: str, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        message = "An acknowledgement ends after now."
        raise Invalid(message, fields={"expires_at": message})
    if len(note.strip()) > LONGEST_NOTE:
        message = f"Use at most {LONGEST_NOTE} characters."
        raise Invalid(message, fields={"note": message})


def _end_known(session: Session, alert_ids: Collection[int], now: datetime) -> None:
    """Close one's own earlier word, and words that are over and not yet written down."""
    for found in lock_open(session, alert_ids).values():
        _end(found, Because.CHANGED, now, None)
    session.flush()


def _end(found: Acknowledgement, because: Because, now: datetime, by: str | None) -> None:
    found.ended_at, found.ended_because, found.ended_by = now, because.value, by


def _tell_history(
    session: Session,
    alert_ids: Collection[int],
    kind: EventKind,
    now: datetime,
    real_now: datetime | None,
    detail: JsonDict,
) -> None:
    record_event(session, sorted(alert_ids), kind, at=now, real_now=real_now or now, detail=detail)


def _audit(
    session: Session,
    action: str,
    alert_ids: Collection[int],
    after: JsonDict | None,
    by: Actor,
    now: datetime,
) -> None:
    record_many(
        session,
        by=by,
        action=action,
        subject_type="alert",
        changes=[(alert_id, None, after) for alert_id in sorted(alert_ids)],
        now=now,
    )
