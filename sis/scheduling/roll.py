"""The roll of a school for those who schedule it: who has what, and why a list is empty."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from sis.enrollment.models import SchoolEnrollment
from sis.enrollment.queries import active_on
from sis.organizations.queries import SchoolCard
from sis.scheduling import completeness_sql as sql
from sis.scheduling.rules import SchedulingRules
from sis.scheduling.students import Student, find_students_at, list_students_at


@dataclass(frozen=True)
class RollRow:
    """A student with periods filled of those required; both None when the schedule is complete."""

    student: Student
    required: int | None
    filled: int | None

    @property
    def missing(self) -> int:
        return (self.required or 0) - (self.filled or 0)


@dataclass(frozen=True)
class Roll:
    """Rows as asked for, with the sums of the whole school on ``on``.

    ``upcoming`` counts students whose enrolment begins later, ``next_begins_on`` the first of them.
    """

    rows: tuple[RollRow, ...]
    on: date
    enrolled: int
    incomplete: int
    upcoming: int
    next_begins_on: date | None


def load_roll(
    session: Session,
    school: SchoolCard,
    on: date,
    rules: SchedulingRules,
    *,
    search: str = "",
    grade: str = "",
    everyone: bool = False,
) -> Roll:
    """The students who miss periods, emptiest first; ``everyone`` by name; or who was searched for.

    The counts are computed from the records as they are now, not from the last sweep.
    """
    gaps = _gaps(session, school, on, rules)
    students = list_students_at(session, school.id, on)
    upcoming = [one for one in students if one.standing == "upcoming"]
    shown = find_students_at(session, school.id, search, on) if search else students
    rows = [
        RollRow(one, *gaps.get(one.person_id, (None, None)))
        for one in shown
        if (not grade or one.grade == grade) and (search or everyone or one.person_id in gaps)
    ]
    if not (search or everyone):
        rows.sort(key=lambda row: (-row.missing, row.student.name.casefold()))
    return Roll(
        rows=tuple(rows),
        on=on,
        enrolled=len(students) - len(upcoming),
        incomplete=len(gaps),
        upcoming=len(upcoming),
        next_begins_on=min((one.begins_on for one in upcoming if one.begins_on), default=None),
    )


def list_grades(session: Session, school_id: int, on: date) -> list[str]:
    """The grades that students of the school are in on ``on``, sorted."""
    statement = (
        select(SchoolEnrollment.grade)
        .where(SchoolEnrollment.school_id == school_id, active_on(on))
        .distinct()
    )
    return sorted(grade for grade in session.scalars(statement) if grade)


def _gaps(
    session: Session, school: SchoolCard, on: date, rules: SchedulingRules
) -> dict[int, tuple[int, int]]:
    here = select(SchoolEnrollment.person_id).where(
        SchoolEnrollment.school_id == school.id, active_on(on)
    )
    statement = sql.gap_of(school.time_zone, on, rules, here).where(
        SchoolEnrollment.school_id == school.id
    )
    return {
        row.person_id: (row.required_periods, row.filled_periods)
        for row in session.execute(statement)
    }
