"""/healthz says that the process is alive, /readyz that it is fit to take requests."""

from http import HTTPStatus

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from core.health.readiness import check_all
from core.web.access import public
from core.web.context import real_now, runtime

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    checks = check_all(runtime().database, real_now())
    ready = all(check.ok for check in checks)
    body = {
        "status": "ok" if ready else "failed",
        "checks": {
            check.name: {"status": "ok"}
            if check.ok
            else {"status": "failed", "reason": check.reason}
            for check in checks
        },
    }
    return jsonify(body), HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
