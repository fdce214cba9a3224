"""``@idempotent``: a POST that is retried with the same key is done once.

The key is the ``Idempotency-Key`` header (draft-ietf-httpapi-idempotency-key-header), or for a form
the hidden field that the macro ``once()`` makes. The whole request is one unit of work: the change,
the key and the answer are committed together, so a crash before the commit leaves nothing behind
and the retry starts afresh. Refusals are not kept.
"""

import hashlib
import secrets
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, flash, make_response, request
from flask import session as flask_session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.db import JsonDict
from core.errors import AppError
from core.idempotency.actions import keep, take
from core.idempotency.models import IdempotencyKey
from core.web.context import actor, runtime, visit
from core.web.csrf import FIELD as FORM_TOKEN

P = ParamSpec("P")

HEADER = "Idempotency-Key"
FIELD = "idempotency_key"
LONGEST_KEY = 255
_KEPT_HEADERS = ("Content-Type", "Location", "ETag")
_FLASHES = "flashes"


def _key() -> str | None:
    key = request.headers.get(HEADER)
    if key is None:
        return request.form.get(FIELD) or None
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise AppError(
            f"{HEADER} has 1 to {LONGEST_KEY} printable characters.", code="bad_idempotency_key"
        )
    return key


def _fingerprint() -> str:
    """What was asked, without the parts that differ from one retry to the next."""
    parts = [request.method, request.path, request.query_string.decode("latin-1")]
    if request.form:
        fields = [(n, v) for n, v in request.form.items(multi=True) if n != FORM_TOKEN]
        body = repr(sorted(fields)).encode()
    else:
        body = request.get_data(cache=True)
    return hashlib.sha256("\0".join(parts).encode() + b"\0" + body).hexdigest()


def _replay(kept: IdempotencyKey) -> Response:
    response = make_response(kept.body or b"", kept.status or 200)
    headers = dict(kept.headers or {})
    for category, message in headers.pop(_FLASHES, ()):
        flash(message, category)
    for name, value in headers.items():
        response.headers[name] = value
    response.headers["Idempotency-Replayed"] = "true"
    return response


class _Refused(Exception):
    """Rolls the unit of work back and carries the answer out of it."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def _answer(session: Session, key: str, run: Callable[[], ResponseReturnValue]) -> Response:
    who = actor().id
    kept = take(session, actor=who, key=key, fingerprint=_fingerprint(), now=visit().real_now)
    if kept is not None:
        return _replay(kept)
    response = make_response(run())
    if response.status_code >= 400:
        raise _Refused(response)
    headers: JsonDict = {n: response.headers[n] for n in _KEPT_HEADERS if n in response.headers}
    if "_flashes" in flask_session:
        headers[_FLASHES] = flask_session["_flashes"]
    body = response.get_data()
    keep(session, actor=who, key=key, status=response.status_code, headers=headers, body=body)
    return response


def idempotent(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Do a POST once per key; without a key the view runs as it is.

    Stands below the access mark. Inside, ``reading()`` and ``writing()`` share one unit of work.
    The same key with another request is refused with 422.
    """

    @wraps(view)
    def once(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        key = _key()
        if key is None:
            return view(*args, **kwargs)
        here = visit()
        try:
            with runtime().database.write() as session:
                here.unit = session
                return _answer(session, key, lambda: view(*args, **kwargs))
        except _Refused as refused:
            return refused.response
        finally:
            here.unit = None

    return once


def new_form_key() -> str:
    """A key for one showing of a form, so that sending it twice saves once."""
    return secrets.token_urlsafe(16)
