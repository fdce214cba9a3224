"""``program_with``: who may call an address of the Alertmanager API.

Prometheus and amtool send a token as a bearer token, or as the password of basic authentication,
whatever the user name says.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import request

from alerts.settings import AlertSettings
from core.auth.actor import Actor, system
from core.auth.identify import by_token
from core.errors import Unauthenticated
from core.web.access import proves_itself, takes_up_to
from core.web.context import real_now, runtime, visit
from core.web.loopback import is_on_this_machine

View = TypeVar("View", bound=Callable[..., Any])
LOOPBACK = system("loopback")
LARGEST_BODY = 32 * 1024 * 1024


def program_with(permission: str) -> Callable[[View], View]:
    """Holders of a token with the permission, and programs of this machine if they are let in."""
    proves, takes = proves_itself(lambda: _check(permission)), takes_up_to(LARGEST_BODY)
    return lambda view: takes(proves(view))


def _check(permission: str) -> None:
    found = _by_credentials() if request.authorization is not None else _by_address()
    visit().actor = found
    found.require(permission)


def _by_credentials() -> Actor:
    sent = request.authorization
    secret = (sent.token if sent.type == "bearer" else sent.password) if sent is not None else None
    found = by_token(runtime(), secret or "", real_now())
    if found is None:
        raise Unauthenticated("The token is unknown, expired or revoked.", code="invalid_token")
    return found


def _by_address() -> Actor:
    """A page that a browser of this machine shows is not a program of this machine."""
    by_page = request.headers.get("Sec-Fetch-Site", "none") != "none"
    open_to_it = runtime().settings.of(AlertSettings).alertmanager.loopback
    if open_to_it and not by_page and is_on_this_machine():
        return LOOPBACK
    raise Unauthenticated("Send a token as a bearer token, or as the password of basic auth.")
