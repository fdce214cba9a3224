"""Taking a school's rollover back, as long as nobody has built on it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.errors import Conflict
from sis.courses.models import SectionTerm
from sis.rollover.dependents import (
    count_added_places,
    count_changed_places,
    list_dependents,
)
from sis.rollover.models import RolloverSchool, RolloverSection
from sis.rollover.queries import Term, get_rolled_for, get_run, get_term, list_moves, list_rows
from sis.rollover.rules.policy import How
from sis.scheduling.completeness import forget
from sis.scheduling.models import SectionEnrollment


def undo_school(session: Session, rolled_id: int, *, by: Actor, now: datetime) -> RolloverSchool:
    """Take the school out of the new term again: what the rollover wrote is marked deleted.

    Raises NotFound, and Conflict when the school is not rolled, or with the code depended_on when
    somebody has built on it: attendance, changed or added placements, a changed section.
    """
    row = get_rolled_for(session, by, rolled_id)
    if row.status != "rolled":
        raise Conflict("This school is not rolled over, so there is nothing to undo.")
    term = get_term(session, get_run(session, row.run_id).to_session_id)
    moves = list_moves(session, row.id)
    if reasons := [*_reasons(session, row, moves, term)]:
        raise Conflict(f"It cannot be undone any more: {'; '.join(reasons)}.", code="depended_on")
    places = _delete_places(session, row, now)
    sections = _delete_sections(session, moves, term, now)
    row.status, row.counts, row.rolled_at, row.detail = "undone", None, now, ""
    row.attempt += 1
    forget(session)
    record(
        session,
        by=by,
        action="rollover.undo",
        subject=("rollover_school", row.id),
        after={"school_id": row.school_id, "places": places, "sections": sections},
        now=now,
    )
    return row


def _reasons(
    session: Session, row: RolloverSchool, moves: Sequence[RolloverSection], term: Term
) -> Iterator[str]:
    made = {move.to_section_id: move.made_at for move in moves if move.how == How.CREATED}
    if changed := count_changed_places(session, row):
        yield f"{changed:,} placements were changed since"
    if added := count_added_places(session, row.id, made):
        yield f"{added:,} students were placed in the new sections since"
    rows = list_rows(session, made)
    if touched := sum(one.modified_at != made[one.id] for one in rows.values()):
        yield f"{touched:,} of the new sections were changed since"
    others = {move.to_section_id for move in moves} - made.keys()
    for table, count in list_dependents(session, made, others, term.starts_on):
        yield f"{count:,} rows of {table.replace('_', ' ')} belong to its sections"


def _delete_places(session: Session, row: RolloverSchool, now: datetime) -> int:
    """Marked, not removed: whoever reads changes must hear of it."""
    places = update(SectionEnrollment).where(
        SectionEnrollment.rollover_id == row.id,
        SectionEnrollment.status == "active",
        SectionEnrollment.section_id.in_(
            [move.to_section_id for move in list_moves(session, row.id)]
        ),
    )
    gone = session.scalars(
        places.values(status="tobedeleted", modified_at=now).returning(SectionEnrollment.id),
        execution_options={"synchronize_session": False},
    )
    return len(gone.all())


def _delete_sections(
    session: Session, moves: Sequence[RolloverSection], term: Term, now: datetime
) -> int:
    rows = list_rows(session, [move.to_section_id for move in moves])
    for move in moves:
        section = rows[move.to_section_id]
        if move.how == How.CREATED:
            section.status, section.modified_at = "tobedeleted", now
        elif move.ended_on is not None:
            section.ends_on, section.modified_at = move.ended_on, now
            reached = session.get(SectionTerm, (section.id, term.id))
            if reached is not None:
                session.delete(reached)
        session.delete(move)
    session.flush()
    return sum(move.how == How.CREATED for move in moves)
