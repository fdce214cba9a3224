"""Silences as JSON, with what Alertmanager's format cannot say: weekly windows."""

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, Response, make_response
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from alerts.settings import AlertSettings
from alerts.silences.actions import create_silence, expire_silence, prolong_silence
from alerts.silences.models import Silence
from alerts.silences.queries import get_silence_for, list_current_for, list_expired_for
from alerts.silences.wire import (
    EndRequest,
    SilenceBody,
    SilenceList,
    SilenceRequest,
    draft_of,
    silence_body,
)
from core.openapi.operation import CURSOR_PAGING, QueryParameter, operation
from core.web import query
from core.web.access import requires
from core.web.body import parse
from core.web.context import actor, now, runtime
from core.web.idempotency import idempotent
from core.web.paging import after, limit, page_of
from core.web.work import reading, writing

blueprint = Blueprint("silences_api", __name__, url_prefix="/api/v1/silences")
TAG = "alerts"
STATES = ("current", "expired")
WRITE = "alerts.silence"


def _json(body: BaseModel, status: int = HTTPStatus.OK) -> Response:
    return make_response(body.model_dump_json(), int(status), {"Content-Type": "application/json"})


def _answer(row: Silence, status: int = HTTPStatus.OK) -> Response:
    return _json(silence_body(row, now()), status)


@blueprint.get("")
@operation(
    "List silences: active and pending ones by their end, or expired ones, the last first",
    tag=TAG,
    answers={200: SilenceList},
    query=(
        QueryParameter("state", "current if left out", {"type": "string", "enum": STATES}),
        *CURSOR_PAGING,
    ),
    refusals=(400, 422),
)
@requires("alerts.read")
def index() -> ResponseReturnValue:
    expired, size = query.choice("state", STATES) == "expired", limit()
    rows_of = list_expired_for if expired else list_current_for
    with reading() as session:
        rows = rows_of(session, actor(), now(), after=after(datetime, int), limit=size + 1)
    page = page_of(rows, size, lambda row: (row.ends_at, row.id))
    return _json(
        SilenceList(silences=[silence_body(row, now()) for row in page.rows], next=page.next)
    )


@blueprint.post("")
@operation(
    "Silence alerts",
    tag=TAG,
    body=SilenceRequest,
    answers={201: SilenceBody},
    idempotent=True,
)
@requires(WRITE)
@idempotent
def create() -> ResponseReturnValue:
    draft = draft_of(parse(SilenceRequest), actor().name, now())
    lead = runtime().settings.of(AlertSettings).silences.remind_before
    with writing() as session:
        row = create_silence(session, draft, lead=lead, by=actor(), now=now())
    return _answer(row, HTTPStatus.CREATED)


@blueprint.get("/<uuid>")
@operation("One silence", tag=TAG, answers={200: SilenceBody}, refusals=(404,))
@requires("alerts.read")
def show(uuid: str) -> ResponseReturnValue:
    with reading() as session:
        row = get_silence_for(session, actor(), uuid)
    return _answer(row)


@blueprint.post("/<uuid>/end")
@operation(
    "Move the end of a silence",
    tag=TAG,
    body=EndRequest,
    answers={200: SilenceBody},
    refusals=(404, 409),
    idempotent=True,
)
@requires(WRITE)
@idempotent
def move_end(uuid: str) -> ResponseReturnValue:
    wanted = parse(EndRequest)
    lead = runtime().settings.of(AlertSettings).silences.remind_before
    with writing() as session:
        row = prolong_silence(
            session,
            uuid,
            wanted.ends_at,
            lead=lead,
            by=actor(),
            now=now(),
            seen_at=wanted.seen_at,
        )
    return _answer(row)


@blueprint.post("/<uuid>/expire")
@operation(
    "End a silence now",
    tag=TAG,
    answers={200: SilenceBody},
    refusals=(404, 409),
    idempotent=True,
)
@requires(WRITE)
@idempotent
def expire(uuid: str) -> ResponseReturnValue:
    with writing() as session:
        row = expire_silence(session, uuid, by=actor(), now=now())
    return _answer(row)
