"""Classes: our sections.

The standard wants a course and a term of every class. A section whose course was never sent keeps
the source's word for it, or its own id; one that names no term is in its course's year, or in the
session that ends last.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from sis.calendars.models import AcademicSession
from sis.courses.models import Course, Section, SectionMeeting, SectionTerm
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
from sis.scheduling.models import SectionEnrollment

_course = func.coalesce(Course.sourced_id, Section.course_sourced_id, Section.sourced_id)
_course_of_section = (
    select(func.coalesce(Course.sourced_id, Section.course_sourced_id, Section.sourced_id))
    .select_from(Course)
    .where(Course.id == Section.course_id)
    .correlate(Section)
    .scalar_subquery()
)

_later = aliased(SectionMeeting)
_meets = or_(
    SectionMeeting.ends_on.is_(None),
    ~exists().where(_later.section_id == SectionMeeting.section_id, _later.ends_on.is_(None)),
)
"""Periods that go on; of a section that has none of those, all."""


def _rows(session: Session, keys: Sequence[int]) -> Any:
    return session.execute(
        select(
            Section.id,
            Section.sourced_id,
            Section.status,
            Section.modified_at,
            Section.title,
            Section.code,
            Section.class_type,
            Section.location,
            Section.grades,
            Section.subjects,
            Section.subject_codes,
            _course.label("course"),
            Course.session_id.label("course_session"),
            Organization.sourced_id.label("school"),
        )
        .outerjoin(Course, Course.id == Section.course_id)
        .join(Organization, Organization.id == Section.school_id)
        .where(Section.id.in_(keys))
    )


def _load(session: Session, keys: Sequence[int], links: Links) -> dict[int, Record]:
    terms, periods = _terms(session, keys), _periods(session, keys)
    rows = _rows(session, keys).all()
    others = _other_terms(session, [row for row in rows if row.id not in terms])
    return {
        row.id: without_nothing(
            {
                "sourcedId": row.sourced_id,
                "status": row.status,
                "dateLastModified": write_moment(row.modified_at),
                "title": row.title,
                "classCode": row.code,
                "classType": row.class_type,
                "location": row.location,
                "grades": write_words(row.grades),
                "subjects": write_words(row.subjects),
                "course": links.to("course", row.course),
                "school": links.to("org", row.school),
                "terms": [
                    links.to("academicSession", term)
                    for term in terms.get(row.id) or [others[row.id]]
                ],
                "subjectCodes": write_words(row.subject_codes),
                "periods": periods.get(row.id),
            }
        )
        for row in rows
    }


def _terms(session: Session, keys: Sequence[int]) -> dict[int, list[str]]:
    return _lists(
        session.execute(
            select(SectionTerm.section_id, AcademicSession.sourced_id)
            .join(AcademicSession, AcademicSession.id == SectionTerm.session_id)
            .where(SectionTerm.section_id.in_(keys))
            .order_by(AcademicSession.starts_on, AcademicSession.id)
        )
    )


def _periods(session: Session, keys: Sequence[int]) -> dict[int, list[str]]:
    return _lists(
        session.execute(
            select(SectionMeeting.section_id, SectionMeeting.period)
            .distinct()
            .where(SectionMeeting.section_id.in_(keys), _meets)
            .order_by(SectionMeeting.section_id, SectionMeeting.period)
        )
    )


def _lists(rows: Any) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for section_id, value in rows:
        found.setdefault(section_id, []).append(value)
    return found


def _other_terms(session: Session, rows: Sequence[Any]) -> dict[int, str]:
    """A session for each section that names none; without any session at all, its own id."""
    if not rows:
        return {}
    years = {row.course_session for row in rows} - {None}
    known = {
        key: sourced_id
        for key, sourced_id in session.execute(
            select(AcademicSession.id, AcademicSession.sourced_id).where(
                AcademicSession.id.in_(years)
            )
        )
    }
    last = session.scalar(
        select(AcademicSession.sourced_id)
        .where(AcademicSession.status == "active")
        .order_by(AcademicSession.ends_on.desc(), AcademicSession.id)
        .limit(1)
    )
    return {row.id: known.get(row.course_session) or last or row.sourced_id for row in rows}


def _within(schools: Collection[int]) -> Condition:
    return Section.school_id.in_(schools)


def _has_course(met: Condition) -> Condition:
    return Section.course_id.in_(select(Course.id).where(met))


CLASSES = Resource(
    single="class",
    plural="classes",
    key=Section.id,
    sourced_id=Section.sourced_id,
    status=Section.status,
    fields={
        **common_fields(Section.sourced_id, Section.status, Section.modified_at),
        "title": Field(Section.title),
        "classCode": Field(Section.code),
        "classType": Field(Section.class_type),
        "location": Field(Section.location),
        "grades": Field(Section.grades, Kind.WORDS),
        "subjects": Field(Section.subjects, Kind.WORDS),
        "subjectCodes": Field(Section.subject_codes, Kind.WORDS),
        "course.sourcedId": Field(Course.sourced_id, through=_has_course, order=_course_of_section),
        "school.sourcedId": reference(Section.school_id, Organization.id, Organization.sourced_id),
        "terms.sourcedId": Field(
            AcademicSession.sourced_id,
            through=lambda met: Section.id.in_(
                select(SectionTerm.section_id)
                .join(AcademicSession, AcademicSession.id == SectionTerm.session_id)
                .where(met)
            ),
            many=True,
        ),
        "resources.sourcedId": absent(),
        "periods": Field(
            SectionMeeting.period,
            through=lambda met: Section.id.in_(
                select(SectionMeeting.section_id).where(met, _meets)
            ),
            many=True,
        ),
    },
    properties=properties(
        "title classCode classType location grades subjects subjectCodes periods",
        "course",
        "school",
        "terms",
        "resources",
    ),
    load=_load,
    tables=frozenset(
        {
            "section",
            "course",
            "organization",
            "academic_session",
            "section_term",
            "section_meeting",
            "section_enrollment",
            "person",
        }
    ),
    within=_within,
    tallied="section",
)


def classes_of_course(course_id: int) -> Narrowing:
    return Narrowing("", (Section.course_id == course_id,))


def classes_of_school(school_id: int) -> Narrowing:
    return Narrowing("", (Section.school_id == school_id,))


def classes_of_term(session_id: int) -> Narrowing:
    within = select(SectionTerm.section_id).where(SectionTerm.session_id == session_id)
    return Narrowing("", (Section.id.in_(within),))


def classes_of_person(person_id: int, role: str | None = None) -> Narrowing:
    """Those that the person is in, or is in as ``role``."""
    places = select(SectionEnrollment.section_id).where(
        SectionEnrollment.person_id == person_id, SectionEnrollment.status == "active"
    )
    if role is not None:
        places = places.where(SectionEnrollment.role == role)
    return Narrowing("", (Section.id.in_(places),))
