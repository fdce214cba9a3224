"""Refusals and successes as OneRoster writes them: an ``imsx_StatusInfo``.

Source: the official OpenAPI documents, imsx_StatusInfoDType.
"""

from http import HTTPStatus

from flask import Response, jsonify

from core.errors import AppError

_MINOR = {
    401: "unauthorisedrequest",
    403: "forbidden",
    404: "unknownobject",
    429: "server_busy",
    503: "server_busy",
}
_OWN_MINORS = frozenset(
    {"invalid_filter_field", "invalid_selection_field", "invalid_sort_field", "deletefailure"}
)


class BadQuery(AppError):
    """A filter, a field or a number of the query string; ``code`` is the code minor."""

    status = HTTPStatus.BAD_REQUEST
    code = "invaliddata"


def _minor(error: AppError) -> str:
    if error.code in _OWN_MINORS:
        return error.code
    fallback = "internal_server_error" if error.status >= 500 else "invaliddata"
    return _MINOR.get(int(error.status), fallback)


def _status_info(major: str, severity: str, description: str, minor: str) -> Response:
    field = {"imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": minor}
    return jsonify(
        imsx_codeMajor=major,
        imsx_severity=severity,
        imsx_description=description,
        imsx_CodeMinor={"imsx_codeMinorField": [field]},
    )


def success(status: HTTPStatus, description: str) -> Response:
    """What a write says when it is done; the documents name no other body for it."""
    response = _status_info("success", "status", description, "fullsuccess")
    response.status_code = status
    return response


def refusal(error: AppError) -> Response:
    """The refusal in the standard's form."""
    details = [f"{name}: {sentence}" for name, sentence in error.fields.items()]
    unsupported = error.status == HTTPStatus.METHOD_NOT_ALLOWED
    response = _status_info(
        "unsupported" if unsupported else "failure",
        "error",
        " ".join([error.message, *details]),
        _minor(error),
    )
    response.status_code = error.status
    if error.status == HTTPStatus.UNAUTHORIZED:
        detail = ', error="invalid_token"' if error.code == "invalid_token" else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="OneRoster"{detail}'
    return response
