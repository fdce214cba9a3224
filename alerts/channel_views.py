"""The page of the channels, with a test message for each."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alerts.channel_list import channel_lines
from alerts.settings import AlertSettings
from alerts.trials import enqueue_trial
from core.errors import Conflict
from core.web.access import requires
from core.web.context import actor, now, real_now, runtime
from core.web.idempotency import idempotent
from core.web.work import writing

blueprint = Blueprint("channels", __name__, template_folder="templates")


@blueprint.get("/deliveries/channels")
@requires("deliveries.read")
def index() -> ResponseReturnValue:
    """Every channel, what it lacks, and a button that tries it."""
    return render_template(
        "alerts/channels.html",
        channels=channel_lines(runtime().settings.of(AlertSettings)),
        may_test=actor().may("channels.test"),
    )


@blueprint.post("/deliveries/channels/test")
@requires("channels.test")
@idempotent
def test() -> ResponseReturnValue:
    """Send a test message and show how it goes."""
    form = request.form
    try:
        with writing() as session:
            number = enqueue_trial(
                session,
                form.get("receiver", ""),
                form.get("channel", ""),
                settings=runtime().settings.of(AlertSettings),
                by=actor(),
                now=now(),
                real_now=real_now(),
            )
    except Conflict as refusal:
        flash(refusal.message, "warning")
        return redirect(url_for("channels.index"), HTTPStatus.SEE_OTHER)
    return redirect(url_for("alerts.delivery", message_id=number), HTTPStatus.SEE_OTHER)
