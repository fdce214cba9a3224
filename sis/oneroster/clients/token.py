"""The token endpoint: OAuth 2 client credentials (RFC 6749, sections 2.3, 4.4 and 5)."""

from collections.abc import Collection
from http import HTTPStatus

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from core.auth.sessions.actions import TooManyAttempts, begin_attempt, forgive
from core.errors import AppError
from core.web.access import proves_itself
from core.web.context import actor, real_now, runtime, visit
from sis.oneroster.clients.actions import authenticate, issue_token
from sis.oneroster.clients.holder import client_actor
from sis.oneroster.clients.queries import get_client
from sis.oneroster.clients.rules import TOKEN_LIFETIME, full, granted

blueprint = Blueprint("oneroster_token", __name__)
ADDRESS = "/ims/oneroster/token"
_BASIC = 'Basic realm="OneRoster", charset="UTF-8"'


class TokenRefused(AppError):
    """``code`` is one of RFC 6749, section 5.2."""

    def __init__(self, code: str, message: str) -> None:
        unknown = code == "invalid_client"
        status = HTTPStatus.UNAUTHORIZED if unknown else HTTPStatus.BAD_REQUEST
        super().__init__(message, code=code, status=status)


def refusal(error: AppError) -> Response:
    """A refusal as RFC 6749 writes it; what it has no word for is about the request."""
    code = error.code if isinstance(error, TokenRefused) else "invalid_request"
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        code = "server_error"
    response = jsonify(error=code, error_description=error.message)
    response.status_code = error.status
    if code == "invalid_client":
        response.headers["WWW-Authenticate"] = _BASIC
    return _kept_by_nobody(response)


def _kept_by_nobody(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response


def _credentials() -> tuple[str, str]:
    """From HTTP Basic or the form, never from both and never from the address."""
    basic, form = request.authorization, request.form
    if basic is not None:
        # An id alone in the form beside it is what some clients send; RFC 6749 allows it.
        if basic.type != "basic":
            raise TokenRefused("invalid_client", "Identify the client by HTTP Basic.")
        if "client_secret" in form:
            raise TokenRefused("invalid_request", "Identify the client in one way, not in two.")
        return basic.username or "", basic.password or ""
    if "client_id" not in form or "client_secret" not in form:
        raise TokenRefused("invalid_client", "Identify the client by HTTP Basic.")
    return form["client_id"], form["client_secret"]


def _of_our_alphabet(client_id: str) -> bool:
    return client_id.isascii() and client_id.isprintable()


def _begin(client_id: str, address: str) -> None:
    """Count the attempt. Somebody elsewhere who guesses does not lock the client out."""
    policy, now = runtime().settings.core.auth, real_now()
    with runtime().database.write() as session:
        locked = begin_attempt(session, f"{client_id}@{address}", address, policy=policy, now=now)
    if locked is not None:
        raise TooManyAttempts("Too many attempts; wait.", locked - now)


def _prove() -> None:
    """Find the client out; TokenRefused when it is none of ours, TooManyAttempts."""
    client_id, secret = _credentials()
    if not _of_our_alphabet(client_id):
        raise TokenRefused("invalid_client", "The client's id or secret is not right.")
    address = request.remote_addr or ""
    _begin(client_id, address)
    with runtime().database.write() as session:
        client = authenticate(session, client_id, secret)
        if client is None:
            raise TokenRefused("invalid_client", "The client's id or secret is not right.")
        forgive(session, f"{client_id}@{address}", address)
        g.oneroster_client = client.id
        visit().actor = client_actor(client.id, client.name, client.scopes, client.organizations)


@blueprint.post(ADDRESS)
@proves_itself(_prove)
def token() -> ResponseReturnValue:
    """An access token for the client, with the scopes that it asks for and may have."""
    scopes = _scopes(actor().permissions)
    with runtime().database.write() as session:
        client = get_client(session, g.oneroster_client)
        issued = issue_token(session, client, scopes, real_now=real_now())
    return _kept_by_nobody(
        jsonify(
            access_token=issued,
            token_type="Bearer",
            expires_in=int(TOKEN_LIFETIME.total_seconds()),
            scope=" ".join(full(scope) for scope in scopes),
        )
    )


def _scopes(allowed: Collection[str]) -> list[str]:
    kind = request.form.get("grant_type")
    if kind is None:
        raise TokenRefused("invalid_request", "Send grant_type=client_credentials in a form.")
    if kind != "client_credentials":
        raise TokenRefused("unsupported_grant_type", "Only client_credentials is offered.")
    scopes = granted(request.form.get("scope"), allowed)
    if not scopes:
        raise TokenRefused("invalid_scope", "The client may have none of these scopes.")
    return scopes
