"""Enrolling students and ending enrolments; past rows are ended, never rewritten."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from sis.enrollment.checks import (
    Problems,
    refuse_ended,
    refuse_orphans,
    refuse_second,
    refuse_stale,
    today_at,
)
from sis.enrollment.journal import Journal
from sis.enrollment.models import SchoolEnrollment
from sis.enrollment.newcomers import OWN_SOURCE, NewStudent, check_newcomer, create_newcomer
from sis.enrollment.queries import get_enrollment, list_enrollments, lock_student
from sis.enrollment.rules.policy import DEFAULT_POLICY, EnrollmentPolicy
from sis.organizations.queries import SchoolCard, get_school_for
from sis.people.models import Person
from sis.scheduling.actions import end_sections_at_school, note_change
from sis.scheduling.queries import list_places_at_school

__all__ = ["NewEnrollment", "NewStudent", "close_enrollment", "enroll_student", "withdraw"]

Coded = tuple[str | None, str | None]
"""A code and its reason."""


@dataclass(frozen=True)
class NewEnrollment:
    """A row to be: from ``begins_on`` with no end."""

    school: SchoolCard
    grade: str | None
    begins_on: date
    track: str = ""
    entry: Coded = (None, None)
    required_periods: int | None = None
    is_primary: bool = True

    def open(
        self, session: Session, journal: Journal, *, person_id: int, now: datetime
    ) -> SchoolEnrollment:
        """Add the row and have the student's schedule looked at; checks are the caller's."""
        enrollment = SchoolEnrollment(
            sourced_id=str(uuid4()),
            source=OWN_SOURCE,
            person_id=person_id,
            school_id=self.school.id,
            track=self.track,
            grade=self.grade,
            begins_on=self.begins_on,
            entry_code=self.entry[0],
            entry_reason=self.entry[1] or None,
            required_periods=self.required_periods,
            is_primary=self.is_primary,
            modified_at=now,
        )
        session.add(enrollment)
        session.flush()
        journal.made(enrollment)
        note_change(session, person_id=person_id, now=now)
        return enrollment


def enroll_student(
    session: Session,
    *,
    school_id: int,
    student: NewStudent | int,
    grade: str | None,
    begins_on: date,
    by: Actor,
    now: datetime,
    track: str = "",
    entry_code: str | None = None,
    entry_reason: str | None = None,
    required_periods: int | None = None,
    is_primary: bool = True,
    despite: str = "",
    policy: EnrollmentPolicy = DEFAULT_POLICY,
) -> SchoolEnrollment:
    """Enrol a new student, or a known person by id; not primary is a concurrent enrolment.

    ``despite`` is the reason for creating a student although somebody known is much alike.
    Raises NotFound (school outside the actor's scope, unknown person), Invalid (everything wrong
    with dates, track, code and names) and Conflict (enrolled there or elsewhere already, no
    primary enrolment, possible_duplicate, ssid_taken).
    """
    school = get_school_for(session, by, school_id)
    entry = (entry_code, entry_reason)
    new = NewEnrollment(school, grade, begins_on, track, entry, required_periods, is_primary)
    _check(new, student, policy, now)
    journal = Journal()
    person = (
        _known(session, new, student, journal, now)
        if isinstance(student, int)
        else create_newcomer(session, student, grade, despite, policy=policy, by=by, now=now)
    )
    enrollment = new.open(session, journal, person_id=person.id, now=now)
    journal.close(session, "enroll", enrollment, effective_on=begins_on, by=by, now=now)
    _record_enrollment(session, enrollment, by=by, now=now)
    return enrollment


def _check(
    new: NewEnrollment, student: NewStudent | int, policy: EnrollmentPolicy, now: datetime
) -> None:
    problems = Problems(policy, today_at(new.school, now))
    problems.of_date("begins_on", new.begins_on)
    problems.of_track(new.school, new.track)
    problems.of_entry(*new.entry, new.begins_on, new.grade)
    if isinstance(student, NewStudent):
        check_newcomer(student, problems)
    problems.refuse("The student was not enrolled; see the marked fields.")


def _known(
    session: Session, new: NewEnrollment, person_id: int, journal: Journal, now: datetime
) -> Person:
    """The person, whose grade is that of the primary enrolment."""
    person = lock_student(session, person_id)
    refuse_second(session, person.id, new.school, new.begins_on, is_primary=new.is_primary)
    if new.is_primary and new.grade is not None and person.grade != new.grade:
        journal.will_change([person])
        person.grade, person.modified_at = new.grade, now
    return person


def withdraw(
    session: Session,
    *,
    enrollment_id: int,
    ends_on: date,
    by: Actor,
    now: datetime,
    leave_code: str | None = None,
    leave_reason: str | None = None,
    seen: datetime | None = None,
    policy: EnrollmentPolicy = DEFAULT_POLICY,
) -> SchoolEnrollment:
    """End an enrolment, and the student's sections at that school, before ``ends_on``.

    ``seen`` is the enrolment's ``modified_at`` on the page where this was decided.

    Raises NotFound (or outside the actor's scope), Invalid (ends before it began, date too far
    away, unknown code) and Conflict (changed meanwhile, has ended already, would leave a
    concurrent enrolment alone).
    """
    enrollment = get_enrollment(session, enrollment_id)
    school = get_school_for(session, by, enrollment.school_id)
    refuse_stale(session, enrollment, seen)
    refuse_ended(session, enrollment, ends_on)
    problems = Problems(policy, today_at(school, now))
    problems.of_date("ends_on", ends_on)
    problems.of_leave(leave_code, leave_reason, ends_on, enrollment.grade)
    problems.of_order("ends_on", enrollment, ends_on)
    problems.refuse("The student was not withdrawn; see the marked fields.")
    others = list_enrollments(session, [enrollment.person_id])[enrollment.person_id]
    refuse_orphans(enrollment, others, ends_on)
    journal = Journal()
    close_enrollment(
        session, journal, enrollment, ends_on, leave=(leave_code, leave_reason), by=by, now=now
    )
    journal.close(session, "withdraw", enrollment, effective_on=ends_on, by=by, now=now)
    return enrollment


def close_enrollment(
    session: Session,
    journal: Journal,
    enrollment: SchoolEnrollment,
    ends_on: date,
    *,
    leave: Coded,
    by: Actor,
    now: datetime,
) -> None:
    """End the row and the student's places at the school; checks are the caller's."""
    where = {"person_id": enrollment.person_id, "school_id": enrollment.school_id}
    journal.will_change([enrollment, *list_places_at_school(session, **where, on=ends_on)])
    before = {"ends_on": enrollment.ends_on, "leave_code": enrollment.leave_code}
    enrollment.ends_on, enrollment.modified_at = ends_on, now
    enrollment.leave_code, enrollment.leave_reason = leave[0], leave[1] or None
    sections = end_sections_at_school(session, **where, ends_on=ends_on, by=by, now=now)
    session.flush()
    note_change(session, person_id=enrollment.person_id, now=now)
    record(
        session,
        by=by,
        action="enrollment.withdraw",
        subject=("school_enrollment", enrollment.id),
        before=before,
        after={
            "ends_on": ends_on,
            "leave_code": enrollment.leave_code,
            "leave_reason": enrollment.leave_reason,
            "sections_ended": sections,
        },
        now=now,
    )


def _record_enrollment(
    session: Session, enrollment: SchoolEnrollment, *, by: Actor, now: datetime
) -> None:
    after = {
        "person_id": enrollment.person_id,
        "school_id": enrollment.school_id,
        "track": enrollment.track,
        "grade": enrollment.grade,
        "begins_on": enrollment.begins_on,
        "entry_code": enrollment.entry_code,
        "is_primary": enrollment.is_primary,
    }
    subject = ("school_enrollment", enrollment.id)
    record(session, by=by, action="enrollment.enroll", subject=subject, after=after, now=now)
