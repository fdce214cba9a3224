"""A teacher says who was there: once, or again with what differs.

The office's corrections stand; the teacher is told. Two devices at once: the second one is told
what the first one saved, and nothing is overwritten silently.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.errors import Conflict, Invalid
from core.upsert import insert_new
from sis.attendance.actions.changes import Place, Writer, entry_of
from sis.attendance.models import AttendanceEvent, AttendanceSubmission
from sis.attendance.queries.events import find_submission, list_class_events
from sis.attendance.queries.teaching import TaughtClass, get_taught_class, was_ever_in
from sis.attendance.rules.differences import Differences, Held, differences
from sis.attendance.rules.status import Entry, Kind, entry_of_teacher
from sis.attendance.settings import AttendanceSettings
from sis.calendars.rules import local_date
from sis.scheduling.rosters import list_students_in


@dataclass(frozen=True)
class Roll:
    """What a teacher enters: who was not there the whole time. Everybody else was present.

    ``version`` is that of the submission that the teacher saw, 0 for none. ``listed`` are the
    students whom the teacher's list showed, if the program said so.
    """

    section_id: int
    on_date: date
    period: str
    version: int
    exceptions: Mapping[int, tuple[Kind, int | None]]
    listed: frozenset[int] | None = None


@dataclass(frozen=True)
class Receipt:
    """What was saved, and person ids of whom the teacher should know.

    ``office_differs``: the office decided otherwise, and that stands. ``departed``: not in the
    class on that date, so nothing is recorded. ``unlisted``: in the class, but not on the list
    that the teacher saw, so counted as present.
    """

    submission: AttendanceSubmission
    office_differs: tuple[int, ...] = ()
    departed: tuple[int, ...] = ()
    unlisted: tuple[int, ...] = ()


def submit(
    session: Session, roll: Roll, *, by: Actor, now: datetime, policy: AttendanceSettings
) -> Receipt:
    """Record the attendance of a class that ``by`` teaches.

    Raises NotFound (not the actor's class), Invalid (no class then, a date in the future or too
    long ago, somebody who was never in the class) and Conflict with the code version_conflict.
    """
    taught = get_taught_class(
        session, by, section_id=roll.section_id, on=roll.on_date, period=roll.period
    )
    _refuse_date(taught, roll.on_date, now, policy)
    roster = list_students_in(session, roll.section_id, roll.on_date)
    departed = _departed(session, roll, roster)
    submission, created = _submission(session, taught, roll, len(roster), by=by, now=now)
    events = list_class_events(session, roll.section_id, roll.on_date, roll.period)
    wanted = _entries(roll, departed, policy)
    held = {e.person_id: Held(entry_of(e), e.source == "office") for e in events}
    found = differences(held, wanted)
    if not created and not found.none:
        _refuse_old_version(submission, roll, held)
        before = submission.version
        submission.version, submission.roster_size = before + 1, len(roster)
        submission.modified_at, submission.modified_by = now, by.id
    late = _write(session, taught, submission, found, events, by=by, now=now)
    if created or not found.none:
        _record(session, submission, found, by=by, now=now)
    return Receipt(
        submission,
        office_differs=(*found.office_differs, *sorted(late)),
        departed=tuple(sorted(departed)),
        unlisted=tuple(sorted(set(roster) - roll.listed)) if roll.listed is not None else (),
    )


def _refuse_date(taught: TaughtClass, on: date, now: datetime, policy: AttendanceSettings) -> None:
    days = (local_date(now, taught.zone) - on).days
    if days < 0:
        raise Invalid("This class has not met yet.", fields={"on_date": "in the future"})
    if days > policy.late_days:
        raise Invalid(
            f"A teacher submits within {policy.late_days} days of a class. Ask the office to "
            f"enter the attendance of {on}.",
            fields={"on_date": "too long ago"},
        )


def _departed(session: Session, roll: Roll, roster: list[int]) -> set[int]:
    strangers = set(roll.exceptions) - set(roster)
    if not strangers:
        return set()
    unknown = strangers - was_ever_in(session, roll.section_id, strangers)
    if unknown:
        ids = ", ".join(map(str, sorted(unknown)))
        raise Invalid(f"Not students of this class: {ids}.", fields={"exceptions": ids})
    return strangers


def _entries(roll: Roll, departed: set[int], policy: AttendanceSettings) -> dict[int, Entry]:
    return {
        person: entry_of_teacher(kind, minutes, truancy_from=policy.truancy_from_minutes)
        for person, (kind, minutes) in roll.exceptions.items()
        if kind is not Kind.PRESENT and person not in departed
    }


def _submission(
    session: Session, taught: TaughtClass, roll: Roll, size: int, *, by: Actor, now: datetime
) -> tuple[AttendanceSubmission, bool]:
    """The class's submission, locked, and whether it is new."""
    created = insert_new(
        session,
        AttendanceSubmission,
        school_id=taught.school_id,
        section_id=roll.section_id,
        on_date=roll.on_date,
        period=roll.period,
        submitted_at=now,
        submitted_by=by.id,
        modified_at=now,
        modified_by=by.id,
        roster_size=size,
        version=1,
    )
    found = find_submission(session, roll.section_id, roll.on_date, roll.period, lock=not created)
    assert found is not None
    return found, created


def _refuse_old_version(
    submission: AttendanceSubmission, roll: Roll, held: Mapping[int, Held]
) -> None:
    if submission.version == roll.version:
        return
    absent = sum(one.entry.status.absent for one in held.values())
    other = sum(one.entry.status.kind in (Kind.TARDY, Kind.LEFT_EARLY) for one in held.values())
    raise Conflict(
        f"This class was saved meanwhile on another device, with {absent} absent and {other} late "
        "or leaving early. Look at both and choose one.",
        code="version_conflict",
    )


def _write(
    session: Session,
    taught: TaughtClass,
    submission: AttendanceSubmission,
    found: Differences,
    events: list[AttendanceEvent],
    *,
    by: Actor,
    now: datetime,
) -> frozenset[int]:
    """Apply the differences; returns those for whom the office was faster by a moment."""
    writer = Writer(session, by, now, "teacher")
    place = Place(taught.school_id, taught.section_id, submission.on_date, submission.period)
    added = writer.add(place, found.added, submission.id, source="teacher")
    if submission.version > 1:
        for person in sorted(added):
            writer.note(place, person, before=None, after=found.added[person])
    by_person = {event.person_id: event for event in events}
    for person, entry in found.changed.items():
        writer.change(by_person[person], entry, source="teacher")
    writer.remove(by_person[person] for person in sorted(found.removed))
    return frozenset(found.added) - added


def _record(
    session: Session,
    submission: AttendanceSubmission,
    found: Differences,
    *,
    by: Actor,
    now: datetime,
) -> None:
    after = {
        "section_id": submission.section_id,
        "on_date": submission.on_date,
        "period": submission.period,
        "version": submission.version,
        "roster_size": submission.roster_size,
        "added": {str(person): entry.status.value for person, entry in found.added.items()},
    }
    if submission.version > 1:
        after["changed"] = {str(p): entry.status.value for p, entry in found.changed.items()}
        after["removed"] = sorted(found.removed)
    subject = ("attendance_submission", submission.id)
    record(session, by=by, action="attendance.submit", subject=subject, after=after, now=now)
