"""The route explorer: what becomes of an alert, and what a changed configuration would do."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from alerts.routing.explaining import explain, parse_labels
from alerts.routing.replaying import read_candidate, replay
from alerts.routing.rules.decision import REASON_WORDS
from alerts.routing.rules.trace import Outcome
from alerts.settings import AlertSettings
from core.errors import Invalid
from core.web import query
from core.web.access import requires
from core.web.context import now, runtime
from core.web.work import reading

blueprint = Blueprint(
    "routes", __name__, template_folder="../templates", url_prefix="/alerts/routes"
)
MARKS = {
    Outcome.TAKEN: ("ok", "taken"),
    Outcome.ENTERED: ("ok", "entered"),
    Outcome.NO_MATCH: ("unknown", "does not match"),
    Outcome.NOT_ASKED: ("unknown", "not asked"),
}
"""The badge and the word of each outcome."""
HOURS = ((1, "the last hour"), (24, "the last 24 hours"), (168, "the last 7 days"))
MOST_CHANGES = 5_000
"""Changes of alerts replayed while somebody waits; the command line takes more."""
LONGEST_TEXT = 200_000


@blueprint.get("")
@requires("deliveries.read")
def index() -> ResponseReturnValue:
    """The form, and with ``?labels=`` the explanation."""
    labels = query.words("labels", most=20_000)
    found, problem = None, ""
    if labels:
        try:
            parsed = parse_labels(labels)
        except ValueError as error:
            problem = str(error)
        else:
            with reading() as session:
                found = explain(session, parsed, runtime().settings.of(AlertSettings), now())
    page = render_template(
        "routes/index.html", labels=labels, found=found, problem=problem, marks=MARKS
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK


@blueprint.get("/replay")
@requires("deliveries.read")
def try_out() -> ResponseReturnValue:
    """The form for a changed configuration."""
    return _replay_page("", 24, HTTPStatus.OK)


@blueprint.post("/replay")
@requires("deliveries.read")
def try_out_result() -> ResponseReturnValue:
    """The differences that it would have made; nothing is stored and nothing is sent."""
    text = request.form.get("config", "")[:LONGEST_TEXT]
    hours = request.form.get("hours", 24, type=int)
    if hours not in dict(HOURS):
        hours = 24
    try:
        candidate = read_candidate(text)
    except Invalid as refusal:
        return _replay_page(text, hours, HTTPStatus.UNPROCESSABLE_ENTITY, problem=refusal.message)
    until = now()
    with reading() as session:
        found = replay(
            session,
            runtime().settings.of(AlertSettings),
            candidate,
            since=until - timedelta(hours=hours),
            until=until,
            most=MOST_CHANGES,
        )
    return _replay_page(text, hours, HTTPStatus.OK, found=found)


def _replay_page(
    text: str, hours: int, status: HTTPStatus, *, problem: str = "", found: object = None
) -> ResponseReturnValue:
    page = render_template(
        "routes/replay.html",
        text=text,
        hours=hours,
        choices=HOURS,
        problem=problem,
        found=found,
        reasons=REASON_WORDS,
    )
    return page, status
