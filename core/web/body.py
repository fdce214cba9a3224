"""Reading the JSON body of an API request."""

import json
from http import HTTPStatus
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError

from core.errors import AppError, Invalid

Body = TypeVar("Body", bound=BaseModel)


def _path(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "body"


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(key) or _holds_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(map(_holds_nul, value))


def _refusal(error: ValidationError) -> AppError:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    if problems[0]["type"] == "json_invalid":
        return AppError(f"The body is not JSON: {problems[0]['msg']}.", code="malformed_json")
    fields = {_path(item["loc"]): item["msg"] for item in problems}
    return Invalid("Some fields of the body are not acceptable.", fields=fields)


def parse(model: type[Body]) -> Body:
    """The request's body as ``model``.

    Refuses with 415 when the body is not declared as JSON, with 400 when it is not JSON, and
    with 422 and ``fields`` when it does not fit the model.
    """
    if not request.is_json:
        raise AppError(
            "Send the body as application/json.",
            code="unsupported_media_type",
            status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    raw = request.get_data(cache=True)
    try:
        parsed = model.model_validate_json(raw)
    except ValidationError as error:
        raise _refusal(error) from error
    if b"\\u0000" in raw and _holds_nul(json.loads(raw)):
        raise AppError("The body holds a NUL character.", code="malformed_text")
    return parsed
