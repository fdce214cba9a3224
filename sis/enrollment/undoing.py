"""Taking back what an office did, within a window, as long as nothing later depends on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.accounts.queries import names_by_actor
from core.auth.actor import Actor
from core.errors import Conflict, NotFound
from sis.attendance.actions.voiding import restore_after_no_show
from sis.attendance.queries.corrections import list_student_events
from sis.enrollment.change_queries import get_change, list_changes_of
from sis.enrollment.checks import WORDS, refuse_second
from sis.enrollment.journal import Row, put_back, values_of
from sis.enrollment.models import EnrollmentChange, SchoolEnrollment
from sis.enrollment.queries import lock_student
from sis.enrollment.rules.policy import DEFAULT_POLICY, EnrollmentPolicy
from sis.organizations.queries import get_school, school_ids_for
from sis.people.models import Person
from sis.scheduling.actions import note_change
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.queries import list_places_at_school
from sis.scheduling.removal import refuse_lost_seats


@dataclass(frozen=True)
class Step:
    """One row with what it was, what it became, and what it is now."""

    row: Row
    before: dict[str, Any] | None
    after: dict[str, Any]

    @property
    def is_as_left(self) -> bool:
        return values_of(self.row) == self.after


def undo(
    session: Session,
    *,
    change_id: int,
    by: Actor,
    now: datetime,
    policy: EnrollmentPolicy = DEFAULT_POLICY,
) -> EnrollmentChange:
    """Put every row of the change back; rows that it made are marked as deleted.

    Raises NotFound (neither school is in the actor's scope) and Conflict: undone already, too
    long ago, or something later depends on it, which the message names.
    """
    change = get_change(session, change_id)
    _refuse_outsider(session, change, by)
    lock_student(session, change.person_id)
    _refuse_over(session, change, now, policy)
    _refuse_later_changes(session, change)
    steps = list(_steps(session, change))
    for step in steps:
        if not step.is_as_left:
            raise Conflict(_changed(step.row), code="depends")
    made = [step.row for step in steps if step.before is None]
    _refuse_dependents(session, made)
    _refuse_lost_places(session, change, steps, made)
    _put_back(session, steps, now)
    if change.kind == "no_show":
        restore_after_no_show(
            session,
            person_id=change.person_id,
            school_id=change.school_id,
            voided_at=change.at,
            by=by,
            now=now,
        )
    change.undone_at, change.undone_by = now, by.id
    note_change(session, person_id=change.person_id, now=now)
    record(
        session,
        by=by,
        action=f"enrollment.undo_{change.kind}",
        subject=("enrollment_change", change.id),
        before={"by": change.by, "at": change.at},
        after={"person_id": change.person_id, "rows": len(steps)},
        now=now,
    )
    return change


def _refuse_outsider(session: Session, change: EnrollmentChange, by: Actor) -> None:
    own = school_ids_for(session, by)
    if own is not None and not {change.school_id, change.to_school_id} & own:
        raise NotFound(f"There is no change {change.id}.")


def _refuse_over(
    session: Session, change: EnrollmentChange, now: datetime, policy: EnrollmentPolicy
) -> None:
    if change.undone_by is not None:
        who = names_by_actor(session, [change.undone_by]).get(change.undone_by, "Another office")
        raise Conflict(f"{who} has undone this already.", code="undone")
    if not policy.may_be_undone(change.at, now):
        hours = int(policy.undo_within.total_seconds() // 3600)
        raise Conflict(
            f"This was done more than {hours} hours ago; correct it with a new change.",
            code="too_late",
        )


def _refuse_later_changes(session: Session, change: EnrollmentChange) -> None:
    for later in list_changes_of(session, change.person_id):
        if later.id > change.id and later.undone_at is None:
            who = names_by_actor(session, [later.by]).get(later.by, "another office")
            raise Conflict(
                f"Something came later: {who} {WORDS[later.kind]}. Undo that first.",
                code="depends",
            )


def _steps(session: Session, change: EnrollmentChange) -> Iterable[Step]:
    for key, values in change.rows.items():
        table, _, number = key.partition(":")
        row = _find_row(session, table, int(number))
        if row is None:
            raise Conflict("A row of this change is gone.", code="depends")
        yield Step(row, values["before"], values["after"])


def _find_row(session: Session, table: str, number: int) -> Row | None:
    if table == SchoolEnrollment.__tablename__:
        return session.get(SchoolEnrollment, number, populate_existing=True)
    if table == SectionEnrollment.__tablename__:
        return session.get(SectionEnrollment, number, populate_existing=True)
    return session.get(Person, number, populate_existing=True)


def _changed(row: Row) -> str:
    if isinstance(row, SectionEnrollment):
        return "A place in a section was changed since; undo that first."
    if isinstance(row, Person):
        return "The student's grade was changed since; correct it with a new change."
    return "The enrolment was changed since; correct it with a new change."


def _refuse_dependents(session: Session, made: Iterable[Row]) -> None:
    """An enrolment goes only while nothing hangs on it."""
    for row in made:
        if not isinstance(row, SchoolEnrollment) or row.begins_on is None:
            continue
        places = list_places_at_school(
            session, person_id=row.person_id, school_id=row.school_id, on=row.begins_on
        )
        if places:
            number = f"{len(places)} section{'s' if len(places) != 1 else ''}"
            raise Conflict(
                f"The student was placed in {number} since; drop them first.", code="depends"
            )
        if list_student_events(session, row.person_id, row.school_id, row.begins_on, date.max):
            raise Conflict(
                "Attendance was noted since; withdraw the student instead.", code="depends"
            )


def _refuse_lost_places(
    session: Session, change: EnrollmentChange, steps: Sequence[Step], made: Sequence[Row]
) -> None:
    """What comes back must still fit: one primary enrolment, seats that are free."""
    leaving = {row.id for row in made}
    for row in (step.row for step in steps if step.before is not None):
        if isinstance(row, SchoolEnrollment):
            school = get_school(session, row.school_id)
            primary = row.is_primary
            gone = {*leaving, row.id}
            on = change.effective_on
            refuse_second(session, row.person_id, school, on, is_primary=primary, leaving=gone)
        elif isinstance(row, SectionEnrollment):
            refuse_lost_seats(session, [row], change.effective_on)


def _put_back(session: Session, steps: Sequence[Step], now: datetime) -> None:
    """First what was made goes, then what was ended comes back: never two primary enrolments."""
    for step in steps:
        if step.before is None:
            put_back(step.row, {**step.after, "status": "tobedeleted"}, now)
    session.flush()
    for step in steps:
        if step.before is not None:
            put_back(step.row, step.before, now)
    session.flush()
