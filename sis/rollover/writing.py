"""Writing a school's plan: new sections with their terms, meetings and teachers, and placements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from sis.courses.models import Course, Section, SectionMeeting, SectionTerm
from sis.courses.queries import ScheduledSection
from sis.courses.rules.meetings import within
from sis.rollover.models import RolloverSection
from sis.rollover.queries import Term, count_places_in, list_moves, list_rows
from sis.rollover.rules.plan import Plan, SectionStep
from sis.rollover.rules.policy import Action, How, new_title, stable_key
from sis.scheduling.actions import OWN_SOURCE
from sis.scheduling.models import SectionEnrollment


@dataclass(frozen=True)
class Ledger:
    """Under which names a school's rollover writes."""

    rollover_id: int
    stamp: str
    new: Term
    now: datetime


def write(
    session: Session, plan: Plan, cards: Iterable[ScheduledSection], ledger: Ledger
) -> tuple[int, int]:
    """Write the plan of a school; ``cards`` are its sections on the old term's last day.

    Returns how many sections were prolonged into the new term, and how many places go on in them.
    """
    by_id = {card.id: card for card in cards}
    rows = list_rows(session, [step.from_id for step in plan.sections])
    targets = _make_sections(session, plan.sections, rows, by_id, ledger)
    prolonged = _prolong(session, plan.sections, rows, by_id, ledger)
    known = {move.from_section_id for move in list_moves(session, ledger.rollover_id)}
    session.add_all(
        RolloverSection(
            rollover_school_id=ledger.rollover_id,
            from_section_id=step.from_id,
            to_section_id=targets[step.from_id],
            how=step.how.value,
            ended_on=prolonged.get(step.from_id),
            made_at=ledger.now,
        )
        for step in plan.sections
        if step.from_id not in known
    )
    going_on = count_places_in(session, list(prolonged), ledger.new.starts_on)
    _place_students(session, plan, targets, ledger)
    session.flush()
    return len(prolonged), going_on


def _make_sections(
    session: Session,
    steps: Iterable[SectionStep],
    rows: Mapping[int, Section],
    cards: Mapping[int, ScheduledSection],
    ledger: Ledger,
) -> dict[int, int]:
    """The new section of every old one, made where there is none: from id to new id."""
    made = {
        step.from_id: _copy(session, rows[step.from_id], cards[step.from_id], step, ledger)
        for step in steps
        if step.to_id is None
    }
    session.add_all(made.values())
    session.flush()
    targets = {step.from_id: step.to_id for step in steps if step.to_id is not None}
    targets |= {from_id: section.id for from_id, section in made.items()}
    for from_id, section in made.items():
        card = cards[from_id]
        session.add(SectionTerm(section_id=section.id, session_id=ledger.new.id))
        session.add_all(
            SectionMeeting(section_id=section.id, period=m.period, days=m.days)
            for m in card.current
        )
        session.add_all(
            _teacher(section.id, t.person_id, t.is_primary, ledger, f"teacher {card.id}")
            for t in card.current_teachers
        )
    return targets


def _copy(
    session: Session, row: Section, card: ScheduledSection, step: SectionStep, ledger: Ledger
) -> Section:
    course = None if step.course_id is None else session.get_one(Course, step.course_id)
    other = course is not None and course.id != row.course_id
    return Section(
        sourced_id=step.key,
        source=OWN_SOURCE,
        title=new_title(
            row.title, course.title if course else None, Action.MAP if other else Action.RENEW
        ),
        code=row.code,
        class_type=row.class_type,
        location=card.room,
        course_id=step.course_id,
        course_sourced_id=course.sourced_id if course else row.course_sourced_id,
        school_id=row.school_id,
        track=row.track,
        seats=row.seats,
        grades=(course.grades if course and other else None) or row.grades,
        subjects=(course.subjects if course and other else None) or row.subjects,
        subject_codes=(course.subject_codes if course and other else None) or row.subject_codes,
        starts_on=ledger.new.starts_on,
        ends_on=ledger.new.ends_on,
        modified_at=ledger.now,
    )


def _prolong(
    session: Session,
    steps: Iterable[SectionStep],
    rows: Mapping[int, Section],
    cards: Mapping[int, ScheduledSection],
    ledger: Ledger,
) -> dict[int, date]:
    """Let continued sections reach into the new term: id to former end."""
    new, prolonged = ledger.new, dict[int, date]()
    for step in steps:
        if step.how is not How.CONTINUED:
            continue
        row, card = rows[step.from_id], cards[step.from_id]
        _keep_teachers(session, card, ledger)
        if row.ends_on is not None and row.ends_on <= new.starts_on:
            prolonged[row.id] = row.ends_on
            row.ends_on, row.modified_at = new.ends_on, ledger.now
            if new.id not in card.session_ids:
                session.add(SectionTerm(section_id=row.id, session_id=new.id))
    session.flush()
    return prolonged


def _keep_teachers(session: Session, card: ScheduledSection, ledger: Ledger) -> None:
    """A teacher whose place ends with the old term gets another in the new one."""
    on = ledger.new.starts_on
    lasting = {t.person_id for t in card.teachers if within(t.begins_on, t.ends_on, on)}
    for teacher in card.current_teachers:
        if teacher.person_id not in lasting:
            place = _teacher(
                card.id, teacher.person_id, teacher.is_primary, ledger, f"teacher {card.id}"
            )
            place.begins_on = on
            session.add(place)


def _teacher(
    section_id: int, person_id: int, is_primary: bool, ledger: Ledger, key: str
) -> SectionEnrollment:
    return SectionEnrollment(
        sourced_id=stable_key(ledger.stamp, f"{key} {person_id}"),
        source=OWN_SOURCE,
        section_id=section_id,
        person_id=person_id,
        role="teacher",
        is_primary=is_primary,
        modified_at=ledger.now,
        rollover_id=ledger.rollover_id,
    )


def _place_students(
    session: Session, plan: Plan, targets: Mapping[int, int], ledger: Ledger
) -> None:
    """In a new section a place lasts all its term; in a continued one it begins with the new."""
    continued = {step.from_id for step in plan.sections if step.how is How.CONTINUED}
    rows = [
        {
            "sourced_id": place.key,
            "source": OWN_SOURCE,
            "status": "active",
            "section_id": targets[place.from_section_id],
            "person_id": place.person_id,
            "role": "student",
            "begins_on": ledger.new.starts_on if place.from_section_id in continued else None,
            "locked": place.locked,
            "modified_at": ledger.now,
            "rollover_id": ledger.rollover_id,
        }
        for place in plan.places
    ]
    if rows:
        session.execute(insert(SectionEnrollment), rows)
