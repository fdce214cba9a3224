"""GET /api/v1/openapi.json."""

from flask import Blueprint, Response, current_app, jsonify

from core.openapi.document import document
from core.openapi.operation import operation
from core.web.access import public
from core.web.context import runtime
from core.web.settings import site

blueprint = Blueprint("openapi", __name__)


@blueprint.get("/api/v1/openapi.json")
@operation("This document", tag="api")
@public
def show() -> Response:
    """Everything the API offers, as OpenAPI 3.1."""
    return jsonify(document(current_app, site(runtime().settings).name))
