"""The rows behind a section that a change touches: meetings, teachers, and its students' days."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from sis.courses.models import Section, SectionMeeting
from sis.courses.rules.changes import Other, StoredMeeting
from sis.courses.rules.meetings import Meeting, overlap
from sis.people.models import Person, PersonRole
from sis.people.queries import name_of
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.queries import not_ended_by


def get_section_row(session: Session, section_id: int) -> Section:
    """The section itself, for a change; whoever asks has found it for the actor before."""
    return session.get_one(Section, section_id)


def list_meeting_rows(session: Session, section_id: int) -> list[SectionMeeting]:
    """All meetings of the section, also those that have ended, in the order they came."""
    statement = (
        select(SectionMeeting)
        .where(SectionMeeting.section_id == section_id)
        .order_by(SectionMeeting.id)
    )
    return list(session.scalars(statement))


def as_stored(row: SectionMeeting) -> StoredMeeting:
    """The row as the rules see it."""
    return StoredMeeting(
        row.id, Meeting(row.period, row.days, row.begins_on, row.ends_on, row.room)
    )


def list_teacher_rows(session: Session, section_id: int, on: date) -> list[SectionEnrollment]:
    """The places of teachers that have not ended by ``on``, in the order they came."""
    statement = (
        select(SectionEnrollment)
        .where(
            SectionEnrollment.section_id == section_id,
            SectionEnrollment.role == "teacher",
            not_ended_by(on),
        )
        .order_by(SectionEnrollment.id)
    )
    return list(session.scalars(statement))


def list_student_ids(session: Session, section_id: int, on: date) -> list[int]:
    """The students whose place has not ended by ``on``, also those who come later."""
    statement = (
        select(SectionEnrollment.person_id)
        .where(
            SectionEnrollment.section_id == section_id,
            SectionEnrollment.role == "student",
            not_ended_by(on),
        )
        .distinct()
        .order_by(SectionEnrollment.person_id)
    )
    return list(session.scalars(statement))


def list_other_meetings(session: Session, section_id: int, on: date) -> list[Other]:
    """Where else at the school the section's students are, on ``on`` or later; one query."""
    mine, theirs = aliased(SectionEnrollment), SectionEnrollment
    here = aliased(Section)
    statement = (
        select(Person, mine, theirs, Section, SectionMeeting)
        .join(mine, mine.person_id == Person.id)
        .join(here, here.id == mine.section_id)
        .join(theirs, theirs.person_id == mine.person_id)
        .join(Section, Section.id == theirs.section_id)
        .join(SectionMeeting, SectionMeeting.section_id == Section.id)
        .where(
            mine.section_id == section_id,
            mine.role == "student",
            mine.status == "active",
            or_(mine.ends_on.is_(None), mine.ends_on > on),
            theirs.role == "student",
            not_ended_by(on),
            Section.id != section_id,
            Section.school_id == here.school_id,
            Section.status == "active",
        )
        .order_by(SectionMeeting.id)
    )
    found = []
    for person, place, other, section, meeting in session.execute(statement):
        span = overlap(
            (place.begins_on, place.ends_on),
            (other.begins_on, other.ends_on),
            (section.starts_on, section.ends_on),
            (meeting.begins_on, meeting.ends_on),
        )
        if span is not None:
            clipped = Meeting(meeting.period, meeting.days, *span)
            name = name_of(person)
            found.append(Other(person.id, person.sourced_id, name, section.title, clipped))
    return found


def list_teachers(session: Session, school_id: int, on: date) -> list[tuple[int, str]]:
    """Who may teach at the school, as (id, name) by name: its teachers on ``on`` by role, and
    whoever teaches a section there that lasts.
    """
    by_role = select(PersonRole.person_id).where(
        PersonRole.organization_id == school_id,
        PersonRole.role == "teacher",
        PersonRole.status == "active",
        or_(PersonRole.ends_on.is_(None), PersonRole.ends_on > on),
    )
    teaching = (
        select(SectionEnrollment.person_id)
        .join(Section, Section.id == SectionEnrollment.section_id)
        .where(
            Section.school_id == school_id,
            SectionEnrollment.role == "teacher",
            not_ended_by(on),
        )
    )
    statement = (
        select(Person)
        .where(Person.status == "active", Person.id.in_(by_role.union(teaching)))
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    return [(person.id, name_of(person)) for person in session.scalars(statement)]


def list_staff(session: Session, ids: tuple[int, ...]) -> list[int]:
    """Those of the ids that belong to active people, so that nobody unknown becomes a teacher."""
    statement = select(Person.id).where(Person.id.in_(ids), Person.status == "active")
    return list(session.scalars(statement))
