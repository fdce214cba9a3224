"""A student who never came: attendance at the school becomes void, and can be brought back."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from sis.attendance.actions.changes import Place, Writer
from sis.attendance.queries.corrections import list_student_events
from sis.attendance.queries.events import list_changes
from sis.attendance.rules.status import Entry, Status
from sis.organizations.queries import get_school_for


def invalidate_for_no_show(
    session: Session,
    *,
    person_id: int,
    school_id: int,
    begins_on: date | None,
    ends_on: date | None = None,
    by: Actor,
    now: datetime,
) -> int:
    """Void the student's attendance at the school in the enrolment's ``[begins_on, ends_on)``.

    Returns how many entries there were. They stay in the history, and ``restore_after_no_show``
    brings them back. "Present" needs nothing: it holds only while the student is on a roster.
    Raises NotFound for a school outside the actor's scope.
    """
    get_school_for(session, by, school_id)
    writer = Writer(session, by, now, "no_show")
    span = (begins_on or date.min, ends_on or date.max)
    events = list_student_events(session, person_id, school_id, *span, lock=True)
    voided = writer.remove(events)
    session.flush()
    _record(session, "attendance.void", person_id, school_id, voided, by=by, now=now)
    return voided


def restore_after_no_show(
    session: Session,
    *,
    person_id: int,
    school_id: int,
    voided_at: datetime,
    by: Actor,
    now: datetime,
) -> int:
    """Bring back what ``invalidate_for_no_show`` voided at that moment; returns how many entries.

    An entry that was made anew since then is left as it is.
    """
    get_school_for(session, by, school_id)
    writer, restored = Writer(session, by, now, "undo"), 0
    for change in list_changes(session, person_id, school_id, date.min, date.max):
        if change.why != "no_show" or change.changed_at != voided_at or not change.before_status:
            continue
        place = Place(school_id, change.section_id, change.on_date, change.period)
        entry = Entry(Status(change.before_status), change.before_reason, change.before_minutes)
        if writer.add(place, {person_id: entry}, source="office"):
            writer.note(place, person_id, before=None, after=entry)
            restored += 1
    session.flush()
    _record(session, "attendance.restore", person_id, school_id, restored, by=by, now=now)
    return restored


def _record(
    session: Session,
    action: str,
    person_id: int,
    school_id: int,
    entries: int,
    *,
    by: Actor,
    now: datetime,
) -> None:
    after = {"school_id": school_id, "entries": entries}
    record(session, by=by, action=action, subject=("person", person_id), after=after, now=now)
