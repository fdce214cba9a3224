"""Answering PUT, POST and DELETE. A request is kept whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify, make_response, request
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from sqlalchemy.orm import Session

from core.errors import AppError, Invalid, NotFound
from core.web.context import actor, now
from core.web.work import writing
from sis.gradebook.actions import create, delete, store
from sis.gradebook.models import Result
from sis.gradebook.queries import find_record, sections_of_line_items
from sis.oneroster.rest.answers import success
from sis.oneroster.rest.bodies import Body
from sis.oneroster.rest.columns import Columns, Referred, Written
from sis.oneroster.rest.queries.fields import Condition
from sis.oneroster.rest.queries.pages import find_keys
from sis.oneroster.rest.queries.sessions import ACADEMIC_SESSIONS, recorded_key
from sis.oneroster.rest.reading import key_of, limits
from sis.oneroster.rest.rules import SOURCED_ID

Problems = dict[str, str]
MOST_AT_ONCE = 10_000


@dataclass(frozen=True)
class Place:
    """What the address of a POST says of everything in its body.

    ``given`` maps a field of the standard to the key of the object that the address names;
    ``conditions`` are what the objects that a field refers to must fulfil besides.
    """

    given: Mapping[str, int] = field(default_factory=dict)
    conditions: Mapping[str, Condition] = field(default_factory=dict)


ANYWHERE = Place()


def _json() -> Mapping[str, Any]:
    try:
        found = from_json(request.get_data(), allow_inf_nan=False)
    except ValueError as error:
        raise AppError(f"The body is not JSON: {error}.", code="malformed_json") from error
    if not isinstance(found, dict):
        raise Invalid("The body is not a JSON object.")
    return found


def _parsed(written: Written, sent: Any, path: str, problems: Problems) -> BaseModel | None:
    try:
        return written.body.model_validate(sent)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_context=False, include_input=False):
            where = ".".join([path, *map(str, one["loc"])])
            problems[where] = one["msg"]
        return None


def _refuse(problems: Problems) -> None:
    if problems:
        raise Invalid("The body cannot be stored.", fields=problems)


def _resolved(
    session: Session, written: Written, found: Sequence[tuple[str, Any]], place: Place
) -> list[Columns]:
    """Our columns of each body; Invalid with every reference that leads nowhere."""
    problems: Problems = {}
    rows: list[Columns] = [
        {**written.columns(body), "status": body.status, "extra": body.metadata}
        for _path, body in found
    ]
    for referred in written.references:
        keys = _keys(session, referred, [body for _path, body in found], place)
        for (path, body), row in zip(found, rows, strict=True):
            where = f"{path}.{referred.name}"
            row[referred.column or f"-{referred.name}"] = _one_key(
                referred, body, keys, place, where, problems
            )
    _refuse(problems)
    _check_classes(session, written, found, rows, problems)
    _refuse(problems)
    return [{name: row[name] for name in row if not name.startswith("-")} for row in rows]


def _keys(
    session: Session, referred: Referred, bodies: Sequence[Any], place: Place
) -> Mapping[str, int]:
    named = {getattr(body, referred.attribute) for body in bodies if _names(referred, body)}
    ids = {reference.sourced_id for reference in named}
    if not ids:
        return {}
    more = [place.conditions[referred.name]] if referred.name in place.conditions else []
    found = find_keys(session, referred.resource, ids, *limits(session, referred.resource), *more)
    if referred.resource is ACADEMIC_SESSIONS:
        return {sourced_id: recorded_key(key) for sourced_id, key in found.items()}
    return found


def _names(referred: Referred, body: Any) -> bool:
    return getattr(body, referred.attribute) is not None


def _one_key(
    referred: Referred,
    body: Any,
    keys: Mapping[str, int],
    place: Place,
    where: str,
    problems: Problems,
) -> int | None:
    given = place.given.get(referred.name)
    if not _names(referred, body):
        if referred.required and given is None:
            problems[where] = "Field required"
        return given
    sourced_id = getattr(body, referred.attribute).sourced_id
    key = keys.get(sourced_id)
    if key is None:
        problems[where] = f"there is no {referred.resource.single} {sourced_id} here"
    elif given is not None and key != given:
        problems[where] = f"{sourced_id} is not what the address names"
    return key


def _check_classes(
    session: Session,
    written: Written,
    found: Sequence[tuple[str, Any]],
    rows: Sequence[Columns],
    problems: Problems,
) -> None:
    """A result's class, if it names one, is its line item's."""
    if written.model is not Result:
        return
    sections = sections_of_line_items(session, {row["line_item_id"] for row in rows})
    for (path, _body), row in zip(found, rows, strict=True):
        named = row["-class"]
        if named is not None and named != sections[row["line_item_id"]]:
            problems[f"{path}.class"] = "it is not the class of the line item"


def answer_put(written: Written, sourced_id: str) -> Response:
    """201 when the object was not there, 200 when it was replaced."""
    single = written.resource.single
    if not SOURCED_ID.fullmatch(sourced_id):
        raise Invalid("A sourcedId has 1 to 255 characters of 0-9 A-Z a-z . - _ / @.")
    sent, problems = _json(), Problems()
    if single not in sent:
        raise Invalid(f"The body holds no {single}.", fields={single: "Field required"})
    body = _parsed(written, sent[single], single, problems)
    _refuse(problems)
    assert isinstance(body, Body)
    if body.sourced_id not in (None, sourced_id):
        raise Invalid("The sourcedId of the body is not the one of the address.")
    with writing() as session:
        (columns,) = _resolved(session, written, [(single, body)], ANYWHERE)
        _may_replace(session, written, sourced_id)
        stored = store(
            session,
            written.model,
            sourced_id,
            columns,
            source=actor().id,
            by=actor(),
            now=now(),
        )
    if stored.created:
        return success(HTTPStatus.CREATED, f"The {single} {sourced_id} was created.")
    return success(HTTPStatus.OK, f"The {single} {sourced_id} was replaced.")


def _may_replace(session: Session, written: Written, sourced_id: str) -> None:
    """What a limited client may not see, it may not replace either."""
    if find_record(session, written.model, sourced_id) is not None:
        key_of(session, written.resource, sourced_id)


def answer_post(written: Written, session: Session, place: Place) -> Response:
    """201 with the pairs of the ids that were sent and those that were drawn."""
    plural = written.resource.plural
    sent = _json().get(plural)
    if not isinstance(sent, list):
        raise Invalid(f"The body holds no list of {plural}.", fields={plural: "Field required"})
    if len(sent) > MOST_AT_ONCE:
        raise Invalid(f"Send at most {MOST_AT_ONCE} {plural} at once.")
    problems: Problems = {}
    found: list[tuple[str, Any]] = []
    for number, one in enumerate(sent):
        body = _parsed(written, one, f"{plural}[{number}]", problems)
        if isinstance(body, Body):
            found.append((f"{plural}[{number}]", body))
            if body.sourced_id is None:
                problems[f"{plural}[{number}].sourcedId"] = "Field required"
    _refuse(problems)
    pairs = [
        {
            "suppliedSourcedId": body.sourced_id,
            "allocatedSourcedId": create(session, written.model, columns, by=actor(), now=now()),
        }
        for (_path, body), columns in zip(
            found, _resolved(session, written, found, place), strict=True
        )
    ]
    response = jsonify(sourcedIdPairs=pairs)
    response.status_code = HTTPStatus.CREATED
    return response


def answer_delete(written: Written, sourced_id: str) -> Response:
    """204; the object leaves the lists."""
    with writing() as session:
        key_of(session, written.resource, sourced_id, written.resource.status == "active")
        found = find_record(session, written.model, sourced_id)
        if found is None:
            raise NotFound(f"Unknown object: there is no {written.resource.single} {sourced_id}.")
        delete(session, found, by=actor(), now=now())
    return make_response("", HTTPStatus.NO_CONTENT)
