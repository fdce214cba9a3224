"""What a client asks of a list: which page of it, in which order, what of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from sis.oneroster.rest.answers import BadQuery
from sis.oneroster.rest.queries.fields import ordering
from sis.oneroster.rest.queries.resource import Resource
from sis.oneroster.rest.rules import Filter, FilterError, parse_filter

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 10_000
_NUMBER = re.compile(r"[0-9]{1,18}")
Paths = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Asked:
    """``fields`` empty means all of an object; ``sort`` None the order of the keys."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    sort: str | None = None
    descending: bool = False
    filter: Filter | None = None
    fields: Paths = ()


def _number(name: str, default: int, least: int) -> int:
    text = request.args.get(name, "").strip()
    if not text:
        return default
    if not _NUMBER.fullmatch(text) or int(text) < least:
        raise BadQuery(f"{name} is a whole number from {least} on.")
    return int(text)


def asked_fields(properties: Mapping[str, frozenset[str]]) -> Paths:
    """``?fields=sourcedId,class.sourcedId``, the way to each; BadQuery for an unknown one."""
    listed = ",".join(request.args.getlist("fields"))
    paths = tuple(tuple(name.strip().split(".")) for name in listed.split(",") if name.strip())
    for path in paths:
        parts = properties.get(path[0])
        if parts is None or (len(path) > 1 and path[1] not in parts):
            raise BadQuery(
                f"fields: there is no {'.'.join(path)}; there are {', '.join(properties)}.",
                code="invalid_selection_field",
            )
    return paths


def _asked_filter(resource: Resource) -> Filter | None:
    text = request.args.get("filter", "").strip()
    if not text:
        return None
    try:
        found = parse_filter(text)
    except FilterError as error:
        raise BadQuery(f"filter: {error}", code="invalid_filter_field") from error
    unknown = sorted(found.names() - resource.fields.keys())
    if unknown:
        raise BadQuery(
            f"filter: there is no {', '.join(unknown)}; there are {', '.join(resource.fields)}.",
            code="invalid_filter_field",
        )
    return found


def _asked_sort(resource: Resource, code: str) -> str | None:
    name = request.args.get("sort", "").strip()
    if not name:
        return None
    if name not in resource.fields:
        known = ", ".join(resource.fields)
        raise BadQuery(f"sort: there is no {name}; there are {known}.", code=code)
    try:
        ordering(resource.fields[name], name)
    except FilterError as error:
        raise BadQuery(f"sort: {error}", code=code) from error
    return name


def asked_of(resource: Resource, sort_code: str = "invalid_selection_field") -> Asked:
    """The request's query; BadQuery says what is wrong with it. ``sort_code`` is what the
    service's document calls a bad sort.
    """
    order = request.args.get("orderBy", "").strip() or "asc"
    if order not in ("asc", "desc"):
        raise BadQuery("orderBy is asc or desc.")
    return Asked(
        limit=min(_number("limit", DEFAULT_LIMIT, 1), LARGEST_LIMIT),
        offset=_number("offset", 0, 0),
        sort=_asked_sort(resource, sort_code),
        descending=order == "desc",
        filter=_asked_filter(resource),
        fields=asked_fields(resource.properties),
    )
