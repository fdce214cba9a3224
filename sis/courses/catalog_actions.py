"""Keeping the course catalog, and planning how much of a course a school offers in a term."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.errors import Conflict, Forbidden, Invalid
from sis.courses.catalog import (
    find_course_by_code,
    find_offering,
    get_course_for,
    get_session,
    is_of_school,
)
from sis.courses.models import Course, CourseOffering
from sis.courses.rules.catalog import CoursePlan, course_problems, offering_problems
from sis.organizations.queries import get_school_for
from sis.scheduling.actions import OWN_SOURCE


@dataclass(frozen=True)
class Offering:
    """So many sections and seats of a course at a school in a term."""

    course_id: int
    school_id: int
    session_id: int
    planned_sections: int
    planned_seats: int


def save_course(
    session: Session,
    plan: CoursePlan,
    *,
    by: Actor,
    now: datetime,
    course_id: int | None = None,
    school_id: int | None = None,
) -> Course:
    """Make a course, or change the one with ``course_id``; without a school it is the district's.

    Raises NotFound, Forbidden (the district's courses need a role for the whole district), Invalid
    with every problem of the plan, and Conflict when the code is taken.
    """
    if wrong := course_problems(plan):
        raise Invalid("The course was not saved; see the fields.", fields=wrong)
    course = _course(session, course_id, school_id, by)
    taken = find_course_by_code(session, course.organization_id, plan.code)
    if taken is not None and taken.id != course_id:
        sentence = f"The code {plan.code} is that of {taken.title}."
        raise Conflict(sentence, code="code_taken", fields={"code": sentence})
    before = None if course_id is None else _told(course)
    course.title, course.code = plan.title.strip(), plan.code.strip()
    course.grades, course.subjects = plan.grades or None, plan.subjects or None
    course.credits, course.a_g_area, course.modified_at = plan.credits, plan.a_g_area, now
    session.add(course)
    session.flush()
    record(
        session,
        by=by,
        action="course.create" if course_id is None else "course.change",
        subject=("course", course.id),
        before=before,
        after=_told(course),
        now=now,
    )
    return course


def plan_offering(session: Session, offering: Offering, *, by: Actor, now: datetime) -> None:
    """Set what a school plans of a course in a term; the same again changes nothing.

    Raises NotFound and Invalid.
    """
    get_school_for(session, by, offering.school_id)
    get_course_for(session, by, offering.course_id)
    get_session(session, offering.session_id)
    if wrong := offering_problems(offering.planned_sections, offering.planned_seats):
        raise Invalid("The plan was not saved; see the fields.", fields=wrong)
    key = {
        "course_id": offering.course_id,
        "school_id": offering.school_id,
        "session_id": offering.session_id,
    }
    row = find_offering(session, **key)
    before = None if row is None else (row.planned_sections, row.planned_seats)
    after = (offering.planned_sections, offering.planned_seats)
    if before == after:
        return
    row = row or CourseOffering(**key)
    row.planned_sections, row.planned_seats = after
    row.modified_at = now
    session.add(row)
    session.flush()
    names = ("planned_sections", "planned_seats")
    record(
        session,
        by=by,
        action="course_offering.plan",
        subject=("course_offering", row.id),
        before=None if before is None else dict(zip(names, before, strict=True)),
        after=dict(zip(names, after, strict=True)),
        now=now,
    )


def _course(session: Session, course_id: int | None, school_id: int | None, by: Actor) -> Course:
    if course_id is not None:
        course = get_course_for(session, by, course_id)
        if by.scope is not None and not is_of_school(session, course):
            raise Forbidden(f"{course.title} is a course of the district: ask the district office.")
        return course
    if school_id is not None:
        get_school_for(session, by, school_id)
    elif by.scope is not None:
        raise Forbidden("A course of the whole district is made by the district office.")
    return Course(sourced_id=str(uuid4()), source=OWN_SOURCE, organization_id=school_id)


def _told(course: Course) -> dict[str, object]:
    return {
        "title": course.title,
        "code": course.code,
        "grades": course.grades,
        "subjects": course.subjects,
        "credits": course.credits,
        "a_g_area": course.a_g_area,
    }
