"""Reading a request and writing its answer as Alertmanager does."""

import json
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from flask import Response, request

from alerts.alertmanager.rules.refusals import Coded
from alerts.alertmanager.rules.times import Shift, shift_between
from core.web.context import now, real_now

_TRUE = {"1", "checked", "enabled", "ok", "on", "selected", "t", "true", "y", "yes"}


def json_body() -> bytes:
    """The body; Coded when it is not declared as JSON."""
    if request.mimetype != "application/json":
        declared = request.content_type or "application/octet-stream"
        raise Coded(
            f'unsupported media type "{declared}", only [application/json] are allowed',
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    return request.get_data(cache=False)


def shift() -> Shift:
    """Between the district's clock and that of whoever asks."""
    return shift_between(now(), real_now())


def flag(name: str) -> bool:
    """A boolean parameter, true when it is left out; Go's words for true, all else is false."""
    text = request.args.get(name)
    return not text or text.lower() in _TRUE


def answer(value: object) -> Response:
    """The value as JSON, without a space too many."""
    return Response(_json(value) + "\n", mimetype="application/json")


def answer_pages(pages: Iterable[list[dict[str, Any]]]) -> Response:
    """One JSON array of all pages' items, sent while they are read."""
    return Response(_array(pages), mimetype="application/json")


def _array(pages: Iterable[list[dict[str, Any]]]) -> Iterator[str]:
    before = "["
    for page in pages:
        if page:
            yield before + _json(page)[1:-1]
            before = ","
    yield "[]\n" if before == "[" else "]\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def done(status: HTTPStatus = HTTPStatus.OK) -> Response:
    """A status and nothing else."""
    response = Response(status=status)
    del response.headers["Content-Type"]
    return response
