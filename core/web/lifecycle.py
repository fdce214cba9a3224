"""What happens around every request: its id, its clock readings, its measurements, its headers."""

import re
import uuid
from http import HTTPStatus

from flask import Flask, Response, g, request

from core.clock import monotonic
from core.logs import bind_request_id, logger
from core.metrics import requests
from core.web.components import component_of_request
from core.web.compression import compress
from core.web.context import Visit, runtime, visit
from core.web.cookies import send_cookies
from core.web.csrf import SAFE_METHODS
from core.web.guard import check_request
from core.web.headers import protect

log = logger(__name__)

REQUEST_ID = "X-Request-Id"
SLOW_SECONDS = 1.0
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def _request_id() -> str:
    given = request.headers.get(REQUEST_ID, "")
    return given if _ACCEPTABLE_ID.fullmatch(given) else uuid.uuid4().hex


def begin() -> None:
    """Read both clocks once and give the request its id."""
    clock, request_id = runtime().clock, _request_id()
    bind_request_id(request_id)
    g.visit = Visit(request_id, clock.now(), clock.real_now(), monotonic())
    requests.begin()


def _route() -> str:
    """The rule and never the address, which would make a series of every school."""
    return request.url_rule.rule if request.url_rule is not None else "unmatched"


def _note(status: int, seconds: float) -> None:
    component = component_of_request()
    requests.count(component, request.method, _route(), status, seconds)
    who = visit().actor
    told = request.method not in SAFE_METHODS or seconds > SLOW_SECONDS or status >= 500
    (log.info if told else log.debug)(
        "request",
        component=component,
        method=request.method,
        route=_route(),
        status=status,
        milliseconds=round(seconds * 1000, 1),
        actor=who.id if who else None,
    )


def finish(response: Response) -> Response:
    """Cookies, headers, compression and the measurement of the answer."""
    here = visit()
    send_cookies(response)
    response.headers[REQUEST_ID] = here.request_id
    protect(response, secure=runtime().settings.core.server.secure_cookies)
    if response.status_code != HTTPStatus.NOT_MODIFIED:
        compress(response)
    _note(response.status_code, monotonic() - here.started)
    return response


def end(_error: BaseException | None) -> None:
    if "visit" in g:
        requests.end()
    bind_request_id(None)


def register(app: Flask) -> None:
    """Hook these in, the guard after the beginning."""
    app.before_request(begin)
    app.before_request(check_request)
    app.after_request(finish)
    app.teardown_request(end)
