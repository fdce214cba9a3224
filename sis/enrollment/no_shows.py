"""Students who never appeared: the enrolment is deleted, which is not a withdrawal.

Source: a no-show is marked on the no-show screen, which invalidates its attendance and deletes the
enrolment.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.errors import Conflict, Invalid
from sis.attendance.actions.voiding import invalidate_for_no_show
from sis.enrollment.checks import refuse_ended, refuse_orphans, refuse_stale, today_at
from sis.enrollment.day_queries import find_first_day
from sis.enrollment.journal import Journal
from sis.enrollment.models import EnrollmentChange, SchoolEnrollment
from sis.enrollment.queries import get_enrollment, list_enrollments
from sis.enrollment.rules.policy import DEFAULT_POLICY, EnrollmentPolicy, first_day_of
from sis.organizations.queries import get_school_for
from sis.scheduling.actions import note_change
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.queries import list_places_at_school
from sis.scheduling.removal import delete_places


def mark_no_show(
    session: Session,
    *,
    enrollment_id: int,
    by: Actor,
    now: datetime,
    seen: datetime | None = None,
    policy: EnrollmentPolicy = DEFAULT_POLICY,
) -> EnrollmentChange:
    """Delete the enrolment of a student who never came, with its places and its attendance.

    The row stays, marked as deleted, so that it can be undone and others hear of it. One that
    goes back to an earlier school year keeps that past, and ends before this year's first day
    without a leave code. Raises NotFound and Conflict (changed meanwhile, has ended, began too
    long ago or not yet, would leave a concurrent enrolment alone).
    """
    enrollment = get_enrollment(session, enrollment_id)
    school = get_school_for(session, by, enrollment.school_id)
    refuse_stale(session, enrollment, seen)
    today = today_at(school, now)
    refuse_ended(session, enrollment, today)
    first_day = _first_day(session, enrollment, today, policy)
    others = list_enrollments(session, [enrollment.person_id])[enrollment.person_id]
    refuse_orphans(enrollment, others, first_day)
    where = {"person_id": enrollment.person_id, "school_id": enrollment.school_id}
    places = list_places_at_school(session, **where, on=first_day)
    journal = Journal()
    journal.will_change([enrollment, *places])
    before = {**where, "begins_on": enrollment.begins_on, "ends_on": enrollment.ends_on}
    _delete(enrollment, first_day, now)
    voided = _remove_traces(session, enrollment, places, first_day, by=by, now=now)
    change = journal.close(session, "no_show", enrollment, effective_on=first_day, by=by, now=now)
    note_change(session, person_id=enrollment.person_id, now=now)
    record(
        session,
        by=by,
        action="enrollment.no_show",
        subject=("school_enrollment", enrollment.id),
        before=before,
        after={
            "status": enrollment.status,
            "ends_on": enrollment.ends_on,
            "places_deleted": len(places),
            "attendance_voided": voided,
        },
        now=now,
    )
    return change


def mark_no_shows(
    session: Session,
    seen_by_id: Mapping[int, datetime | None],
    *,
    by: Actor,
    now: datetime,
    policy: EnrollmentPolicy = DEFAULT_POLICY,
) -> list[EnrollmentChange]:
    """Several at once, all or none; ``seen_by_id`` maps an enrolment to its state on the page."""
    if not seen_by_id:
        raise Invalid("Mark at least one student.", fields={"enrollment": "nobody is marked"})
    return [
        mark_no_show(session, enrollment_id=enrollment_id, seen=seen, by=by, now=now, policy=policy)
        for enrollment_id, seen in sorted(seen_by_id.items())
    ]


def _first_day(
    session: Session, enrollment: SchoolEnrollment, today: date, policy: EnrollmentPolicy
) -> date:
    """The day on which the student should have come first; Conflict outside of the window."""
    year_begins = find_first_day(session, enrollment.school_id, enrollment.track, today)
    first_day = first_day_of(enrollment.begins_on, year_begins)
    if first_day is None or first_day + policy.no_show_within < today:
        raise Conflict(
            f"No-shows are marked within {policy.no_show_within.days} days of the first day;"
            " withdraw the student instead.",
            code="too_late",
        )
    if first_day > today:
        raise Conflict(
            f"The first day is {first_day} only; until then undo the enrolment, or withdraw.",
            code="too_early",
        )
    return first_day


def _remove_traces(
    session: Session,
    enrollment: SchoolEnrollment,
    places: Sequence[SectionEnrollment],
    first_day: date,
    *,
    by: Actor,
    now: datetime,
) -> int:
    """Delete the places and void the attendance; returns how many entries of it there were."""
    delete_places(session, places, first_day, by=by, now=now)
    return invalidate_for_no_show(
        session,
        person_id=enrollment.person_id,
        school_id=enrollment.school_id,
        begins_on=first_day,
        by=by,
        now=now,
    )


def _delete(enrollment: SchoolEnrollment, first_day: date, now: datetime) -> None:
    if enrollment.begins_on is not None and enrollment.begins_on >= first_day:
        enrollment.status = "tobedeleted"
    else:
        enrollment.ends_on = first_day
    enrollment.modified_at = now
