"""The office corrects attendance, with a reason; what it decides stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from core.audit.actions import record, record_many
from core.auth.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from sis.attendance.actions.changes import Place, Writer, entry_of
from sis.attendance.models import AttendanceEvent
from sis.attendance.queries.corrections import (
    list_places_of_student,
    list_student_events,
    list_uncleared,
    was_at_school,
)
from sis.attendance.queries.reasons import get_reason
from sis.attendance.rules.status import Entry, Kind, status_of
from sis.organizations.queries import get_school_for

LONGEST_RANGE = 60
"""Days that one correction may cover."""

_SOURCE = "office"


@dataclass(frozen=True)
class Correction:
    """What the office enters for a student, for ``[begins_on, ends_on)``.

    ``period`` None means every class of those days. ``minutes`` are those missed by a late
    arrival or an early leave. ``seen`` is what the person saw: event id -> version.
    """

    person_id: int
    school_id: int
    begins_on: date
    ends_on: date
    period: str | None
    kind: Kind
    reason_code: str | None = None
    minutes: int | None = None
    seen: Mapping[int, int] | None = None


def correct(session: Session, wanted: Correction, *, by: Actor, now: datetime) -> int:
    """Record it for every class that the student has then; returns how many entries changed.

    A day of school on which the student has no class is recorded as a day. Raises NotFound (no
    such student in the actor's schools), Invalid (a reason that does not fit, dates the wrong way
    round, no day of school among them) and Conflict with the code attendance_changed when somebody
    else changed one of the entries meanwhile.
    """
    get_school_for(session, by, wanted.school_id)
    _refuse_dates(wanted)
    if not was_at_school(session, wanted.person_id, wanted.school_id):
        raise NotFound("There is no such student at this school.")
    entry = _entry(session, wanted)
    days = (wanted.begins_on + timedelta(days=n) for n in range(_length(wanted)))
    places = [place for on in days for place in _places(session, wanted, on)]
    if not places:
        raise Invalid(
            "There is no class of this student in those days and periods.",
            fields={"begins_on": "no day of school"},
        )
    held = {(e.section_id, e.on_date, e.period): e for e in _held(session, wanted)}
    _refuse_changed(wanted, [held[key] for place in places if (key := _key(place)) in held])
    writer = Writer(session, by, now, "office")
    changed = sum(_set(writer, place, held.get(_key(place)), wanted, entry) for place in places)
    if changed:
        _record(session, wanted, entry, changed, by=by, now=now)
    return changed


def clear(
    session: Session,
    school_id: int,
    seen: Mapping[int, int],
    *,
    reason_code: str,
    by: Actor,
    now: datetime,
) -> tuple[int, int]:
    """Give uncleared absences (event id -> version seen) a reason, many at once.

    Returns how many were cleared, and how many were left because somebody changed them since.
    Raises NotFound and Invalid as ``correct`` does.
    """
    get_school_for(session, by, school_id)
    writer = Writer(session, by, now, "office")
    found = {event.id: event for event in list_uncleared(session, school_id, ids=seen)}
    unchanged = [
        found[i] for i, version in seen.items() if i in found and found[i].version == version
    ]
    changes = []
    for event in unchanged:
        reason = get_reason(session, reason_code, kind=Kind.ABSENT, on=event.on_date)
        before = event.status
        entry = Entry(status_of(Kind.ABSENT, reason), reason.code)
        writer.change(event, entry, source=_SOURCE)
        after = {"status": entry.status.value, "reason_code": reason.code}
        changes.append((event.id, {"status": before}, after))
    session.flush()
    record_many(
        session,
        by=by,
        action="attendance.clear",
        subject_type="attendance_event",
        changes=changes,
        now=now,
    )
    return len(unchanged), len(seen) - len(unchanged)


def _length(wanted: Correction) -> int:
    return (wanted.ends_on - wanted.begins_on).days


def _refuse_dates(wanted: Correction) -> None:
    if _length(wanted) < 1:
        raise Invalid("The last day is before the first.", fields={"ends_on": "before the first"})
    if _length(wanted) > LONGEST_RANGE:
        message = f"One correction covers at most {LONGEST_RANGE} days."
        raise Invalid(message, fields={"ends_on": message})


def _entry(session: Session, wanted: Correction) -> Entry:
    if wanted.kind is Kind.PRESENT:
        return Entry(status_of(Kind.PRESENT, None))
    reason = None
    if wanted.reason_code:
        reason = get_reason(session, wanted.reason_code, kind=wanted.kind, on=wanted.begins_on)
    elif wanted.kind is Kind.ABSENT:
        raise Invalid("An absence needs a reason code.", fields={"reason": "needed"})
    minutes = None if wanted.kind is Kind.ABSENT else wanted.minutes
    return Entry(status_of(wanted.kind, reason), reason.code if reason else None, minutes)


def _places(session: Session, wanted: Correction, on: date) -> list[Place]:
    found = list_places_of_student(session, wanted.person_id, wanted.school_id, on)
    return [
        Place(wanted.school_id, section_id, on, period)
        for section_id, period in found
        if wanted.period is None or period == wanted.period
    ]


def _held(session: Session, wanted: Correction) -> Sequence[AttendanceEvent]:
    return list_student_events(
        session, wanted.person_id, wanted.school_id, wanted.begins_on, wanted.ends_on, lock=True
    )


def _key(place: Place) -> tuple[int | None, date, str]:
    return place.section_id, place.on_date, place.period


def _refuse_changed(wanted: Correction, events: Sequence[AttendanceEvent]) -> None:
    if wanted.seen is None:
        return
    changed = [event for event in events if wanted.seen.get(event.id) != event.version]
    if changed:
        last = max(changed, key=lambda event: event.modified_at)
        raise Conflict(
            f"The {last.source} changed this attendance at {last.modified_at:%Y-%m-%d %H:%M} UTC: "
            f"{last.on_date} is now {last.status.replace('_', ' ')}. Look again before you save.",
            code="attendance_changed",
        )


def _set(
    writer: Writer, place: Place, event: AttendanceEvent | None, wanted: Correction, entry: Entry
) -> bool:
    """Write it at one place; whether anything changed."""
    if event is not None:
        if event.source == _SOURCE and entry_of(event) == entry:
            return False
        writer.change(event, entry, source=_SOURCE)
        return True
    if not writer.add(place, {wanted.person_id: entry}, source=_SOURCE):
        raise Conflict("The teacher is submitting this class just now. Try again.", code="busy")
    writer.note(place, wanted.person_id, before=None, after=entry)
    return True


def _record(
    session: Session, wanted: Correction, entry: Entry, changed: int, *, by: Actor, now: datetime
) -> None:
    after = {
        "school_id": wanted.school_id,
        "begins_on": wanted.begins_on,
        "ends_on": wanted.ends_on,
        "period": wanted.period,
        "status": entry.status.value,
        "reason_code": entry.reason_code,
        "minutes": entry.minutes,
        "entries": changed,
    }
    subject = ("person", wanted.person_id)
    record(session, by=by, action="attendance.correct", subject=subject, after=after, now=now)
