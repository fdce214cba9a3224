"""Organizations. Our education service centers are the standard's local ones."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from sis.oneroster.rest.links import Links
from sis.oneroster.rest.queries.fields import Condition, Field, reference
from sis.oneroster.rest.queries.resource import (
    Narrowing,
    Record,
    Resource,
    common_fields,
    properties,
)
from sis.oneroster.rest.rules import without_nothing, write_moment
from sis.organizations.models import Organization, OrganizationType

_parent = aliased(Organization)
_child = aliased(Organization)
_type = case((Organization.type == OrganizationType.ESC, "local"), else_=Organization.type)
_identifier = func.coalesce(Organization.identifier, Organization.sourced_id)


def _load(session: Session, keys: Sequence[int], links: Links) -> dict[int, Record]:
    rows = session.execute(
        select(
            Organization.id,
            Organization.sourced_id,
            Organization.status,
            Organization.modified_at,
            Organization.name,
            _type.label("type"),
            _identifier.label("identifier"),
            _parent.sourced_id.label("parent"),
        )
        .outerjoin(_parent, _parent.id == Organization.parent_id)
        .where(Organization.id.in_(keys))
    )
    children = _children(session, keys, links)
    return {
        row.id: without_nothing(
            {
                "sourcedId": row.sourced_id,
                "status": row.status,
                "dateLastModified": write_moment(row.modified_at),
                "name": row.name,
                "type": row.type,
                "identifier": row.identifier,
                "parent": links.maybe("org", row.parent),
                "children": children.get(row.id),
            }
        )
        for row in rows
    }


def _children(session: Session, keys: Sequence[int], links: Links) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    rows = session.execute(
        select(_child.parent_id, _child.sourced_id)
        .where(_child.parent_id.in_(keys), _child.status == "active")
        .order_by(_child.id)
    )
    for parent, sourced_id in rows:
        found.setdefault(parent or 0, []).append(links.to("org", sourced_id))
    return found


def _within(schools: Collection[int]) -> Condition:
    """The schools, and what stands above them."""
    above = select(Organization.id, Organization.parent_id).where(Organization.id.in_(schools))
    reach = above.cte("above", recursive=True)
    higher = aliased(Organization)
    reach = reach.union(
        select(higher.id, higher.parent_id).join(reach, reach.c.parent_id == higher.id)
    )
    return Organization.id.in_(select(reach.c.id))


ORGS = Resource(
    single="org",
    plural="orgs",
    key=Organization.id,
    sourced_id=Organization.sourced_id,
    status=Organization.status,
    fields={
        **common_fields(Organization.sourced_id, Organization.status, Organization.modified_at),
        "name": Field(Organization.name),
        "type": Field(_type),
        "identifier": Field(_identifier),
        "parent.sourcedId": reference(Organization.parent_id, _parent.id, _parent.sourced_id),
        "children.sourcedId": Field(
            _child.sourced_id,
            through=lambda met: Organization.id.in_(select(_child.parent_id).where(met)),
            many=True,
        ),
    },
    properties=properties("name type identifier", "parent", "children"),
    load=_load,
    tables=frozenset({"organization"}),
    within=_within,
)

SCHOOLS = Narrowing("schools", (Organization.type == OrganizationType.SCHOOL.value,))


def whole_district(session: Session) -> str | None:
    """The organization at the top: what belongs to no other belongs to it."""
    return session.scalar(
        select(Organization.sourced_id)
        .where(Organization.status == "active")
        .order_by(
            Organization.parent_id.is_not(None),
            Organization.type != OrganizationType.DISTRICT.value,
            Organization.id,
        )
        .limit(1)
    )
