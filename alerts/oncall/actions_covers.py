"""Who covers for whom: overrides, and swaps that are asked and answered."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from alerts.contacts.people import person_of
from alerts.oncall.models import OnCallCover, OnCallSwap
from alerts.oncall.queries import get_cover, get_swap, load, lock_schedule
from alerts.oncall.rules.shifts import Origin, final_shifts
from core.audit.actions import record
from core.auth.accounts.queries import get_account_by_id
from core.auth.actor import Actor
from core.db import JsonDict
from core.errors import Conflict, Forbidden, Invalid

LONGEST_COVER = timedelta(days=92)
LONGEST_NOTE = 500


def cover(
    session: Session,
    schedule_id: int,
    *,
    user_id: int,
    begins_at: datetime,
    ends_at: datetime,
    note: str = "",
    by: Actor,
    now: datetime,
    origin: Origin = Origin.OVERRIDE,
) -> OnCallCover:
    """``user_id`` is on call in the stretch, whoever's turn it is; over earlier covers as well.

    What is past of the stretch stays as it was.
    Raises Invalid (the stretch is over, ends before it begins, or is too long; no open account) and
    NotFound.
    """
    row = lock_schedule(session, schedule_id)
    _refuse_stretch(begins_at, ends_at, now)
    if len(note.strip()) > LONGEST_NOTE:
        raise Invalid(f"Use at most {LONGEST_NOTE} characters.", fields={"note": "too long"})
    if not get_account_by_id(session, user_id).active:
        message = "Choose somebody with an open account."
        raise Invalid(message, fields={"user": message})
    begins_at = max(begins_at, now)
    found = OnCallCover(
        schedule_id=row.id,
        user_id=user_id,
        begins_at=begins_at,
        ends_at=ends_at,
        origin=origin.value,
        note=note.strip(),
        made_by=by.name,
        made_at=now,
    )
    session.add(found)
    session.flush()
    after: JsonDict = {"user": user_id, "begins_at": begins_at, "ends_at": ends_at}
    _record(session, "oncall.cover", row.id, after, by, now)
    return found


def _refuse_stretch(begins_at: datetime, ends_at: datetime, now: datetime) -> None:
    problem = ""
    if ends_at <= begins_at:
        problem = "It ends before it begins."
    elif ends_at <= now:
        problem = "This stretch is over already."
    elif ends_at - begins_at > LONGEST_COVER:
        problem = f"At most {LONGEST_COVER.days} days; make it a layer instead."
    if problem:
        raise Invalid(problem, fields={"ends_at": problem})


def uncover(session: Session, schedule_id: int, cover_id: int, *, by: Actor, now: datetime) -> None:
    """Take an override back; of one that has begun, what is still to come.

    Conflict when it is over, or comes from a calendar.
    """
    lock_schedule(session, schedule_id)
    found = get_cover(session, schedule_id, cover_id)
    if found.ends_at <= now:
        raise Conflict("This override is over already.", code="cover_over")
    if found.calendar_id is not None:
        raise Conflict("It comes from a calendar: change it there.", code="from_calendar")
    before: JsonDict = {"user": found.user_id, "ends_at": found.ends_at}
    if found.begins_at >= now:
        session.delete(found)
    else:
        found.ends_at = now
    session.flush()
    subject = ("oncall_schedule", schedule_id)
    record(session, by=by, action="oncall.uncover", subject=subject, before=before, now=now)


def ask_swap(
    session: Session,
    schedule_id: int,
    *,
    asked_of: int | None,
    begins_at: datetime,
    ends_at: datetime,
    in_return: tuple[datetime, datetime] | None = None,
    note: str = "",
    by: Actor,
    now: datetime,
) -> OnCallSwap:
    """Ask somebody, or anybody, to take a stretch in which ``by`` is on call.

    ``in_return`` is a stretch of theirs that ``by`` takes for it. Raises Invalid, and Conflict when
    the stretches are not theirs to give.
    """
    row = lock_schedule(session, schedule_id)
    me = person_of(by)
    _refuse_stretch(begins_at, ends_at, now)
    begins_at = max(begins_at, now)
    _refuse_not_theirs(session, schedule_id, me, begins_at, ends_at, "You are")
    if asked_of == me:
        raise Invalid("Ask somebody else.", fields={"asked_of": "that is you"})
    if in_return is not None:
        if asked_of is None:
            message = "Say whose stretch you take in return."
            raise Invalid(message, fields={"asked_of": message})
        _refuse_stretch(*in_return, now)
        _refuse_not_theirs(session, schedule_id, asked_of, *in_return, "They are")
    found = OnCallSwap(
        schedule_id=row.id,
        asked_by=me,
        asked_of=asked_of,
        begins_at=begins_at,
        ends_at=ends_at,
        return_begins_at=in_return[0] if in_return else None,
        return_ends_at=in_return[1] if in_return else None,
        note=note.strip()[:LONGEST_NOTE],
        state="asked",
        asked_at=now,
    )
    session.add(found)
    session.flush()
    _record(session, "oncall.swap_asked", row.id, {"swap": found.id}, by, now)
    return found


def accept_swap(session: Session, swap_id: int, *, by: Actor, now: datetime) -> OnCallSwap:
    """Take the stretch, and give the one in return; both at once or neither.

    Raises Forbidden (somebody else was asked) and Conflict (answered or over meanwhile, or the
    schedule has changed since).
    """
    found = _open(session, swap_id, now)
    me = person_of(by)
    if me == found.asked_by or found.asked_of not in (None, me):
        raise Forbidden("This was asked of somebody else.")
    stretch = (max(found.begins_at, now), found.ends_at)
    _refuse_not_theirs(session, found.schedule_id, found.asked_by, *stretch, "They are")
    given = [(me, *stretch)]
    if found.return_begins_at is not None and found.return_ends_at is not None:
        back = (found.return_begins_at, found.return_ends_at)
        _refuse_not_theirs(session, found.schedule_id, me, *back, "You are")
        given.append((found.asked_by, *back))
    with session.begin_nested():
        for user_id, begins_at, ends_at in given:
            cover(
                session,
                found.schedule_id,
                user_id=user_id,
                begins_at=begins_at,
                ends_at=ends_at,
                note=found.note,
                by=by,
                now=now,
                origin=Origin.SWAP,
            )
    return _answer(session, found, "accepted", me, by, now)


def decline_swap(session: Session, swap_id: int, *, by: Actor, now: datetime) -> OnCallSwap:
    """Say no to what was asked of ``by``; what was asked of anybody stays open for the others."""
    found = _open(session, swap_id, now)
    if found.asked_of != person_of(by):
        raise Forbidden("This was not asked of you alone.")
    return _answer(session, found, "declined", person_of(by), by, now)


def withdraw_swap(session: Session, swap_id: int, *, by: Actor, now: datetime) -> OnCallSwap:
    """Take one's own request back."""
    found = _open(session, swap_id, now)
    if found.asked_by != person_of(by):
        raise Forbidden("Only who asked takes it back.")
    found.state = "withdrawn"
    session.flush()
    _record(session, "oncall.swap_withdrawn", found.schedule_id, {"swap": found.id}, by, now)
    return found


