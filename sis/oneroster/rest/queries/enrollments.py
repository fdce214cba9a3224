"""Enrollments: people's places in sections."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from sis.courses.models import Section
from sis.oneroster.rest.links import Links
from sis.oneroster.rest.queries.fields import Condition, Field, Kind, reference
from sis.oneroster.rest.queries.resource import (
    Narrowing,
    Record,
    Resource,
    common_fields,
    properties,
)
from sis.oneroster.rest.rules import without_nothing, write_flag, write_moment
from sis.organizations.models import Organization
from sis.people.models import Person
from sis.scheduling.models import SectionEnrollment

_WORDS = {"ext:aide": "aide"}
_OUR_WORDS = {ours: theirs for theirs, ours in _WORDS.items()}


def _load(session: Session, keys: Sequence[int], links: Links) -> dict[int, Record]:
    rows = session.execute(
        select(
            SectionEnrollment.id,
            SectionEnrollment.sourced_id,
            SectionEnrollment.status,
            SectionEnrollment.modified_at,
            SectionEnrollment.role,
            SectionEnrollment.is_primary,
            SectionEnrollment.begins_on,
            SectionEnrollment.ends_on,
            Person.sourced_id.label("user"),
            Section.sourced_id.label("section"),
            Organization.sourced_id.label("school"),
        )
        .join(Person, Person.id == SectionEnrollment.person_id)
        .join(Section, Section.id == SectionEnrollment.section_id)
        .join(Organization, Organization.id == Section.school_id)
        .where(SectionEnrollment.id.in_(keys))
    )
    return {
        row.id: without_nothing(
            {
                "sourcedId": row.sourced_id,
                "status": row.status,
                "dateLastModified": write_moment(row.modified_at),
                "user": links.to("user", row.user),
                "class": links.to("class", row.section),
                "school": links.to("org", row.school),
                "role": _OUR_WORDS.get(row.role, row.role),
                "primary": None if row.is_primary is None else write_flag(row.is_primary),
                "beginDate": row.begins_on and row.begins_on.isoformat(),
                "endDate": row.ends_on and row.ends_on.isoformat(),
            }
        )
        for row in rows
    }


def _within(schools: Collection[int]) -> Condition:
    return SectionEnrollment.section_id.in_(
        select(Section.id).where(Section.school_id.in_(schools))
    )


ENROLLMENTS = Resource(
    single="enrollment",
    plural="enrollments",
    key=SectionEnrollment.id,
    sourced_id=SectionEnrollment.sourced_id,
    status=SectionEnrollment.status,
    fields={
        **common_fields(
            SectionEnrollment.sourced_id, SectionEnrollment.status, SectionEnrollment.modified_at
        ),
        "role": Field(SectionEnrollment.role, words=_WORDS),
        "primary": Field(SectionEnrollment.is_primary, Kind.FLAG),
        "beginDate": Field(SectionEnrollment.begins_on, Kind.DATE),
        "endDate": Field(SectionEnrollment.ends_on, Kind.DATE),
        "user.sourcedId": reference(SectionEnrollment.person_id, Person.id, Person.sourced_id),
        "class.sourcedId": reference(SectionEnrollment.section_id, Section.id, Section.sourced_id),
        "school.sourcedId": Field(
            Organization.sourced_id,
            through=lambda met: SectionEnrollment.section_id.in_(
                select(Section.id)
                .join(Organization, Organization.id == Section.school_id)
                .where(met)
            ),
            order=select(Organization.sourced_id)
            .join(Section, Section.school_id == Organization.id)
            .where(Section.id == SectionEnrollment.section_id)
            .scalar_subquery(),
        ),
    },
    properties=properties("role primary beginDate endDate", "user", "class", "school"),
    load=_load,
    tables=frozenset({"section_enrollment", "section", "person", "organization"}),
    within=_within,
    tallied="section_enrollment",
)


def enrollments_of_school(school_id: int) -> Narrowing:
    return Narrowing("", (_within([school_id]),))


def enrollments_of_class(section_id: int) -> Narrowing:
    return Narrowing("", (SectionEnrollment.section_id == section_id,))
