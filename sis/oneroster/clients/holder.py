"""``client_with``: who may call an address of the OneRoster service."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from flask import request

from core.auth.actor import Actor
from core.errors import Forbidden, Unauthenticated
from core.web.access import proves_itself
from core.web.context import real_now, runtime, visit
from sis.oneroster.clients.queries import find_holder

View = TypeVar("View", bound=Callable[..., Any])
ROLE = "OneRoster client"


def client_actor(
    key: int, name: str, scopes: Collection[str], organizations: Collection[str] | None
) -> Actor:
    """A client as the one who does something; its permissions are its scopes."""
    limits = frozenset(organizations) if organizations else None
    return Actor("token", f"client:{key}", name, ROLE, frozenset(scopes), scope=limits)


def _check(scopes: frozenset[str]) -> None:
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer":
        raise Unauthenticated("Send an access token of the token endpoint as a bearer token.")
    with runtime().database.read() as session:
        holder = find_holder(session, authorization.token or "")
    if holder is None or holder.revoked_at is not None or holder.expires_at <= real_now():
        message = "The access token is unknown, expired or revoked."
        raise Unauthenticated(message, code="invalid_token")
    visit().actor = client_actor(holder.client, holder.name, holder.scopes, holder.organizations)
    if scopes.isdisjoint(holder.scopes):
        raise Forbidden(f"This needs an access token with the scope {' or '.join(sorted(scopes))}.")


def client_with(*scopes: str) -> Callable[[View], View]:
    """Clients whose access token has one of the scopes; others get 401 or 403."""
    needed = frozenset(scopes)
    return proves_itself(lambda: _check(needed))
