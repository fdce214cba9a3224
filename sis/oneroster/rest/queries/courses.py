"""Courses. One without a code is known by its id."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from sis.calendars.models import AcademicSession
from sis.courses.models import Course, Section
from sis.oneroster.rest.links import Links
from sis.oneroster.rest.queries.fields import Condition, Field, Kind, absent, reference
from sis.oneroster.rest.queries.resource import (
    Narrowing,
    Record,
    Resource,
    common_fields,
    properties,
)
from sis.oneroster.rest.rules import without_nothing, write_moment, write_words
from sis.organizations.models import Organization

_code = func.coalesce(Course.code, Course.sourced_id)


def _load(session: Session, keys: Sequence[int], links: Links) -> dict[int, Record]:
    rows = session.execute(
        select(
            Course.id,
            Course.sourced_id,
            Course.status,
            Course.modified_at,
            Course.title,
            _code.label("code"),
            Course.grades,
            Course.subjects,
            Course.subject_codes,
            AcademicSession.sourced_id.label("year"),
            Organization.sourced_id.label("org"),
        )
        .outerjoin(AcademicSession, AcademicSession.id == Course.session_id)
        .outerjoin(Organization, Organization.id == Course.organization_id)
        .where(Course.id.in_(keys))
    )
    return {
        row.id: without_nothing(
            {
                "sourcedId": row.sourced_id,
                "status": row.status,
                "dateLastModified": write_moment(row.modified_at),
                "title": row.title,
                "schoolYear": links.maybe("academicSession", row.year),
                "courseCode": row.code,
                "grades": write_words(row.grades),
                "subjects": write_words(row.subjects),
                "org": links.maybe("org", row.org),
                "subjectCodes": write_words(row.subject_codes),
            }
        )
        for row in rows
    }


def _within(schools: Collection[int]) -> Condition:
    """What is taught there, and the catalog that no school owns."""
    taught = select(Section.course_id).where(Section.school_id.in_(schools))
    return or_(
        Course.organization_id.in_(schools),
        Course.organization_id.is_(None),
        Course.id.in_(taught),
    )


COURSES = Resource(
    single="course",
    plural="courses",
    key=Course.id,
    sourced_id=Course.sourced_id,
    status=Course.status,
    fields={
        **common_fields(Course.sourced_id, Course.status, Course.modified_at),
        "title": Field(Course.title),
        "courseCode": Field(_code),
        "grades": Field(Course.grades, Kind.WORDS),
        "subjects": Field(Course.subjects, Kind.WORDS),
        "subjectCodes": Field(Course.subject_codes, Kind.WORDS),
        "schoolYear.sourcedId": reference(
            Course.session_id, AcademicSession.id, AcademicSession.sourced_id
        ),
        "resources.sourcedId": absent(),
        "org.sourcedId": reference(
            Course.organization_id, Organization.id, Organization.sourced_id
        ),
    },
    properties=properties(
        "title courseCode grades subjects subjectCodes", "schoolYear", "org", "resources"
    ),
    load=_load,
    tables=frozenset({"course", "academic_session", "organization", "section"}),
    within=_within,
)


def courses_of_school(school_id: int) -> Narrowing:
    """The school's own courses and those that it teaches."""
    taught = select(Section.course_id).where(
        Section.school_id == school_id, Section.status == "active"
    )
    return Narrowing("", (or_(Course.organization_id == school_id, Course.id.in_(taught)),))
