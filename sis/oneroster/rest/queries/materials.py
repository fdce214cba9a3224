"""Learning resources, of which these records hold none: the lists answer, and are empty."""

from collections.abc import Sequence

from sqlalchemy import DateTime, Integer, String, cast, false, literal, null, select
from sqlalchemy.orm import Session

from sis.oneroster.rest.links import Links
from sis.oneroster.rest.queries.fields import Field, Kind
from sis.oneroster.rest.queries.resource import Record, Resource, common_fields, properties

_NONE = (
    select(
        literal(0, Integer).label("id"),
        cast(null(), String).label("text"),
        cast(null(), DateTime).label("at"),
    )
    .where(false())
    .subquery("resources")
)


def _load(_session: Session, _keys: Sequence[int], _links: Links) -> dict[int, Record]:
    return {}


RESOURCES = Resource(
    single="resource",
    plural="resources",
    key=_NONE.c.id,
    sourced_id=_NONE.c.text,
    status=_NONE.c.text,
    fields={
        **common_fields(_NONE.c.text, _NONE.c.text, _NONE.c.at),
        **dict.fromkeys(
            ("title", "importance", "vendorResourceId", "vendorId", "applicationId"),
            Field(_NONE.c.text),
        ),
        "roles": Field(_NONE.c.text, Kind.WORDS),
    },
    properties=properties("title roles importance vendorResourceId vendorId applicationId"),
    load=_load,
    tables=frozenset(),
)
