"""The roles of people, which the standard wants of every user.

They are the roles that were recorded, one as a student for each school enrolment, and one for each
school where somebody learns or teaches in a section without either of these. A person without any
has the role ``ext:unassigned`` at the organization at the top.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, literal, select, union_all
from sqlalchemy.orm import Session

from sis.courses.models import Section
from sis.enrollment.models import SchoolEnrollment
from sis.oneroster.rest.links import Links
from sis.oneroster.rest.queries.resource import Record
from sis.oneroster.rest.rules import without_nothing
from sis.organizations.models import Organization
from sis.people.models import PersonRole
from sis.scheduling.models import SectionEnrollment

UNASSIGNED = "ext:unassigned"
PRIMARY, SECONDARY = "primary", "secondary"


@dataclass(frozen=True)
class Role:
    """One role of one person, ``[begins_on, ends_on)``, at an organization."""

    person_id: int
    role: str
    role_type: str
    org: str
    org_type: str
    begins_on: date | None = None
    ends_on: date | None = None


def roles_of(session: Session, people: Sequence[int], links: Links) -> dict[int, list[Record]]:
    """The roles of those people as the standard writes them; people without any are left out."""
    found: dict[int, list[Role]] = {}
    for role in _recorded(session, people):
        found.setdefault(role.person_id, []).append(role)
    for role in _shown_by_sections(session, people):
        known = found.setdefault(role.person_id, [])
        if not any(has.org == role.org and has.role == role.role for has in known):
            known.append(role)
    return {person: _written(roles, links) for person, roles in found.items()}


def unassigned(org: str, links: Links) -> list[Record]:
    """What a person has who has nothing else."""
    return [{"roleType": PRIMARY, "role": UNASSIGNED, "org": links.to("org", org)}]


def _recorded(session: Session, people: Sequence[int]) -> Iterable[Role]:
    enrolled = select(
        literal(0).label("rank"),
        SchoolEnrollment.id,
        SchoolEnrollment.person_id,
        literal("student").label("role"),
        case((SchoolEnrollment.is_primary, PRIMARY), else_=SECONDARY).label("role_type"),
        SchoolEnrollment.school_id.label("organization_id"),
        SchoolEnrollment.begins_on,
        SchoolEnrollment.ends_on,
    ).where(SchoolEnrollment.person_id.in_(people), SchoolEnrollment.status == "active")
    held = select(
        literal(1).label("rank"),
        PersonRole.id,
        PersonRole.person_id,
        PersonRole.role,
        PersonRole.role_type,
        PersonRole.organization_id,
        PersonRole.begins_on,
        PersonRole.ends_on,
    ).where(PersonRole.person_id.in_(people), PersonRole.status == "active")
    both = union_all(enrolled, held).subquery()
    rows = session.execute(
        select(
            both.c.person_id,
            both.c.role,
            both.c.role_type,
            Organization.sourced_id,
            Organization.type,
            both.c.begins_on,
            both.c.ends_on,
        )
        .join(Organization, Organization.id == both.c.organization_id)
        .order_by(both.c.rank, both.c.id)
    )
    return (Role(*row) for row in rows)


def _shown_by_sections(session: Session, people: Sequence[int]) -> Iterable[Role]:
    rows = session.execute(
        select(
            SectionEnrollment.person_id,
            SectionEnrollment.role,
            literal(PRIMARY),
            Organization.sourced_id,
            Organization.type,
        )
        .distinct()
        .join(Section, Section.id == SectionEnrollment.section_id)
        .join(Organization, Organization.id == Section.school_id)
        .where(
            SectionEnrollment.person_id.in_(people),
            SectionEnrollment.status == "active",
            SectionEnrollment.role.in_(("student", "teacher")),
        )
        .order_by(Organization.sourced_id, SectionEnrollment.role)
    )
    return (Role(*row) for row in rows)


def _word(role: Role) -> str:
    """1.1's administrator is one of a site or of the district."""
    if role.role != "administrator":
        return role.role
    return "siteAdministrator" if role.org_type == "school" else "districtAdministrator"


def _written(roles: Iterable[Role], links: Links) -> list[Record]:
    """At most one primary role at each organization, as the standard has it."""
    primary: set[str] = set()
    written = []
    for role in roles:
        first = role.role_type == PRIMARY and role.org not in primary
        if first:
            primary.add(role.org)
        written.append(
            without_nothing(
                {
                    "roleType": PRIMARY if first else SECONDARY,
                    "role": _word(role),
                    "org": links.to("org", role.org),
                    "beginDate": role.begins_on and role.begins_on.isoformat(),
                    "endDate": role.ends_on and role.ends_on.isoformat(),
                }
            )
        )
    return written
