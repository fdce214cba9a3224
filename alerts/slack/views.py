"""What comes back from Slack."""

from http import HTTPStatus

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from alerts.channels.slack import Slack
from alerts.settings import AlertSettings
from alerts.slack.actions import press_button
from alerts.slack.press import parse_press
from alerts.slack.signature import is_from_slack
from core.errors import Forbidden
from core.web.access import proves_itself
from core.web.context import now, real_now, runtime
from core.web.work import writing

blueprint = Blueprint("slack", __name__)


def check_signature() -> None:
    """Raise Forbidden unless a Slack app of ours signed the request just now."""
    alerts = runtime().settings.of(AlertSettings)
    channels = [each for found in alerts.receivers.values() for each in found.channels]
    secrets = {
        channel.signing_secret.get_secret_value()
        for channel in [*channels, *alerts.personal.values()]
        if isinstance(channel, Slack)
    }
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not is_from_slack(secrets, timestamp, signature, request.get_data(), real_now()):
        raise Forbidden(
            "The request is not signed by our Slack app, or it is too old.", code="bad_signature"
        )


@blueprint.post("/slack/interactions")
@proves_itself(check_signature)
def interactions() -> ResponseReturnValue:
    """A button was pressed; Slack wants an answer within three seconds, and the rest follows."""
    press = parse_press(request.form.get("payload", ""))
    if press is not None:
        with writing() as session:
            press_button(
                session, press, settings=runtime().settings, now=now(), real_now=real_now()
            )
    return "", HTTPStatus.OK
