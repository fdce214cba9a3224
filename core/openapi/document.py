"""Making the OpenAPI 3.1 document from the routes and what their handlers say."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from werkzeug.routing import Rule

from core.openapi.operation import Operation, operation_of
from core.web.access import PUBLIC, SIGNED_IN, access_of

PREFIX = "/api/v1/"
REFS = "#/components/schemas/{model}"
_PARAMETER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Problem(BaseModel):
    """A refusal as RFC 9457 describes it; ``fields`` names the inputs at fault."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    request_id: str | None = None
    fields: dict[str, str] = {}


@dataclass(frozen=True)
class Route:
    """One handler at one address with one method."""

    path: str
    method: str
    parameters: list[dict[str, Any]]
    operation: Operation
    access: str
    id: str


def routes(app: Flask) -> Iterator[Route]:
    """Every route of the API, by address and method."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(PREFIX)]
    for rule in sorted(rules, key=lambda one: one.rule):
        view = app.view_functions[rule.endpoint]
        for method in _METHODS:
            if method in (rule.methods or ()):
                yield _route(rule, method, view)


def _route(rule: Rule, method: str, view: Callable[..., Any]) -> Route:
    parameters = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer"} if kind == "int" else {"type": "string"},
        }
        for kind, name in _PARAMETER.findall(rule.rule)
    ]
    said = operation_of(view) or Operation(_first_line(view), answers={200: None})
    return Route(
        path=_PARAMETER.sub(r"{\2}", rule.rule),
        method=method.lower(),
        parameters=parameters,
        operation=said,
        access=access_of(view) or SIGNED_IN,
        id=rule.endpoint.replace(".", "_") + ("" if method == "GET" else f"_{method.lower()}"),
    )


def _first_line(view: Callable[..., Any]) -> str:
    return (view.__doc__ or view.__name__).strip().splitlines()[0].rstrip(".")


def document(app: Flask, title: str) -> dict[str, Any]:
    """The whole file, ready for JSON."""
    found = list(routes(app))
    schemas, definitions = _schemas(found)
    paths: dict[str, dict[str, Any]] = {}
    for route in found:
        paths.setdefault(route.path, {})[route.method] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{title} API", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "bellwether_session"},
            },
        },
        "security": [{"bearer": []}, {"session": []}],
    }


_Key = tuple[Any, JsonSchemaMode]


def _schemas(found: list[Route]) -> tuple[dict[_Key, Any], dict[str, Any]]:
    keys: dict[_Key, None] = {(Problem, "serialization"): None}
    for route in found:
        if route.operation.body is not None:
            keys[route.operation.body, "validation"] = None
        for model in route.operation.answers.values():
            if model is not None:
                keys[model, "serialization"] = None
    schemas, rest = models_json_schema(list(keys), ref_template=REFS)
    return dict(schemas), dict(rest.get("$defs", {}))


def _operation(route: Route, schemas: dict[_Key, Any]) -> dict[str, Any]:
    said = route.operation
    described: dict[str, Any] = {
        "operationId": route.id,
        "summary": said.summary,
        "parameters": [*route.parameters, *_parameters(said)],
        "responses": _responses(route, schemas),
    }
    if said.tag:
        described["tags"] = [said.tag]
    if said.body is not None:
        described["requestBody"] = {
            "required": said.body_required,
            "content": _content(schemas, said.body, "validation"),
        }
    if route.access == PUBLIC:
        described["security"] = []
    elif route.access != SIGNED_IN:
        described["description"] = f"Needs the permission `{route.access}`."
    return described


def _parameters(said: Operation) -> Iterator[dict[str, Any]]:
    for one in said.query:
        yield {
            "name": one.name,
            "in": "query",
            "description": one.description,
            "schema": dict(one.schema),
        }
    if said.idempotent:
        described = "a retry with the same key is done once"
        yield _header("Idempotency-Key", described, maxLength=255, pattern="^[!-~]+$")
    if said.if_match:
        described = "the ETag that was read; 412 when it has changed"
        yield _header("If-Match", described, pattern='^(\\*|"[!#-~]*"(, *"[!#-~]*")*)$')


def _header(name: str, description: str, **schema: Any) -> dict[str, Any]:
    kind = {"type": "string", **schema}
    return {"name": name, "in": "header", "description": description, "schema": kind}


def _content(
    schemas: dict[_Key, Any], model: type[BaseModel], mode: Literal["validation", "serialization"]
) -> dict[str, Any]:
    return {"application/json": {"schema": schemas[model, mode]}}


def _responses(route: Route, schemas: dict[_Key, Any]) -> dict[str, Any]:
    said = route.operation
    found: dict[str, Any] = {}
    for status, model in said.answers.items():
        answer: dict[str, Any] = {"description": HTTPStatus(status).phrase}
        if model is not None:
            answer["content"] = _content(schemas, model, "serialization")
        if said.etag:
            answer["headers"] = {"ETag": {"schema": {"type": "string"}}}
        found[str(status)] = answer
    problem = {"application/problem+json": {"schema": schemas[Problem, "serialization"]}}
    for status in sorted(_refusals(route)):
        found[str(status)] = {"description": HTTPStatus(status).phrase, "content": problem}
    return found


def _refusals(route: Route) -> set[int]:
    said = route.operation
    refusals = set(said.refusals)
    if route.access != PUBLIC:
        refusals |= {401, 403}
    if route.parameters:
        refusals.add(404)
    if said.body is not None:
        refusals |= {400, 415, 422}
    if said.query or said.idempotent:
        refusals |= {400, 422}
    if said.if_match:
        refusals.add(412)
    return refusals