def _open(session: Session, swap_id: int, now: datetime) -> OnCallSwap:
    found = get_swap(session, swap_id)
    lock_schedule(session, found.schedule_id)
    if found.state != "asked":
        who = ""
        if found.answered_by is not None:
            who = f" by {get_account_by_id(session, found.answered_by).display_name}"
        raise Conflict(f"This was {found.state} already{who}.", code="swap_answered")
    if found.ends_at <= now:
        raise Conflict("This stretch is over.", code="swap_over")
    return found


def _answer(
    session: Session, found: OnCallSwap, state: str, me: int, by: Actor, now: datetime
) -> OnCallSwap:
    found.state, found.answered_by, found.answered_at = state, me, now
    session.flush()
    _record(session, f"oncall.swap_{state}", found.schedule_id, {"swap": found.id}, by, now)
    return found


def _refuse_not_theirs(
    session: Session,
    schedule_id: int,
    user_id: int,
    begins_at: datetime,
    ends_at: datetime,
    who_is: str,
) -> None:
    row = lock_schedule(session, schedule_id)
    schedule = load(session, [row], begins_at, ends_at)[row.id]
    held = sum(
        (
            shift.ends_at - shift.begins_at
            for shift in final_shifts(schedule, begins_at, ends_at)
            if shift.user_id == user_id
        ),
        timedelta(),
    )
    if held != ends_at - begins_at:
        raise Conflict(f"{who_is} not on call in the whole of that stretch.", code="not_theirs")


def _record(
    session: Session, action: str, schedule_id: int, after: JsonDict, by: Actor, now: datetime
) -> None:
    subject = ("oncall_schedule", schedule_id)
    record(session, by=by, action=action, subject=subject, after=after, now=now)
