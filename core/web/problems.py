"""Every failure as an answer: problem+json (RFC 9457) for programs, a page for people."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlencode

from flask import (
    Flask,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from core.errors import AppError, Unauthenticated
from core.logs import current_request_id, logger
from core.plugins import Surface

log = logger(__name__)

EXTENSION = "bellwether.refusals"


class Unavailable(AppError):
    """Not now; ``retry_after`` says when to try again."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "unavailable"
    retry_after = timedelta(seconds=5)


def wants_json() -> bool:
    """Programs, on the API or with a token, get JSON; else Accept decides, and a tie is a page."""
    path = request.path
    if path.startswith("/api/") or path == "/metrics" or "Authorization" in request.headers:
        return True
    offered = ["text/html", "application/json", "application/problem+json"]
    return request.accept_mimetypes.best_match(offered) in offered[1:]


def _as_problem(error: AppError) -> Response:
    body = {
        "type": f"urn:bellwether:problem:{error.code}",
        "title": error.status.phrase,
        "status": int(error.status),
        "detail": error.message,
        "code": error.code,
        "instance": request.path,
        "request_id": current_request_id(),
    }
    if error.fields:
        body["fields"] = error.fields
    response = jsonify(body)
    response.content_type = "application/problem+json"
    return response


def _as_page(error: AppError) -> Response:
    fields = list(error.fields.items())
    return make_response(render_template("error.html", error=error, fields=fields))


def _to_sign_in() -> Response:
    """A page sends people to the sign-in form and back; a live part reloads the whole page."""
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    target = "/sign-in" + (f"?{urlencode({'next': back})}" if back not in ("", "/") else "")
    stream = request.accept_mimetypes.best == "text/event-stream"
    if stream or "HX-Request" in request.headers or "X-Live" in request.headers:
        response = make_response("", HTTPStatus.UNAUTHORIZED)
        response.headers["HX-Refresh"] = "true"
        return response
    return make_response(redirect(target, HTTPStatus.SEE_OTHER))


def _own_form() -> Callable[[AppError], Response] | None:
    """What writes refusals at this address, if a package has a form of its own there."""
    forms: Mapping[str, Callable[[AppError], Response]] = current_app.extensions[EXTENSION]
    return next((form for start, form in forms.items() if request.path.startswith(start)), None)


def answer(error: AppError) -> Response:
    """The answer to a refusal."""
    form = _own_form()
    response = form(error) if form is not None else _in_our_form(error)
    retry_after = getattr(error, "retry_after", None)
    if isinstance(retry_after, timedelta):
        response.headers["Retry-After"] = str(max(1, round(retry_after.total_seconds())))
    return response


def _in_our_form(error: AppError) -> Response:
    as_json = wants_json()
    if isinstance(error, Unauthenticated) and not as_json:
        return _to_sign_in()
    response = _as_problem(error) if as_json else _as_page(error)
    response.status_code = error.status
    if error.status == HTTPStatus.UNAUTHORIZED:
        detail = ', error="invalid_token"' if error.code == "invalid_token" else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="bellwether"{detail}'
    return response


def _on_refusal(error: AppError) -> ResponseReturnValue:
    return answer(error)


_SENTENCES = {
    400: "The request could not be understood.",
    404: "There is no such page, or you may not see it.",
    405: "This address does not take that method.",
    413: "That is too large.",
    415: "This kind of content is not accepted here.",
}


def _on_http(error: HTTPException) -> ResponseReturnValue:
    status = HTTPStatus(error.code or 500)
    if status < 400:
        return error.get_response()
    code = status.phrase.lower().replace(" ", "_").replace("-", "_")
    message = _SENTENCES.get(status, f"{status.phrase}.")
    response = answer(AppError(message, code=code, status=status))
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _on_database_away(error: SQLAlchemyError) -> ResponseReturnValue:
    """Locked by a long import, restarting, or out of connections: later it will work."""
    log.error("database_unavailable", path=request.path, method=request.method, exc_info=error)
    return answer(Unavailable("The database is busy or away. Try again in a moment."))


def _on_bug(error: Exception) -> ResponseReturnValue:
    log.error("request_failed", path=request.path, method=request.method, exc_info=error)
    return answer(
        AppError(
            "Something went wrong on our side. It has been noted.",
            code="internal_error",
            status=HTTPStatus.INTERNAL_SERVER_ERROR,
        )
    )


def register(app: Flask, surfaces: Sequence[Surface]) -> None:
    """Let every failure of the application come through here."""
    app.extensions[EXTENSION] = {
        start: form for surface in surfaces for start, form in surface.refusals.items()
    }
    app.register_error_handler(AppError, _on_refusal)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(OperationalError, _on_database_away)
    app.register_error_handler(PoolTimeout, _on_database_away)
    app.register_error_handler(Exception, _on_bug)
