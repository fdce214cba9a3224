"""``@operation``: what a handler of the API says about itself, beside its access mark."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

View = TypeVar("View", bound=Callable[..., Any])
JsonSchema = Mapping[str, Any]

TEXT: JsonSchema = {"type": "string"}
CURSOR_PAGING: "tuple[QueryParameter, ...]"


@dataclass(frozen=True)
class QueryParameter:
    """``?name=``; ``schema`` is JSON Schema."""

    name: str
    description: str
    schema: JsonSchema = field(default_factory=lambda: TEXT)


CURSOR_PAGING = (
    QueryParameter("after", "the `next` of the page before"),
    QueryParameter("limit", "rows of a page", {"type": "integer", "minimum": 1, "maximum": 200}),
)


@dataclass(frozen=True)
class Operation:
    """What a handler takes and gives. ``answers`` maps a status to the model of its body."""

    summary: str
    tag: str = ""
    body: type[BaseModel] | None = None
    body_required: bool = True
    answers: Mapping[int, type[BaseModel] | None] = field(default_factory=dict)
    query: Sequence[QueryParameter] = ()
    refusals: Sequence[int] = ()
    idempotent: bool = False
    if_match: bool = False
    etag: bool = False


def operation(
    summary: str,
    *,
    tag: str = "",
    body: type[BaseModel] | None = None,
    body_required: bool = True,
    answers: Mapping[int, type[BaseModel] | None] | None = None,
    query: Sequence[QueryParameter] = (),
    refusals: Sequence[int] = (),
    idempotent: bool = False,
    if_match: bool = False,
    etag: bool = False,
) -> Callable[[View], View]:
    """Document a handler; ``refusals`` are statuses beyond 401, 403 and, with a body, 422."""
    described = Operation(
        summary=summary,
        tag=tag,
        body=body,
        body_required=body_required,
        answers=answers or {200: None},
        query=query,
        refusals=refusals,
        idempotent=idempotent,
        if_match=if_match,
        etag=etag,
    )

    def mark(view: View) -> View:
        vars(view)["operation"] = described
        return view

    return mark


def operation_of(view: Callable[..., Any]) -> Operation | None:
    """What the handler said, or None."""
    found: Operation | None = getattr(view, "operation", None)
    return found
