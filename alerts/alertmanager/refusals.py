"""Refusals below ``/alertmanager`` in Alertmanager's form."""

from http import HTTPStatus

from flask import Response, jsonify, request

from alerts.alertmanager.rules.refusals import Coded, Sentence
from core.errors import AppError

ADDRESS = "/alertmanager/"


def refusal(error: AppError) -> Response:
    """A sentence as a JSON string, everything else as ``{"code", "message"}``."""
    response = jsonify(error.message if isinstance(error, Sentence) else _coded(error))
    response.status_code = error.status
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Basic realm="bellwether"'
    return response


def _coded(error: AppError) -> dict[str, object]:
    number = error.number if isinstance(error, Coded) else int(error.status)
    return {"code": number, "message": _message(error)}


def _message(error: AppError) -> str:
    if error.status == HTTPStatus.NOT_FOUND and request.url_rule is None:
        return f"path {request.path} was not found"
    if error.status == HTTPStatus.METHOD_NOT_ALLOWED:
        return f"method {request.method} is not allowed"
    return error.message
