"""A person's own browsers, and the service worker that shows alerts in them."""

from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alerts.channel_settings import Method
from alerts.channels.push import Push
from alerts.delivery import enqueue_personal
from alerts.push.actions import add_browser, address_of, remove_browser
from alerts.push.queries import list_browsers
from alerts.push.subscription import Subscription
from alerts.settings import AlertSettings
from alerts.trials import trial
from core.errors import Conflict, Forbidden, Invalid
from core.web.access import signed_in
from core.web.assets import send_static
from core.web.context import actor, now, real_now, runtime
from core.web.idempotency import idempotent
from core.web.work import reading, writing

blueprint = Blueprint("browsers", __name__, template_folder="../templates")


def _person() -> int:
    user_id = actor().user_id
    if user_id is None:
        raise Forbidden("Only people have browsers.")
    return user_id


def _channel() -> Push | None:
    """The channel of browser push when it works."""
    found = runtime().settings.of(AlertSettings).personal.get(Method.PUSH)
    if not isinstance(found, Push) or not found.addressed("somebody").ready:
        return None
    return found


@blueprint.get("/account/browsers")
@signed_in
def index() -> ResponseReturnValue:
    """One's own browsers, and a button that adds this one."""
    channel = _channel()
    with reading() as session:
        browsers = list_browsers(session, _person())
    return render_template(
        "alerts/browsers.html",
        browsers=browsers,
        key=channel.public_key() if channel is not None else "",
    )


@blueprint.get("/account/worker.js")
@signed_in
def worker() -> Response:
    """The service worker; what it shows does not depend on any page being open."""
    return send_static("alerts/push_worker.js")


@blueprint.post("/account/browsers")
@signed_in
@idempotent
def add() -> ResponseReturnValue:
    """This browser gets one's alerts from now on."""
    channel, form = _channel(), request.form
    names = ("endpoint", "p256dh", "auth")
    subscription = Subscription(*(form.get(name, "") for name in names))
    try:
        if channel is None:
            raise Conflict("Browser push is not set up here.")
        with writing() as session:
            add_browser(
                session,
                _person(),
                subscription,
                form.get("name", ""),
                channel=channel,
                by=actor(),
                now=real_now(),
            )
    except (Conflict, Invalid) as refusal:
        flash(refusal.message, "warning")
    else:
        flash("This browser shows your alerts from now on.", "ok")
    return redirect(url_for("browsers.index"), HTTPStatus.SEE_OTHER)


@blueprint.post("/account/browsers/<int:browser_id>/remove")
@signed_in
def remove(browser_id: int) -> ResponseReturnValue:
    """This browser gets nothing any more."""
    with writing() as session:
        remove_browser(session, _person(), browser_id, by=actor(), now=real_now())
    flash("That browser gets no alerts any more.", "ok")
    return redirect(url_for("browsers.index"), HTTPStatus.SEE_OTHER)


@blueprint.post("/account/browsers/test")
@signed_in
@idempotent
def test() -> ResponseReturnValue:
    """Send a test message to one's own browsers."""
    user_id = _person()
    with writing() as session:
        enqueue_personal(
            session,
            method=Method.PUSH,
            address=address_of(user_id),
            notification=trial("personal", now()),
            key=f"trial-{user_id}-{real_now().isoformat()}",
            now=real_now(),
        )
    flash("A test message is on its way to your browsers.", "ok")
    return redirect(url_for("browsers.index"), HTTPStatus.SEE_OTHER)
