"""One alert's story as JSON, and notes on it."""

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, Response, make_response
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from alerts.acknowledgement.models import Acknowledgement
from alerts.acknowledgement.queries import list_acknowledged
from alerts.api import AlertBody, alert_body
from alerts.models import AlertEvent
from alerts.queries_matching import get_alert_for
from alerts.routing.queries import list_standings
from alerts.settings import AlertSettings
from alerts.story.actions import comment
from alerts.story.queries import list_newest_events
from alerts.story.reading import state_of
from alerts.story.rules import LONGEST_COMMENT
from core.db import JsonDict
from core.openapi.operation import CURSOR_PAGING, operation
from core.web.access import requires
from core.web.body import parse
from core.web.context import actor, now, real_now, runtime
from core.web.idempotency import idempotent
from core.web.paging import after, limit, page_of
from core.web.work import reading, writing

blueprint = Blueprint("alert_story_api", __name__, url_prefix="/api/v1/alerts/<fingerprint>")


class EventBody(BaseModel):
    """Something that happened; what ``detail`` holds depends on ``kind``. Times are UTC."""

    id: int
    kind: str
    at: datetime
    detail: JsonDict


class AcknowledgementBody(BaseModel):
    """Who is on it; ``sticky`` holds until it is resolved, ``expires_at`` null for no end."""

    by: str
    at: datetime
    sticky: bool
    expires_at: datetime | None
    note: str


class StoryBody(BaseModel):
    """An alert, how it stands, and its events, newest first.

    ``state`` is firing, suppressed or resolved; ``silenced_by`` are ids of silences,
    ``inhibited_by`` fingerprints, ``muted_by`` names of time intervals. ``next`` is the cursor of
    the next page of events, null at the end.
    """

    alert: AlertBody
    state: str
    silenced_by: list[str]
    inhibited_by: list[str]
    muted_by: list[str]
    receivers: list[str]
    acknowledged: AcknowledgementBody | None
    events: list[EventBody]
    next: str | None


class NewComment(BaseModel):
    """A note; no names of students, since whoever may see the alert reads it."""

    text: str = Field(min_length=1, max_length=LONGEST_COMMENT)


def _answer(body: BaseModel, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return make_response(body.model_dump_json(), status, {"Content-Type": "application/json"})


def _event(row: AlertEvent) -> EventBody:
    return EventBody(id=row.id, kind=row.kind, at=row.at, detail=row.detail)


def _word(found: Acknowledgement | None) -> AcknowledgementBody | None:
    if found is None:
        return None
    return AcknowledgementBody(
        by=found.by_name,
        at=found.acknowledged_at,
        sticky=found.sticky,
        expires_at=found.expires_at,
        note=found.note,
    )


@blueprint.get("")
@operation(
    "One alert and what happened to it",
    tag="alerts",
    answers={200: StoryBody},
    query=CURSOR_PAGING,
    refusals=(400, 404, 422),
)
@requires("alerts.read")
def show(fingerprint: str) -> ResponseReturnValue:
    size, position = limit(), after(int)
    settings = runtime().settings.of(AlertSettings)
    with reading() as session:
        alert = get_alert_for(session, actor(), fingerprint)
        standing = list_standings(session, [alert], settings, now())[alert.id]
        found = list_acknowledged(session, [alert.id], now()).get(alert.id)
        rows = list_newest_events(
            session, alert.id, before_id=position[0] if position else None, limit=size + 1
        )
    page = page_of([_event(row) for row in rows], size, lambda event: (event.id,))
    return _answer(
        StoryBody(
            alert=alert_body(alert),
            state=state_of(alert, standing)[1],
            silenced_by=list(standing.silenced_by),
            inhibited_by=list(standing.inhibited_by),
            muted_by=list(standing.muted_by),
            receivers=list(standing.receivers),
            acknowledged=_word(found),
            events=list(page.rows),
            next=page.next,
        )
    )


@blueprint.post("/comments")
@operation(
    "Write a note on an alert",
    tag="alerts",
    body=NewComment,
    answers={201: None},
    refusals=(404,),
    idempotent=True,
)
@requires("alerts.acknowledge")
@idempotent
def write_comment(fingerprint: str) -> ResponseReturnValue:
    wanted = parse(NewComment)
    with writing() as session:
        alert = get_alert_for(session, actor(), fingerprint)
        comment(session, alert, wanted.text, by=actor(), now=now(), real_now=real_now())
    return make_response("", HTTPStatus.CREATED)
