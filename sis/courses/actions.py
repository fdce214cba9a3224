"""Making sections and changing them from a date on; what is past is never rewritten."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.audit.queries import list_entries
from core.auth.actor import Actor
from core.errors import Conflict, Invalid
from sis.calendars.rules import local_date
from sis.courses.catalog import TermCard, get_course_for, get_session
from sis.courses.consequences import Change, SharedRooms, check_plan, consequences, plan_of
from sis.courses.models import Course, Section, SectionMeeting, SectionTerm
from sis.courses.queries import ScheduledSection, get_section_for
from sis.courses.rows import (
    as_stored,
    get_section_row,
    list_meeting_rows,
    list_student_ids,
    list_teacher_rows,
)
from sis.courses.rules.changes import Preview, SectionPlan, meeting_steps
from sis.organizations.queries import get_school_for
from sis.scheduling.actions import OWN_SOURCE, note_change
from sis.scheduling.models import SectionEnrollment


@dataclass(frozen=True)
class NewSection:
    """A section to be made: of a course, at a school, in a term."""

    school_id: int
    course_id: int
    session_id: int
    plan: SectionPlan
    track: str = ""
    class_type: str = "scheduled"


def create_section(session: Session, new: NewSection, *, by: Actor, now: datetime) -> Section:
    """A new section of the course in a term, with its meetings and teachers for all the term.

    Raises NotFound (school, course or term unknown or outside the scope) and Invalid with every
    problem of the plan.
    """
    get_school_for(session, by, new.school_id)
    course, term = get_course_for(session, by, new.course_id), get_session(session, new.session_id)
    plan = new.plan
    check_plan(session, plan)
    section = _section(new, course, term, now)
    session.add(section)
    session.flush()
    session.add(SectionTerm(section_id=section.id, session_id=term.id))
    session.add_all(
        SectionMeeting(section_id=section.id, period=m.period, days=m.days) for m in plan.meetings
    )
    for number, person_id in enumerate(plan.teacher_ids):
        _add_teacher(session, section.id, person_id, None, first=number == 0, now=now)
    session.flush()
    _record(session, "section.create", section.id, None, plan, None, by=by, now=now)
    return section


def _section(new: NewSection, course: Course, term: TermCard, now: datetime) -> Section:
    return Section(
        sourced_id=str(uuid4()),
        source=OWN_SOURCE,
        title=new.plan.title.strip(),
        code=new.plan.code,
        class_type=new.class_type,
        location=new.plan.room,
        course_id=course.id,
        course_sourced_id=course.sourced_id,
        school_id=new.school_id,
        track=new.track,
        seats=new.plan.seats,
        grades=course.grades,
        subjects=course.subjects,
        subject_codes=course.subject_codes,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        modified_at=now,
    )


def change_section(
    session: Session,
    *,
    section_id: int,
    change: Change,
    by: Actor,
    now: datetime,
    shared_rooms: SharedRooms = (),
) -> Section:
    """Make the section what the plan says from ``change.on`` on; before, it stays as it was.

    Raises NotFound (outside the scope), Invalid (the plan; a date in the past), and Conflict with
    the code changed_meanwhile (somebody was faster) or would_clash: then ``fields`` has the token
    to send as ``accepted`` to have it nevertheless.
    """
    section = get_section_for(session, by, section_id, change.on, lock=True)
    _refuse_old_version(session, section, change.version)
    check_plan(session, change.plan)
    _refuse_past(session, section, change.on, by, now)
    seen = consequences(session, section, change, shared_rooms)
    if seen.token != change.accepted and seen.token:
        raise Conflict(_sentence(seen), code="would_clash", fields={"accept": seen.token})
    row = get_section_row(session, section_id)
    before = plan_of(section)
    if change.plan == before:
        return row
    _move(session, row, change)
    _hand_over(session, row.id, section, change, now)
    plan = change.plan
    row.title, row.code, row.seats = plan.title.strip(), plan.code, plan.seats
    row.location = plan.room
    row.modified_at = max(now, row.modified_at + timedelta(microseconds=1))
    if plan.meetings != before.meetings:
        for person_id in list_student_ids(session, section_id, change.on):
            note_change(session, person_id=person_id, now=now)
    session.flush()
    _record(session, "section.change", section_id, before, plan, change.on, by=by, now=now)
    return row


def cancel_section(
    session: Session, *, section_id: int, on: date, by: Actor, now: datetime
) -> None:
    """Take an empty section out of the schedule from ``on``; one that never met is deleted.

    Raises NotFound, Invalid (a date in the past) and Conflict (students have seats in it).
    """
    section = get_section_for(session, by, section_id, on, lock=True)
    _refuse_past(session, section, on, by, now)
    if section.taken:
        raise Conflict(
            f"{section.title} has {section.taken} students: move them first.", code="has_students"
        )
    row = get_section_row(session, section_id)
    row.modified_at = now
    if section.starts_on is not None and on > section.starts_on:
        row.ends_on = on
    else:
        row.status = "tobedeleted"
    for place in list_teacher_rows(session, section_id, on):
        _end_place(place, on, now)
    session.flush()
    _record(session, "section.cancel", section_id, plan_of(section), None, on, by=by, now=now)


def _refuse_old_version(
    session: Session, section: ScheduledSection, version: datetime | None
) -> None:
    if version is None or version == section.modified_at:
        return
    entries = list_entries(session, subject_type="section", subject_id=str(section.id), limit=1)
    who = f"{entries[0].actor} ({entries[0].action})" if entries else f"source {section.source}"
    raise Conflict(
        f"{section.title} was changed meanwhile by {who}. Look at it as it is now, then change it.",
        code="changed_meanwhile",
    )


def _refuse_past(
    session: Session, section: ScheduledSection, on: date, by: Actor, now: datetime
) -> None:
    """Only what has not been taught yet may change: attendance was taken in the rest."""
    school = get_school_for(session, by, section.school_id)
    today = local_date(now, school.time_zone)
    begun = section.starts_on is None or section.starts_on < today
    if begun and on < today:
        sentence = f"Choose {today} or later: what is past keeps its meetings and attendance."
        raise Invalid(sentence, fields={"on": sentence})
    if section.ends_on is not None and on >= section.ends_on:
        sentence = f"{section.title} ends on {section.ends_on}: choose an earlier date."
        raise Invalid(sentence, fields={"on": sentence})


def _sentence(seen: Preview) -> str:
    parts = []
    if seen.clashes:
        parts.append(f"{len(seen.clashes)} students would be in two sections at once")
    if seen.warnings:
        parts.append(f"double bookings: {'; '.join(seen.warnings)}")
    return f"Nothing was changed: {', and '.join(parts)}."


def _move(session: Session, row: Section, change: Change) -> None:
    rows = {one.id: one for one in list_meeting_rows(session, row.id)}
    steps = meeting_steps(
        [as_stored(one) for one in rows.values()],
        change.plan.meetings,
        on=change.on,
        starts_on=row.starts_on,
        room_was=row.location,
        room=change.plan.room,
    )
    for one in steps.remembered:
        rows[one].room = row.location
    for one in steps.ended:
        rows[one].ends_on = change.on
    for one in steps.reopened:
        rows[one].ends_on = None
    for one in steps.forgotten:
        session.delete(rows[one])
    session.add_all(
        SectionMeeting(section_id=row.id, period=m.period, days=m.days, begins_on=m.begins_on)
        for m in steps.opened
    )


def _hand_over(
    session: Session, section_id: int, section: ScheduledSection, change: Change, now: datetime
) -> None:
    """End the places of teachers who go, open those of teachers who come, and name the first."""
    wanted = list(change.plan.teacher_ids)
    begins_on = (
        None if section.starts_on is not None and change.on <= section.starts_on else change.on
    )
    for place in list_teacher_rows(session, section_id, change.on):
        begun = place.begins_on is None or place.begins_on <= change.on
        if place.person_id not in wanted or not begun:
            _end_place(place, change.on, now)
            continue
        first = change.plan.teacher_ids[0] == place.person_id
        wanted.remove(place.person_id)
        if bool(place.is_primary) != first or place.ends_on is not None:
            place.is_primary, place.ends_on, place.modified_at = first, None, now
    for person_id in wanted:
        first = person_id == change.plan.teacher_ids[0]
        _add_teacher(session, section_id, person_id, begins_on, first=first, now=now)


def _end_place(place: SectionEnrollment, on: date, now: datetime) -> None:
    if place.begins_on is not None and place.begins_on > on:
        place.begins_on = on  # a place that never began becomes an empty interval
    place.ends_on, place.modified_at = on, now


def _add_teacher(
    session: Session,
    section_id: int,
    person_id: int,
    begins_on: date | None,
    *,
    first: bool,
    now: datetime,
) -> None:
    session.add(
        SectionEnrollment(
            sourced_id=str(uuid4()),
            source=OWN_SOURCE,
            section_id=section_id,
            person_id=person_id,
            role="teacher",
            is_primary=first,
            begins_on=begins_on,
            modified_at=now,
        )
    )


def _record(
    session: Session,
    action: str,
    section_id: int,
    before: SectionPlan | None,
    after: SectionPlan | None,
    on: date | None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    record(
        session,
        by=by,
        action=action,
        subject=("section", section_id),
        before=_told(before),
        after=None if after is None else {**(_told(after) or {}), "from": on},
        now=now,
    )


def _told(plan: SectionPlan | None) -> dict[str, object] | None:
    if plan is None:
        return None
    return {
        "title": plan.title,
        "code": plan.code,
        "room": plan.room,
        "seats": plan.seats,
        "meetings": [meeting.when for meeting in plan.meetings],
        "teacher_ids": list(plan.teacher_ids),
    }
