"""``/api/v2/alerts`` of Alertmanager: where Prometheus posts, and what fires."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alerts.actions import raise_alerts
from alerts.alertmanager.access import program_with
from alerts.alertmanager.body import answer, answer_pages, done, flag, json_body, shift
from alerts.alertmanager.reading_alerts import Question, groups_of, page_of_alerts
from alerts.alertmanager.rules.filters import read_filters, read_receiver
from alerts.alertmanager.rules.gettable import Shown
from alerts.alertmanager.rules.postable_alerts import Arrival, Posted, read_alerts
from alerts.alertmanager.rules.refusals import Sentence
from alerts.queries import visible_schools
from alerts.queries_matching import search_for
from alerts.settings import AlertSettings
from core.db import Database
from core.errors import Forbidden
from core.web.context import actor, now, real_now, runtime
from core.web.work import reading, writing

blueprint = Blueprint("alertmanager_alerts", __name__, url_prefix="/alertmanager/api/v2")


@blueprint.post("/alerts")
@program_with("alerts.post")
def post() -> ResponseReturnValue:
    """Take alerts; answered when they are committed."""
    timeout = runtime().settings.of(AlertSettings).resolve_timeout
    return take(read_alerts(json_body(), Arrival(now(), shift(), timeout)))


def take(posted: Posted) -> Response:
    """Raise and resolve the good ones, also when others are not: the answer is then 400."""
    settings = runtime().settings.of(AlertSettings)
    with writing() as session:
        schools = visible_schools(session, actor())
        if schools is not None and any(
            change.labels.get("school") not in schools for change in posted.changes
        ):
            raise Forbidden("This token may report alerts of its own schools only: label school.")
        raise_alerts(session, posted.changes, settings=settings, now=now(), real_now=real_now())
    if posted.problems:
        raise Sentence("; ".join(posted.problems))
    return done()


def _question(session: Session) -> Question:
    args = request.args
    matchers = read_filters(args.getlist("filter"))
    return Question(
        search=search_for(session, actor(), matchers, now()),
        shown=Shown(**{name: flag(name) for name in Shown.__dataclass_fields__}),
        receiver=read_receiver(args.get("receiver", "")),
        settings=runtime().settings.of(AlertSettings),
        now=now(),
        shift=shift(),
    )


@blueprint.get("/alerts")
@program_with("alerts.read")
def index() -> ResponseReturnValue:
    """What fires; sent while it is read, since Alertmanager's API knows no pages."""
    with reading() as session:
        asked = _question(session)
    return answer_pages(_pages(runtime().database, asked))


def _pages(database: Database, asked: Question) -> Iterator[list[dict[str, Any]]]:
    """Each page is read by itself: a slow client keeps no transaction open."""
    after: str | None = ""
    while after is not None:
        with database.read() as session:
            bodies, after = page_of_alerts(session, asked, after)
        yield bodies


@blueprint.get("/alerts/groups")
@program_with("alerts.read")
def groups() -> ResponseReturnValue:
    """What fires, in the groups that it is told in."""
    with reading() as session:
        return answer(groups_of(session, _question(session)))
