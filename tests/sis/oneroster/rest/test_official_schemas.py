"""Every operation of the official documents, called and compared with what they say of it.

Without the documents (they lie beside the repository) the table of operations below still holds.
"""

import re
import sys
from collections.abc import Collection
from typing import Any

import pytest
from werkzeug.test import TestResponse

from sis.oneroster.clients.rules import SCOPES
from tests.sis.oneroster.rest import schemas
from tests.sis.oneroster.rest.town import (
    EVERY_BODY,
    LINE_ITEM,
    PLURALS,
    SCORE,
    Program,
    Service,
)

IDS = {
    "academicSessions": "T1",
    "terms": "T1",
    "gradingPeriods": "G1",
    "classes": "K1",
    "courses": "C1",
    "demographics": "P1",
    "enrollments": "N1",
    "orgs": "E",
    "schools": "S1",
    "students": "P1",
    "teachers": "P3",
    "users": "P1",
    **{PLURALS[kind]: sourced_id for kind, (sourced_id, _body) in EVERY_BODY.items()},
}
IDS["resources"] = "none"
UNKNOWN = dict.fromkeys(IDS, "nobody")
POSTED: dict[str, Any] = {
    "lineItems": {"lineItems": [{"sourcedId": "mine", **LINE_ITEM}]},
    "results": {"results": [{"sourcedId": "mine", **SCORE, "lineItem": {"sourcedId": "L1"}}]},
}
NO_DOCUMENTS = f"the official documents are not in {schemas.FOLDER}; nothing was compared"


def _address(operation: schemas.Operation, ids: dict[str, str]) -> str:
    parts = operation.path.strip("/").split("/")
    found = [
        ids[parts[number - 1]] if re.fullmatch(r"\{\w+\}", part) else part
        for number, part in enumerate(parts)
    ]
    return f"{operation.base}/{'/'.join(found)}"


def _body(operation: schemas.Operation) -> Any:
    last = operation.path.rsplit("/", 1)[1]
    if operation.method == "POST":
        return POSTED[last]
    plural = operation.path.split("/")[1]
    kind = next(one for one, name in PLURALS.items() if name == plural)
    return {kind: {**EVERY_BODY[kind][1], "sourcedId": EVERY_BODY[kind][0]}}


def _ask(program: Program, operation: schemas.Operation, url: str) -> TestResponse:
    if operation.method in ("GET", "DELETE"):
        return program.ask(operation.method, url)
    return program.ask(operation.method, url, json=_body(operation))


def _compare(
    program: Program, operation: schemas.Operation, url: str, wanted: Collection[int]
) -> list[str]:
    """What is wrong with the answer: its status, its content type, its body."""
    answer = _ask(program, operation, url)
    where = f"{operation.method} {url}"
    if answer.status_code not in wanted:
        return [f"{where}: {answer.status_code} {answer.text}"]
    if answer.status_code == 204:
        return []
    if answer.mimetype != "application/json":
        return [f"{where}: {answer.mimetype}"]
    found = schemas.problems_of(operation, answer.status_code, answer.get_json())
    return [f"{where}: {problem}" for problem in found]


def _is_of_one(operation: schemas.Operation) -> bool:
    return operation.path.endswith("}")


@pytest.fixture(autouse=True, scope="module")
def _tell_without_documents() -> None:
    if not schemas.are_there():
        print(NO_DOCUMENTS, file=sys.stderr)


def test_every_operation_answers_as_its_schema_says(filled: Service, everything: Program) -> None:
    problems: list[str] = []
    for operation in schemas.operations():
        wanted = (404,) if operation.path == "/resources/{sourcedId}" else (200, 201)
        if operation.method != "DELETE":
            url = _address(operation, IDS)
            problems += _compare(everything, operation, url, wanted)
    assert problems == []


def test_every_operation_wants_a_token(filled: Service) -> None:
    nobody = Program(filled.site.app.test_client(), "forged")
    problems: list[str] = []
    for operation in schemas.operations():
        problems += _compare(nobody, operation, _address(operation, IDS), (401,))
    assert problems == []


def _program(
    service: Service, known: dict[frozenset[str], Program], scopes: frozenset[str]
) -> Program:
    if scopes not in known:
        known[scopes] = service.program(*scopes)
    return known[scopes]


def _enough(operation: schemas.Operation) -> frozenset[str]:
    """Each of these scopes is; the gradebook's are for assessments too."""
    wider = {scope.replace("assessment.", "gradebook.") for scope in operation.scopes}
    return operation.scopes | wider


def test_every_operation_wants_one_of_its_scopes(filled: Service) -> None:
    programs: dict[frozenset[str], Program] = {}
    problems: list[str] = []
    for operation in schemas.operations():
        enough = _enough(operation)
        others = frozenset(SCOPES) - enough
        for scopes in (others, *(frozenset({scope}) for scope in sorted(enough))):
            program = _program(filled, programs, scopes)
            wanted = (403,) if scopes is others else (200, 404, 422)
            url = _address(operation, UNKNOWN)
            problems += _compare(program, operation, url, wanted)
    assert problems == []


def test_every_list_refuses_what_it_does_not_understand(everything: Program) -> None:
    problems: list[str] = []
    for operation in schemas.operations():
        if operation.method != "GET":
            continue
        url = _address(operation, IDS)
        bad = ["fields=sourcedId,nonsense"]
        if not _is_of_one(operation):
            bad += ["filter=nonsense='1'", "filter=status", "sort=nonsense", "limit=0", "offset=-1"]
            bad += ["orderBy=up", "limit=many", "filter=dateLastModified>'yesterday'"]
        for query in bad:
            problems += _compare(everything, operation, f"{url}?{query}", (400,))
    assert problems == []


def test_every_list_says_how_long_it_is(everything: Program) -> None:
    for operation in schemas.operations():
        if operation.method == "GET" and not _is_of_one(operation):
            answer = everything.get(_address(operation, IDS), limit="1", sort="sourcedId")
            assert answer.headers["X-Total-Count"].isdigit(), operation.path
            assert 'rel="first"' in answer.headers["Link"], operation.path
            assert 'rel="last"' in answer.headers["Link"], operation.path
