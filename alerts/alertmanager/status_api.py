"""``/api/v2/status`` and ``/api/v2/receivers`` of Alertmanager, and its two signs of life."""

from datetime import timedelta

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from alerts.alertmanager.access import program_with
from alerts.alertmanager.body import answer
from alerts.alertmanager.original import original
from alerts.alertmanager.rules.times import format_time
from alerts.settings import AlertSettings
from core.clock import process_age
from core.web.access import public
from core.web.context import real_now, runtime

blueprint = Blueprint("alertmanager_status", __name__, url_prefix="/alertmanager")

SPOKEN = "0.25.0"
"""The version of Alertmanager whose API this is; some clients choose their dialect by it."""


@blueprint.get("/api/v2/status")
@program_with("alerts.read")
def status() -> ResponseReturnValue:
    """``cluster`` is disabled: several processes of this service share one database instead."""
    started = real_now() - timedelta(seconds=process_age())
    return answer(
        {
            "cluster": {"peers": [], "status": "disabled"},
            "config": {"original": original(runtime().settings.of(AlertSettings))},
            "uptime": format_time(started),
            "versionInfo": {
                "branch": "bellwether",
                "buildDate": "",
                "buildUser": "",
                "goVersion": "",
                "revision": "",
                "version": SPOKEN,
            },
        }
    )


@blueprint.get("/api/v2/receivers")
@program_with("alerts.read")
def receivers() -> ResponseReturnValue:
    return answer([{"name": name} for name in runtime().settings.of(AlertSettings).receivers])


@blueprint.get("/-/healthy")
@blueprint.get("/-/ready")
@public
def alive() -> ResponseReturnValue:
    return Response("OK", mimetype="text/plain")
