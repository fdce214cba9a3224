"""Who changed a student's schedule by hand, in words."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from sis.courses.models import Section
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.walkin.models import ScheduleEdit


@dataclass(frozen=True)
class EditCard:
    """A change by hand, in words: ``Ana put the student into Algebra 1.``"""

    id: int
    kind: str
    sentence: str
    made_at: datetime
    effective_on: date
    undone: bool


def list_edits(
    session: Session, person_id: int, school_id: int, *, after_id: int = 0, limit: int = 20
) -> list[EditCard]:
    """What was done by hand since the edit ``after_id``, newest first, in words."""
    undo, taken, given = aliased(ScheduleEdit), aliased(Section), aliased(Section)
    from_place, to_place = aliased(SectionEnrollment), aliased(SectionEnrollment)
    statement = (
        select(ScheduleEdit, taken.title, given.title, undo.id)
        .outerjoin(undo, undo.undoes_id == ScheduleEdit.id)
        .outerjoin(from_place, from_place.id == ScheduleEdit.from_place_id)
        .outerjoin(taken, taken.id == from_place.section_id)
        .outerjoin(to_place, to_place.id == ScheduleEdit.to_place_id)
        .outerjoin(given, given.id == to_place.section_id)
        .where(
            ScheduleEdit.person_id == person_id,
            ScheduleEdit.school_id == school_id,
            ScheduleEdit.id > after_id,
        )
        .order_by(ScheduleEdit.id.desc())
        .limit(limit)
    )
    return [
        EditCard(
            id=edit.id,
            kind=edit.kind,
            sentence=f"{edit.made_by_name} {_did(edit.kind, old or '', new or '')}.",
            made_at=edit.made_at,
            effective_on=edit.effective_on,
            undone=undone is not None,
        )
        for edit, old, new, undone in session.execute(statement)
    ]


def _did(kind: str, old: str, new: str) -> str:
    return {
        "add": f"put the student into {new}",
        "drop": f"took the student out of {old}",
        "swap": f"moved the student from {old} to {new}",
        "lock": f"locked {new}",
        "unlock": f"unlocked {new}",
        "undo": f"undid a change of {' and '.join(filter(None, (old, new)))}",
    }[kind]


def find_last_edit(session: Session, person_id: int, school_id: int) -> ScheduleEdit | None:
    """The newest edit that is neither an undo nor undone; or None."""
    undo = aliased(ScheduleEdit)
    statement = (
        select(ScheduleEdit)
        .outerjoin(undo, undo.undoes_id == ScheduleEdit.id)
        .where(
            ScheduleEdit.person_id == person_id,
            ScheduleEdit.school_id == school_id,
            ScheduleEdit.kind != "undo",
            undo.id.is_(None),
        )
        .order_by(ScheduleEdit.id.desc())
        .limit(1)
    )
    return session.scalar(statement)
