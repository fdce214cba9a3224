"""A student changes school, or track: both sides in one unit of work, on one boundary."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from sis.enrollment.actions import Coded, NewEnrollment, close_enrollment
from sis.enrollment.checks import Problems, refuse_ended, refuse_second, refuse_stale, today_at
from sis.enrollment.journal import Journal
from sis.enrollment.models import SchoolEnrollment
from sis.enrollment.queries import get_enrollment
from sis.enrollment.rules.codes import ENTRY, LEAVE
from sis.enrollment.rules.policy import DEFAULT_POLICY, EnrollmentPolicy
from sis.organizations.queries import SchoolCard, get_school, get_school_for, school_ids_for


@dataclass(frozen=True)
class Transfer:
    """The enrolment that ends and the one that begins on the same day."""

    left: SchoolEnrollment
    entered: SchoolEnrollment


def transfer(
    session: Session,
    *,
    enrollment_id: int,
    to_school_id: int,
    on: date,
    by: Actor,
    now: datetime,
    track: str = "",
    grade: str | None = None,
    leave: Coded | None = None,
    entry: Coded | None = None,
    seen: datetime | None = None,
    policy: EnrollmentPolicy = DEFAULT_POLICY,
) -> Transfer:
    """Move the student: the last day at the old school is the day before ``on``.

    Either school's office may do it. Codes default to the district's pair for transfers; ``grade``
    to the old enrolment's. Raises NotFound (neither school is in the actor's scope), Invalid and
    Conflict as ``enroll_student`` and ``withdraw`` do.
    """
    old = get_enrollment(session, enrollment_id)
    school = _target(session, by, old.school_id, to_school_id)
    refuse_stale(session, old, seen)
    refuse_ended(session, old, on)
    grade = grade or old.grade
    leave = leave or _default(policy, LEAVE, on, old.grade)
    entry = entry or _default(policy, ENTRY, on, grade)
    new = NewEnrollment(school, grade, on, track, entry, old.required_periods)
    _check(old, new, leave, policy, now)
    refuse_second(session, old.person_id, school, on, is_primary=True, leaving=[old.id])
    return _move(session, "transfer", old, new, leave, by=by, now=now)


def _check(
    old: SchoolEnrollment,
    new: NewEnrollment,
    leave: Coded,
    policy: EnrollmentPolicy,
    now: datetime,
) -> None:
    problems = Problems(policy, today_at(new.school, now))
    problems.of_date("on", new.begins_on)
    problems.of_order("on", old, new.begins_on)
    problems.of_track(new.school, new.track)
    problems.of_leave(*leave, new.begins_on, old.grade)
    problems.of_entry(*new.entry, new.begins_on, new.grade)
    problems.refuse("The student was not transferred; see the marked fields.")
    if not old.is_primary:
        raise Conflict("A concurrent enrolment is ended, not transferred.", code="not_primary")


def change_track(
    session: Session,
    *,
    enrollment_id: int,
    track: str,
    on: date,
    by: Actor,
    now: datetime,
    seen: datetime | None = None,
    policy: EnrollmentPolicy = DEFAULT_POLICY,
) -> Transfer:
    """Move the student to another track of the same school; sections end, a new row begins.

    Raises NotFound, Invalid (not one of the school's tracks, or the student's own) and Conflict.
    """
    old = get_enrollment(session, enrollment_id)
    school = get_school_for(session, by, old.school_id)
    refuse_stale(session, old, seen)
    refuse_ended(session, old, on)
    problems = Problems(policy, today_at(school, now))
    problems.of_date("on", on)
    problems.of_order("on", old, on)
    problems.of_track(school, track)
    problems.add("track", "The student is on this track." if track == old.track else "")
    problems.refuse("The track was not changed; see the marked fields.")
    new = NewEnrollment(
        school, old.grade, on, track, (None, None), old.required_periods, old.is_primary
    )
    return _move(session, "track", old, new, (None, None), by=by, now=now)


def _move(
    session: Session,
    kind: str,
    old: SchoolEnrollment,
    new: NewEnrollment,
    leave: Coded,
    *,
    by: Actor,
    now: datetime,
) -> Transfer:
    """Close one row and open the other on the same day."""
    journal, on = Journal(), new.begins_on
    close_enrollment(session, journal, old, on, leave=leave, by=by, now=now)
    entered = new.open(session, journal, person_id=old.person_id, now=now)
    to_school_id = new.school.id if kind == "transfer" else None
    journal.close(session, kind, old, effective_on=on, to_school_id=to_school_id, by=by, now=now)
    _record(session, f"enrollment.{kind}", old, entered, by=by, now=now)
    return Transfer(old, entered)


def _target(session: Session, by: Actor, from_id: int, to_id: int) -> SchoolCard:
    """The school that the student goes to; it or the one that is left must be the actor's."""
    own = school_ids_for(session, by)
    if own is not None and not {from_id, to_id} & own:
        raise NotFound("Neither school is one that you may change.")
    if from_id == to_id:
        sentence = "The student is at this school."
        raise Invalid(sentence, fields={"to_school": sentence})
    return get_school(session, to_id)


def _default(policy: EnrollmentPolicy, kind: str, on: date, grade: str | None) -> Coded:
    choices = policy.codes.choices(kind, on, grade, "transfer")
    if not choices:
        sentence = f"No {kind} code for a transfer is in effect on {on}."
        raise Invalid(sentence, fields={f"{kind}_code": sentence})
    return choices[0].code, choices[0].reason


def _record(
    session: Session,
    action: str,
    old: SchoolEnrollment,
    new: SchoolEnrollment,
    *,
    by: Actor,
    now: datetime,
) -> None:
    record(
        session,
        by=by,
        action=action,
        subject=("school_enrollment", new.id),
        before={"enrollment_id": old.id, "school_id": old.school_id, "track": old.track},
        after={
            "person_id": new.person_id,
            "school_id": new.school_id,
            "track": new.track,
            "begins_on": new.begins_on,
            "entry_code": new.entry_code,
        },
        now=now,
    )
