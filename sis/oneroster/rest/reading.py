"""Answering a GET: of a list, or of one object."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from flask import Response, current_app, jsonify, request
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.web.context import actor, runtime
from core.web.work import reading
from sis.oneroster.rest.answers import BadQuery
from sis.oneroster.rest.asked import Asked, asked_fields, asked_of
from sis.oneroster.rest.links import Links
from sis.oneroster.rest.queries.fields import Condition
from sis.oneroster.rest.queries.pages import Listing, find_key, list_keys
from sis.oneroster.rest.queries.positions import KeptPositions, commits_so_far
from sis.oneroster.rest.queries.resource import Narrowing, Record, Resource
from sis.oneroster.rest.rules import FilterError, select_fields
from sis.organizations.queries import school_ids_for

EXTENSION = "bellwether.oneroster.positions"
ALL = Narrowing("")
Narrow = Callable[[Session], Narrowing]


def _kept() -> KeptPositions:
    found: KeptPositions = current_app.extensions.setdefault(EXTENSION, KeptPositions())
    return found


def links() -> Links:
    """References with the address that the client called."""
    return Links(request.host_url.rstrip("/"))


def schools_of_client(session: Session) -> set[int] | None:
    """The schools that the client is limited to; None for the district."""
    return school_ids_for(session, actor())


def limits(session: Session, resource: Resource) -> list[Condition]:
    """What keeps a limited client from objects of other schools."""
    schools = schools_of_client(session)
    if schools is None or resource.within is None:
        return []
    return [resource.within(schools)]


def key_of(session: Session, resource: Resource, sourced_id: str, *conditions: Condition) -> int:
    """The key of an object that the client may see; NotFound when there is none."""
    key = find_key(session, resource, sourced_id, *limits(session, resource), *conditions)
    if key is None:
        raise NotFound(f"Unknown object: there is no {resource.single} {sourced_id}.")
    return key


def answer_list(
    resource: Resource, narrow: Narrow = lambda _session: ALL, *, sort_code: str
) -> Response:
    """A page of the list with its headers; ``narrow`` may raise NotFound."""
    asked = asked_of(resource, sort_code)
    commits = commits_so_far(runtime().database)
    with reading() as session:
        narrowing = narrow(session)
        listing = Listing(
            resource,
            name=(request.path, asked.filter, actor().scope),
            narrowing=narrowing,
            filter=asked.filter,
            schools=schools_of_client(session),
        )
        keys, total = _keys(session, listing, asked, commits)
        records = resource.load(session, keys, links()) if keys else {}
    rows = [records[key] for key in keys if key in records]
    response = jsonify({resource.plural: _selected(rows, asked)})
    response.headers["X-Total-Count"] = str(total)
    response.headers["Link"] = _page_links(asked, total)
    return response


def _keys(
    session: Session, listing: Listing, asked: Asked, commits: int | None
) -> tuple[list[int], int]:
    try:
        return list_keys(
            session,
            _kept(),
            listing,
            commits=commits,
            limit=asked.limit,
            offset=asked.offset,
            sort=asked.sort,
            descending=asked.descending,
        )
    except FilterError as error:
        raise BadQuery(str(error), code="invalid_filter_field") from error


def _selected(rows: Sequence[Record], asked: Asked) -> Sequence[Record]:
    return [select_fields(row, asked.fields) for row in rows] if asked.fields else rows


def _page_links(asked: Asked, total: int) -> str:
    """RFC 8288: the pages around this one, with everything else that was asked."""
    last = max(0, (total - 1) // asked.limit * asked.limit)
    pages = {"first": 0, "last": last}
    if asked.offset + asked.limit < total:
        pages["next"] = asked.offset + asked.limit
    if asked.offset > 0:
        pages["prev"] = max(0, min(asked.offset - asked.limit, last))
    rest = [
        (name, value)
        for name, value in request.args.items(multi=True)
        if name not in ("limit", "offset")
    ]
    return ", ".join(
        f"<{request.base_url}?{urlencode([('limit', asked.limit), ('offset', at), *rest])}>;"
        f' rel="{name}"'
        for name, at in pages.items()
    )


def answer_one(resource: Resource, sourced_id: str, *conditions: Condition) -> Response:
    """The object alone."""
    fields = asked_fields(resource.properties)
    with reading() as session:
        key = key_of(session, resource, sourced_id, *conditions)
        record = resource.load(session, [key], links())[key]
    return jsonify({resource.single: select_fields(record, fields) if fields else record})
