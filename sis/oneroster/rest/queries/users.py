"""Users: people. Students and teachers are those whose roles or sections say so."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, case, exists, literal, or_, select, union, union_all
from sqlalchemy.orm import Session

from sis.courses.models import Section
from sis.enrollment.models import SchoolEnrollment
from sis.oneroster.rest.links import Links
from sis.oneroster.rest.queries.fields import Condition, Field, Kind, absent
from sis.oneroster.rest.queries.orgs import whole_district
from sis.oneroster.rest.queries.resource import (
    Narrowing,
    Record,
    Resource,
    common_fields,
    properties,
)
from sis.oneroster.rest.queries.roles import roles_of, unassigned
from sis.oneroster.rest.rules import without_nothing, write_flag, write_moment, write_words
from sis.organizations.models import Organization
from sis.people.models import Person, PersonRole
from sis.scheduling.models import SectionEnrollment

Keys = Collection[int] | Select[int]
_SHOWN_BY_SECTIONS = ("student", "teacher")


def _load(session: Session, keys: Sequence[int], links: Links) -> dict[int, Record]:
    people = session.scalars(select(Person).where(Person.id.in_(keys))).all()
    roles = roles_of(session, keys, links)
    top = None
    if len(roles) < len(people):
        top = whole_district(session)
    return {
        person.id: _record(
            person,
            roles.get(person.id) or unassigned(top or person.sourced_id, links),
            links,
        )
        for person in people
    }


def _record(person: Person, roles: list[Record], links: Links) -> Record:
    agents = write_words(person.agent_sourced_ids)
    return without_nothing(
        {
            "sourcedId": person.sourced_id,
            "status": person.status,
            "dateLastModified": write_moment(person.modified_at),
            "username": person.username,
            "enabledUser": write_flag(person.enabled),
            "givenName": person.given_name,
            "familyName": person.family_name,
            "middleName": person.middle_name,
            "preferredFirstName": person.preferred_given_name,
            "preferredLastName": person.preferred_family_name,
            "pronouns": person.pronouns,
            "roles": roles,
            "identifier": person.identifier,
            "email": person.email,
            "sms": person.sms,
            "phone": person.phone,
            "agents": agents and [links.to("user", agent) for agent in agents],
            "grades": person.grade and [person.grade],
        }
    )


def _looked_up(*conditions: Condition) -> Condition:
    """Whether a person has such a row, looked up by index for one person after the other.

    PostgreSQL would else collect everybody who has one, at each page, from tables that are many
    times as long as the page: the offset forbids it.
    """
    return exists(select(literal(1)).where(*conditions).offset(0))


def _enrolled() -> Condition:
    return _looked_up(SchoolEnrollment.person_id == Person.id, SchoolEnrollment.status == "active")


def _holds(role: str) -> Condition:
    return _looked_up(
        PersonRole.person_id == Person.id, PersonRole.status == "active", PersonRole.role == role
    )


def _places(role: str) -> Condition:
    return _looked_up(
        SectionEnrollment.person_id == Person.id,
        SectionEnrollment.status == "active",
        SectionEnrollment.role == role,
    )


def _in_class(section_id: int, role: str) -> Condition:
    places = select(SectionEnrollment.person_id).where(
        SectionEnrollment.section_id == section_id,
        SectionEnrollment.status == "active",
        SectionEnrollment.role == role,
    )
    return Person.id.in_(places)


STUDENTS = Narrowing("students", (or_(_enrolled(), _holds("student"), _places("student")),))
TEACHERS = Narrowing("teachers", (or_(_holds("teacher"), _places("teacher")),))


def _holding(organizations: Keys, *more: Condition) -> Select[int]:
    return select(PersonRole.person_id).where(
        PersonRole.organization_id.in_(organizations), PersonRole.status == "active", *more
    )


def _enrolled_at(schools: Keys) -> Select[int]:
    return select(SchoolEnrollment.person_id).where(
        SchoolEnrollment.school_id.in_(schools), SchoolEnrollment.status == "active"
    )


def _in_sections_of(schools: Keys, *roles: str) -> Select[int]:
    return (
        select(SectionEnrollment.person_id)
        .join(Section, Section.id == SectionEnrollment.section_id)
        .where(
            Section.school_id.in_(schools),
            SectionEnrollment.role.in_(roles),
            SectionEnrollment.status == "active",
        )
    )


def _among(*people: Select[int]) -> Condition:
    """One of few people, found by where they are."""
    return Person.id.in_(union(*people))


def people_within(schools: Collection[int]) -> Condition:
    """Those who learn, teach or have another role there."""
    return _among(_enrolled_at(schools), _holding(schools), _in_sections_of(schools, "teacher"))


def students_of_school(school_id: int) -> Narrowing:
    held = _holding([school_id], PersonRole.role == "student")
    return Narrowing("", (_among(_enrolled_at([school_id]), held),))


def teachers_of_school(school_id: int) -> Narrowing:
    held = _holding([school_id], PersonRole.role == "teacher")
    return Narrowing("", (_among(_in_sections_of([school_id], "teacher"), held),))


def students_of_class(section_id: int) -> Narrowing:
    return Narrowing("", (_in_class(section_id, "student"),))


def teachers_of_class(section_id: int) -> Narrowing:
    return Narrowing("", (_in_class(section_id, "teacher"),))


_word = case(
    (PersonRole.role != "administrator", PersonRole.role),
    (Organization.type == "school", "siteAdministrator"),
    else_="districtAdministrator",
)
_roles = union_all(
    select(_word.label("role"), PersonRole.role_type)
    .join(Organization, Organization.id == PersonRole.organization_id)
    .where(PersonRole.person_id == Person.id, PersonRole.status == "active")
    .correlate(Person),
    select(literal("student"), case((SchoolEnrollment.is_primary, "primary"), else_="secondary"))
    .where(SchoolEnrollment.person_id == Person.id, SchoolEnrollment.status == "active")
    .correlate(Person),
    select(SectionEnrollment.role, literal("primary"))
    .where(
        SectionEnrollment.person_id == Person.id,
        SectionEnrollment.status == "active",
        SectionEnrollment.role.in_(_SHOWN_BY_SECTIONS),
    )
    .correlate(Person),
).subquery("roles")
"""Those of the person that the query around is about."""


def _at_org(met: Condition) -> Condition:
    organizations = select(Organization.id).where(met)
    return _among(
        _holding(organizations),
        _enrolled_at(organizations),
        _in_sections_of(organizations, *_SHOWN_BY_SECTIONS),
    )


_NEVER = dict.fromkeys(
    (
        "password",
        "preferredMiddleName",
        "primaryOrg.sourcedId",
        "resources.sourcedId",
        "userIds.identifier",
        "userIds.type",
        "userMasterIdentifier",
        "userProfiles.applicationId",
        "userProfiles.profileId",
        "userProfiles.profileType",
        "userProfiles.vendorId",
    ),
    absent(),
)
"""What the standard knows of a user and these records do not say, or do not tell."""

USERS = Resource(
    single="user",
    plural="users",
    key=Person.id,
    sourced_id=Person.sourced_id,
    status=Person.status,
    fields={
        **common_fields(Person.sourced_id, Person.status, Person.modified_at),
        **_NEVER,
        "username": Field(Person.username),
        "enabledUser": Field(Person.enabled, Kind.FLAG),
        "givenName": Field(Person.given_name),
        "familyName": Field(Person.family_name),
        "middleName": Field(Person.middle_name),
        "preferredFirstName": Field(Person.preferred_given_name),
        "preferredLastName": Field(Person.preferred_family_name),
        "pronouns": Field(Person.pronouns),
        "identifier": Field(Person.identifier),
        "email": Field(Person.email),
        "sms": Field(Person.sms),
        "phone": Field(Person.phone),
        "agents.sourcedId": Field(Person.agent_sourced_ids, Kind.WORDS),
        "grades": Field(Person.grade, Kind.WORDS),
        "roles.role": Field(_roles.c.role, through=_looked_up, many=True),
        "roles.roleType": Field(_roles.c.role_type, through=_looked_up, many=True),
        "roles.org.sourcedId": Field(Organization.sourced_id, through=_at_org, many=True),
    },
    properties=properties(
        "userMasterIdentifier username enabledUser givenName familyName middleName "
        "preferredFirstName preferredMiddleName preferredLastName pronouns identifier email sms "
        "phone grades password",
        "primaryOrg",
        "agents",
        "resources",
        userIds=frozenset({"type", "identifier"}),
        roles=frozenset({"roleType", "role", "org", "userProfile", "beginDate", "endDate"}),
        userProfiles=frozenset({"profileId", "profileType", "vendorId", "applicationId"}),
    ),
    load=_load,
    tables=frozenset(
        {
            "person",
            "person_role",
            "school_enrollment",
            "section_enrollment",
            "section",
            "organization",
        }
    ),
    within=people_within,
    tallied="person",
)
