"""Before every view: who is it, is the request sound, may this actor call this view."""

from flask import current_app, request

from core.auth.identify import by_cookie, by_token
from core.errors import AppError, Forbidden, Unauthenticated
from core.web import csrf
from core.web.access import OWN_PROOF, PUBLIC, SIGNED_IN, access_of, largest_body_of, proof_of
from core.web.context import runtime, visit
from core.web.cookies import SESSION, VISITOR, read_cookie

NO_IDENTITY = frozenset({"static", "health.healthz", "health.readyz"})
"""Endpoints that answer without looking anybody up, and so without the database."""


class BadToken(Unauthenticated):
    """A bearer token was sent and is not good."""

    code = "invalid_token"


def _identify() -> None:
    """A token is of no use where there is no address, and no reason to hide that there is none."""
    here, authorization = visit(), request.authorization
    if request.endpoint is None:
        authorization = None
    if authorization is not None and authorization.type == "bearer":
        here.actor = by_token(runtime(), authorization.token or "", here.real_now)
        if here.actor is None:
            raise BadToken("The bearer token is unknown, expired or revoked.")
        return
    secret = read_cookie(SESSION)
    if secret is not None:
        here.actor = by_cookie(runtime(), secret, here.real_now)
        here.by_cookie = here.actor is not None
    here.secret = secret if here.by_cookie else read_cookie(VISITOR)


def _refuse_unsound() -> None:
    """No database column takes a NUL; say so here instead of failing there."""
    if "\0" in request.path or b"%00" in request.query_string:
        raise AppError("The address holds a NUL character.", code="malformed_text")
    if request.method not in csrf.SAFE_METHODS and any(
        "\0" in text for values in request.form.listvalues() for text in values
    ):
        raise AppError("The form holds a NUL character.", code="malformed_text")


def check_request() -> None:
    """Raise what keeps this request from its view, if anything does."""
    view = current_app.view_functions.get(request.endpoint or "")
    access = access_of(view) if view is not None else None
    if view is not None and (size := largest_body_of(view)) is not None:
        request.max_content_length = size
    if access == OWN_PROOF:
        request.get_data(cache=True)  # the proof may be a signature of the bytes, forms included
    _refuse_unsound()
    if request.endpoint in NO_IDENTITY:
        return
    if view is not None and access == OWN_PROOF:
        proof_of(view)()
        return
    _identify()
    if view is None:
        return
    here = visit()
    if here.actor is None and access != PUBLIC:
        raise Unauthenticated("Sign in first.")
    by_program = here.actor is not None and not here.by_cookie
    if request.method not in csrf.SAFE_METHODS and not by_program:
        csrf.check()
    if access is None:
        raise Forbidden("This address is closed.")
    if here.actor is not None and access not in (PUBLIC, SIGNED_IN):
        here.actor.require(access)
