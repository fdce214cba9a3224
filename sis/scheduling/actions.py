"""Putting students into sections and taking them out; a place is ended, never deleted."""

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from sis.courses.rules.meetings import first_clash
from sis.enrollment.queries import find_active
from sis.organizations.queries import get_school_for
from sis.scheduling.models import ScheduleChange, SectionEnrollment
from sis.scheduling.queries import (
    SectionCard,
    find_place,
    get_section_card,
    list_places_at_school,
    list_sections_of,
)

OWN_SOURCE = "bellwether"


def note_change(session: Session, *, person_id: int, now: datetime) -> None:
    """Have this student's schedule looked at again by the next sweep."""
    session.add(ScheduleChange(person_id=person_id, at=now))


def add_to_section(
    session: Session,
    *,
    person_id: int,
    section_id: int,
    begins_on: date,
    by: Actor,
    now: datetime,
    overfill: bool = False,
) -> SectionEnrollment:
    """Give the student a seat from ``begins_on`` to the end of the section's term.

    ``overfill`` takes a seat that the section does not have. Raises NotFound (section unknown or
    outside the actor's scope), Invalid (begins after the section's term) and Conflict with the
    code not_enrolled, already_in_section, section_full or period_clash.
    """
    section = get_section_card(session, section_id, begins_on)
    get_school_for(session, by, section.school_id)
    _refuse_misfit(session, section, person_id=person_id, on=begins_on, overfill=overfill)
    place = SectionEnrollment(
        sourced_id=str(uuid4()),
        source=OWN_SOURCE,
        section_id=section_id,
        person_id=person_id,
        role="student",
        begins_on=begins_on,
        modified_at=now,
    )
    session.add(place)
    session.flush()
    note_change(session, person_id=person_id, now=now)
    record(
        session,
        by=by,
        action="section.add_student",
        subject=("section_enrollment", place.id),
        after={"person_id": person_id, "section_id": section_id, "begins_on": begins_on},
        now=now,
    )
    return place


def drop_from_section(
    session: Session,
    *,
    person_id: int,
    section_id: int,
    ends_on: date,
    by: Actor,
    now: datetime,
) -> SectionEnrollment:
    """End the student's place in the section before ``ends_on``.

    Raises NotFound when the section is outside the actor's scope, or the student has no place in
    it that lasts until ``ends_on``.
    """
    section = get_section_card(session, section_id, ends_on)
    get_school_for(session, by, section.school_id)
    place = find_place(session, person_id=person_id, section_id=section_id, on=ends_on)
    if place is None:
        raise NotFound(f"This student is not in {section.title}.")
    _end(session, place, ends_on=ends_on, by=by, now=now)
    note_change(session, person_id=person_id, now=now)
    return place


def end_sections_at_school(
    session: Session,
    *,
    person_id: int,
    school_id: int,
    ends_on: date,
    by: Actor,
    now: datetime,
) -> int:
    """End all places of the student at the school before ``ends_on``; how many there were."""
    places = list_places_at_school(session, person_id=person_id, school_id=school_id, on=ends_on)
    for place in places:
        _end(session, place, ends_on=ends_on, by=by, now=now)
    return len(places)


def _refuse_misfit(
    session: Session, section: SectionCard, *, person_id: int, on: date, overfill: bool
) -> None:
    if section.ends_on is not None and on >= section.ends_on:
        raise Invalid(f"{section.title} has ended.", fields={"begins_on": "after its term"})
    if not find_active(session, person_id=person_id, school_id=section.school_id, on=on):
        raise Conflict(
            f"This student is not enrolled at the school of {section.title}.", code="not_enrolled"
        )
    if find_place(session, person_id=person_id, section_id=section.id, on=on):
        raise Conflict(f"This student is in {section.title} already.", code="already_in_section")
    if not overfill and section.seats is not None and section.taken >= section.seats:
        raise Conflict(
            f"{section.title} is full: {section.taken} of {section.seats} seats are taken.",
            code="section_full",
        )
    first_day = max(on, section.starts_on or on)
    for other in list_sections_of(session, person_id, first_day):
        if other.school_id != section.school_id:
            continue
        clash = first_clash(section.meetings, other.meetings)
        if clash is not None:
            raise Conflict(f"Period {clash.when} is taken by {other.title}.", code="period_clash")


def _end(
    session: Session, place: SectionEnrollment, *, ends_on: date, by: Actor, now: datetime
) -> None:
    before = {"begins_on": place.begins_on, "ends_on": place.ends_on}
    if place.begins_on is not None and place.begins_on > ends_on:
        place.begins_on = ends_on  # a place that never began becomes an empty interval
    place.ends_on, place.modified_at = ends_on, now
    record(
        session,
        by=by,
        action="section.drop_student",
        subject=("section_enrollment", place.id),
        before=before,
        after={"begins_on": place.begins_on, "ends_on": ends_on},
        now=now,
    )
