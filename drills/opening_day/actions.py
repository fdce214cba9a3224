"""Writing the script once, and marking its events done."""

from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.db import JsonDict
from core.runtime import Runtime
from drills.opening_day import counseling
from drills.opening_day.models import DrillEvent
from drills.opening_day.planned import Morning, Planned, Waiting
from drills.opening_day.queries import get_event, next_due_at, progress
from drills.opening_day.script import Cancelled, make_script
from drills.opening_day.survey import survey
from drills.opening_day.worsening import worsening_school
from sis.people.queries import list_people
from sis.scheduling.queries import list_open_sections, list_sections_of
from sis.scheduling.rosters import list_students_in


def _cancelled(session: Session, morning: Morning) -> Cancelled | None:
    """The fullest section that still has a seat, at the school that gets worse."""
    school = worsening_school(morning)
    if school is None:
        return None
    open_sections = [
        section
        for section in list_open_sections(session, school.id, morning.day)
        if section.class_type == "scheduled" and section.periods not in ((), ("1",))
    ]
    if not open_sections:
        return None
    section = max(open_sections, key=lambda one: (one.taken, one.id))
    students = []
    already = {student.person_id for student in school.waiting}
    for person in list_people(session, list_students_in(session, section.id, morning.day)):
        filled = sum(len(s.periods) for s in list_sections_of(session, person.id, morning.day))
        if person.id not in already:
            students.append(Waiting(person.id, person.grade, section.track, filled))
    return Cancelled(school, section.id, students)


def _rows(events: list[Planned]) -> list[dict[str, object]]:
    return [
        {
            "key": event.key,
            "lane": event.lane,
            "kind": event.kind,
            "due_at": event.due_at,
            "payload": event.payload,
        }
        for event in events
    ]


def ensure_script(session: Session, runtime: Runtime, day: date, seed: int) -> int:
    """Write the script of ``day`` unless one is there or an earlier one is unfinished.

    Returns the number of new events. The survey is made once, before anything of the day has
    happened; a drill that starts again goes on with what is stored.
    """
    if next_due_at(session) is not None or progress(session, f"{day}/").events:
        return 0
    morning = survey(session, runtime, day)
    if not morning.schools:
        return 0
    events = make_script(morning, _cancelled(session, morning), seed)
    session.execute(insert(DrillEvent), _rows(events))
    return len(events)


def perform_record(session: Session, event_id: int, on: date, now: datetime) -> JsonDict | None:
    """Do an event of the records lane and mark it done, in one transaction.

    None when it was done before.
    """
    event = get_event(session, event_id)
    if event.done_at is not None:
        return None
    outcome = counseling.perform(session, event.kind, event.payload, event.key, on, now)
    event.done_at, event.outcome = now, outcome
    return outcome


def finish(
    session: Session, event_id: int, outcome: JsonDict, now: datetime, *, then: list[Planned]
) -> None:
    """Mark an event of the desk lane done, and add what follows from it."""
    event = get_event(session, event_id)
    if event.done_at is not None:
        return
    event.done_at, event.outcome = now, outcome
    if then:
        session.execute(insert(DrillEvent), _rows(then))


def remember(session: Session, event_id: int, **values: object) -> None:
    """Keep a decision in the event's payload before acting on it."""
    event = get_event(session, event_id)
    event.payload = {**event.payload, **values}
