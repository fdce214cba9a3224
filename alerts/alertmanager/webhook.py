"""``POST /alertmanager/webhook``: where another Alertmanager tells us what it tells people."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from alerts.alertmanager.access import program_with
from alerts.alertmanager.alerts_api import take
from alerts.alertmanager.body import json_body, shift
from alerts.alertmanager.rules.postable_alerts import Arrival
from alerts.alertmanager.rules.webhook import read_notification
from alerts.posting import USER_AGENT
from alerts.settings import AlertSettings
from core.errors import Conflict
from core.web.context import now, runtime

blueprint = Blueprint("alertmanager_webhook", __name__, url_prefix="/alertmanager")


@blueprint.post("/webhook")
@program_with("alerts.post")
def notify() -> ResponseReturnValue:
    """Take what fires and what is resolved; answered when it is committed."""
    timeout = runtime().settings.of(AlertSettings).alertmanager.webhook_timeout
    posted, sender = read_notification(json_body(), Arrival(now(), shift(), timeout))
    _refuse_own(sender)
    return take(posted)


def _refuse_own(sender: str) -> None:
    """An alert that we told would come back as news when it is resolved in the meantime."""
    own = runtime().settings.core.server.base_url.rstrip("/")
    if request.headers.get("User-Agent") == USER_AGENT and sender.rstrip("/") == own:
        raise Conflict(
            "This notification was sent by this service itself. Take its own address out of the "
            "webhook channels; another Bellwether needs a server.base_url of its own."
        )
