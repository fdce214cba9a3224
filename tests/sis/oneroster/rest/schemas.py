"""The official OpenAPI documents, which say of every operation what its answers look like."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from openapi_schema_validator import OAS30Validator, oas30_format_checker

from tests.sis.oneroster.rest.town import GRADEBOOK, RESOURCES, ROSTERING
from tests.support.tree import ROOT

FOLDER = ROOT.parent / "shared" / "data" / "oneroster" / "openapi"
FILES = {
    ROSTERING: "onerosterv1p2rostersservice_openapi3_v1p0.json",
    GRADEBOOK: "onerosterv1p2gradebookservice_openapi3_v1p0.json",
    RESOURCES: "onerosterv1p2resourcesservice_openapi3_v1p0.json",
}


@dataclass(frozen=True)
class Operation:
    """One operation of one document."""

    base: str
    path: str
    method: str
    scopes: frozenset[str]
    answers: Mapping[str, Any]


def are_there() -> bool:
    return FOLDER.exists()


@cache
def document(base: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((FOLDER / FILES[base]).read_text(encoding="utf-8"))
    return found


def operations() -> Iterator[Operation]:
    """Every operation of the three documents; none where they are not."""
    for base in FILES if are_there() else ():
        for path, methods in document(base)["paths"].items():
            for method, found in methods.items():
                wanted = [one for s in found["security"] for one in s["OAuth2CC"]]
                scopes = {one.rpartition("/")[2] for one in wanted}
                yield Operation(base, path, method.upper(), frozenset(scopes), found["responses"])


def problems_of(operation: Operation, status: int, body: Any) -> list[str]:
    """What is wrong with an answer by the official schema; an undocumented status counts."""
    described = operation.answers.get(str(status), operation.answers["default"])
    content = described.get("content")
    if content is None:
        return []
    schema = {
        **content["application/json"]["schema"],
        "components": document(operation.base)["components"],
    }
    validator = OAS30Validator(schema, format_checker=oas30_format_checker)
    return [f"{list(e.absolute_path)}: {e.message}" for e in validator.iter_errors(body)]
