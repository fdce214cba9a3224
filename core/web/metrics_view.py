"""GET /metrics, for Prometheus."""

from flask import Blueprint, Response, current_app, request

from core.errors import Forbidden, Unauthenticated
from core.metrics import Exposition
from core.web import settings
from core.web.access import public
from core.web.context import find_actor, runtime
from core.web.loopback import is_on_this_machine

EXTENSION = "bellwether.exposition"
PERMISSION = "metrics.read"

blueprint = Blueprint("metrics", __name__)


def _check() -> None:
    policy = settings.metrics(runtime().settings)
    if policy.public or (policy.loopback and is_on_this_machine()):
        return
    actor = find_actor()
    if actor is None:
        raise Unauthenticated(f"Send a bearer token with the permission {PERMISSION}.")
    if not actor.may(PERMISSION):
        raise Forbidden(f"This needs the permission {PERMISSION}.")


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Anybody when ``metrics.public``; programs on this machine when ``metrics.loopback``; else
    actors with ``metrics.read``.
    """
    _check()
    exposition: Exposition = current_app.extensions[EXTENSION]
    body, content_type = exposition.render(request.headers.get("Accept", ""))
    return Response(body, content_type=content_type)
