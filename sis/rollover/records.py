"""All that the plan of a school's rollover depends on, read from the records."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from sis.courses.models import Section
from sis.courses.queries import ScheduledSection, list_sections_in_terms
from sis.enrollment.models import SchoolEnrollment
from sis.enrollment.queries import active_on
from sis.rollover.models import RolloverRun, RolloverSchool, RolloverSection
from sis.rollover.queries import Term, shared_sessions
from sis.rollover.rules.plan import NewPlace, NewSection, OldPlace, OldSection, SchoolRecords
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.queries import in_section_on


def records_of(
    session: Session, school_id: int, old: Term, new: Term, stamp: str, *, students: bool
) -> SchoolRecords:
    """All that the plan of the school depends on; without ``students`` no places."""
    both = shared_sessions(old, new)
    first = new.starts_on
    before = old_sections(session, school_id, old, new)
    after = list_sections_in_terms(session, school_id, {new.id}, first)
    reaching = {new.id, *both}
    ids = [one.id for one in before]
    earlier = _earlier(session, school_id, new.id)
    return SchoolRecords(
        school_id=school_id,
        stamp=stamp,
        old=[_old_section(one, bool(reaching & set(one.session_ids))) for one in before],
        new=[_new_section(one) for one in after],
        places=_places(session, ids, old, new) if students else [],
        new_places=_new_places(session, [*ids, *(one.id for one in after)], first),
        enrolled=_enrolled(session, school_id, first) if students else [],
        earlier=earlier,
    )


def old_sections(session: Session, school_id: int, old: Term, new: Term) -> list[ScheduledSection]:
    """The school's sections of the old term on its last day, with those of the whole year."""
    terms = {old.id, *shared_sessions(old, new)}
    return list_sections_in_terms(session, school_id, terms, old.last_day)


def _old_section(card: ScheduledSection, spans: bool) -> OldSection:
    return OldSection(
        card.id,
        card.title,
        card.course_id,
        card.class_type,
        card.track,
        tuple(replace(m, begins_on=None, ends_on=None, room=None) for m in card.current),
        tuple(teacher.person_id for teacher in card.current_teachers),
        spans,
    )


def _new_section(card: ScheduledSection) -> NewSection:
    return NewSection(
        card.id,
        card.course_id,
        card.class_type,
        card.track,
        card.meetings,
        tuple(teacher.person_id for teacher in card.current_teachers),
        card.seats,
        card.taken,
    )


def _places(session: Session, ids: Sequence[int], old: Term, new: Term) -> list[OldPlace]:
    """The students' places on the old term's last day."""
    statement = select(
        SectionEnrollment.id,
        SectionEnrollment.section_id,
        SectionEnrollment.person_id,
        SectionEnrollment.sourced_id,
        SectionEnrollment.locked,
        SectionEnrollment.ends_on,
    ).where(
        SectionEnrollment.section_id.in_(ids),
        SectionEnrollment.role == "student",
        in_section_on(old.last_day),
    )
    return [
        OldPlace(
            place_id,
            section_id,
            person_id,
            key,
            locked,
            lasts=ends_on is None or ends_on > new.starts_on,
        )
        for place_id, section_id, person_id, key, locked, ends_on in session.execute(
            statement.order_by(SectionEnrollment.id)
        )
    ]


def _new_places(session: Session, ids: Sequence[int], on: date) -> list[NewPlace]:
    """Places in the new term, also those that ended or were deleted since an earlier rollover."""
    place = SectionEnrollment
    statement = select(
        place.section_id, place.person_id, place.sourced_id, place.status, place.ends_on
    ).where(
        place.section_id.in_(ids),
        place.role == "student",
        or_(place.ends_on.is_(None), place.ends_on > on, place.rollover_id.is_not(None)),
    )
    return [
        NewPlace(
            section_id, person_id, key, status == "active" and (ends_on is None or ends_on > on)
        )
        for section_id, person_id, key, status, ends_on in session.execute(statement)
    ]


def _enrolled(session: Session, school_id: int, on: date) -> set[int]:
    statement = select(SchoolEnrollment.person_id).where(
        SchoolEnrollment.school_id == school_id, active_on(on)
    )
    return set(session.scalars(statement))


def _earlier(session: Session, school_id: int, session_id: int) -> dict[int, int | None]:
    """Where the school's sections went before in this term; None when that was cancelled."""
    statement = (
        select(RolloverSection.from_section_id, RolloverSection.to_section_id, Section.status)
        .join(RolloverSchool, RolloverSchool.id == RolloverSection.rollover_school_id)
        .join(RolloverRun, RolloverRun.id == RolloverSchool.run_id)
        .join(Section, Section.id == RolloverSection.to_section_id)
        .where(
            RolloverSchool.school_id == school_id,
            RolloverRun.to_session_id == session_id,
            RolloverSection.how != "continued",
        )
    )
    return {
        old: new if status == "active" else None for old, new, status in session.execute(statement)
    }
