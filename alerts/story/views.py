"""The page of one alert: how it stands, who is told, what happened; and what people do about it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alerts.acknowledgement.actions import acknowledge, unacknowledge
from alerts.models import Alert
from alerts.queries_matching import get_alert_for
from alerts.settings import AlertSettings
from alerts.silences.forms import matcher_lines
from alerts.story.actions import comment
from alerts.story.reading import read_story
from alerts.story.rules import inside_link, outside_link
from core.errors import AppError, Conflict, Invalid
from core.web.access import requires
from core.web.context import actor, now, real_now, runtime
from core.web.idempotency import idempotent
from core.web.paging import after, limit
from core.web.settings import site
from core.web.work import reading, writing

blueprint = Blueprint(
    "alert_story",
    __name__,
    template_folder="../templates",
    url_prefix="/alerts/<fingerprint>",
)
ACKNOWLEDGE = "alerts.acknowledge"
UNTIL = {
    "change": "until its state changes",
    "resolved": "until it is resolved",
    "1": "for an hour at most",
    "4": "for 4 hours at most",
    "24": "for a day at most",
}
"""How long an acknowledgement holds; numbers are hours."""
Deed = Callable[[Session, Alert], object]


@blueprint.get("")
@requires("alerts.read")
def show(fingerprint: str) -> ResponseReturnValue:
    """The story, newest first; its live part alone when the page asks for that."""
    return _page(fingerprint)


def _page(fingerprint: str, refusal: AppError | None = None) -> ResponseReturnValue:
    position = after(int, datetime)
    with reading() as session:
        story = read_story(
            session,
            actor(),
            get_alert_for(session, actor(), fingerprint),
            settings=runtime().settings.of(AlertSettings),
            now=now(),
            after=(position[0], position[1]) if position else None,
            limit=limit(),
        )
    live = "X-Live" in request.headers
    page = render_template(
        "story/part.html" if live else "story/index.html",
        story=story,
        path=inside_link(story.alert.annotations.get("path", "")),
        runbook=outside_link(story.alert.annotations.get("runbook_url", "")),
        source=outside_link(story.alert.generator_url),
        matchers=matcher_lines(story.alert.labels),
        until=list(UNTIL.items()),
        zone=story.zone or site(runtime().settings).time_zone,
        may={name: actor().may(f"alerts.{name}") for name in ("acknowledge", "silence")},
        may_see_deliveries=actor().may("deliveries.read"),
        refusal=refusal,
        typed=request.form,
    )
    return page, refusal.status if refusal else HTTPStatus.OK


def _do(fingerprint: str, deed: Deed, sentence: str) -> ResponseReturnValue:
    """Do it and go back to the page; what cannot be done is said there, with all that was typed."""
    try:
        with writing() as session:
            deed(session, get_alert_for(session, actor(), fingerprint))
    except (Conflict, Invalid) as refusal:
        return _page(fingerprint, refusal)
    flash(sentence, "ok")
    return redirect(url_for("alert_story.show", fingerprint=fingerprint), HTTPStatus.SEE_OTHER)


@blueprint.post("/acknowledge")
@requires(ACKNOWLEDGE)
@idempotent
def give_word(fingerprint: str) -> ResponseReturnValue:
    """The reader is on it."""
    until = request.form.get("until", "change")

    def deed(session: Session, alert: Alert) -> None:
        if until not in UNTIL:
            raise Invalid("Choose how long.", fields={"until": "Choose how long."})
        acknowledge(
            session,
            [alert.id],
            by=actor(),
            now=now(),
            sticky=until == "resolved",
            expires_at=now() + timedelta(hours=int(until)) if until.isdigit() else None,
            note=request.form.get("note", ""),
            settings=runtime().settings.of(AlertSettings).acknowledgement,
            real_now=real_now(),
        )

    return _do(fingerprint, deed, "Acknowledged. Its escalation stops, and it is not told again.")


@blueprint.post("/unacknowledge")
@requires(ACKNOWLEDGE)
@idempotent
def take_word_back(fingerprint: str) -> ResponseReturnValue:
    """Nobody is on it any more."""

    def deed(session: Session, alert: Alert) -> None:
        unacknowledge(session, [alert.id], by=actor(), now=now(), real_now=real_now())

    return _do(fingerprint, deed, "The acknowledgement is taken back.")


@blueprint.post("/comments")
@requires(ACKNOWLEDGE)
@idempotent
def write_comment(fingerprint: str) -> ResponseReturnValue:
    """A note for whoever looks at it next."""

    def deed(session: Session, alert: Alert) -> None:
        text = request.form.get("text", "")
        comment(session, alert, text, by=actor(), now=now(), real_now=real_now())

    return _do(fingerprint, deed, "Your note is part of the story.")
