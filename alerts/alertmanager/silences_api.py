"""``/api/v2/silences`` of Alertmanager, for amtool and its like."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alerts.alertmanager.access import program_with
from alerts.alertmanager.body import answer, done, json_body, shift
from alerts.alertmanager.rules.filters import has_all, read_filters
from alerts.alertmanager.rules.postable_silences import read_silence, written_matcher
from alerts.alertmanager.rules.refusals import WRONG_TYPE, Coded, Sentence
from alerts.alertmanager.rules.times import Shift, format_time
from alerts.settings import AlertSettings
from alerts.silences.actions import create_silence, expire_silence, update_silence
from alerts.silences.models import Silence
from alerts.silences.queries import (
    Position,
    get_silence_for,
    list_current_for,
    list_expired_for,
    matchers_of,
    span_of,
)
from alerts.silences.rules.state import state_of
from core.errors import Conflict, Invalid, NotFound
from core.web.context import actor, now, runtime
from core.web.work import reading, writing

blueprint = Blueprint("alertmanager_silences", __name__, url_prefix="/alertmanager/api/v2")

KEPT = timedelta(hours=120)
"""How long expired silences are listed: Alertmanager's --data.retention."""
_UUID = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")
_PAGE = 500


@blueprint.get("/silences")
@program_with("alerts.read")
def index() -> ResponseReturnValue:
    """Active ones by their end, pending ones by their start, then those that expired of late."""
    wanted, here = read_filters(request.args.getlist("filter")), shift()
    with reading() as session:
        found = [row for row in _rows(session) if has_all(matchers_of(row), wanted)]
    return answer([_written(row, here) for row in found])


def _rows(session: Session) -> list[Silence]:
    def current(after: Position | None) -> Sequence[Silence]:
        return list_current_for(session, actor(), now(), after=after, limit=_PAGE)

    def expired(after: Position | None) -> Sequence[Silence]:
        return list_expired_for(
            session, actor(), now(), since=now() - KEPT, after=after, limit=_PAGE
        )

    rows = list(_all(current))
    active = [row for row in rows if row.starts_at <= now()]
    pending = sorted((row for row in rows if row.starts_at > now()), key=lambda row: row.starts_at)
    return [*active, *pending, *_all(expired)]


def _all(page_after: Callable[[Position | None], Sequence[Silence]]) -> Iterator[Silence]:
    after = None
    while page := page_after(after):
        yield from page
        after = (page[-1].ends_at, page[-1].id)


def _written(row: Silence, here: Shift) -> dict[str, Any]:
    return {
        "id": row.uuid,
        "status": {"state": state_of(span_of(row), now()).value},
        "updatedAt": format_time(here.theirs(row.updated_at)),
        "comment": row.comment,
        "createdBy": row.created_by,
        "endsAt": format_time(here.theirs(row.ends_at)),
        "matchers": [written_matcher(each) for each in matchers_of(row)],
        "startsAt": format_time(here.theirs(row.starts_at)),
    }


@blueprint.post("/silences")
@program_with("alerts.silence")
def post() -> ResponseReturnValue:
    """Create a silence, or change the one that the body names."""
    posted = read_silence(json_body(), now(), shift())
    lead = runtime().settings.of(AlertSettings).silences.remind_before
    try:
        with writing() as session:
            if posted.uuid:
                row = update_silence(
                    session, posted.uuid, posted.draft, lead=lead, by=actor(), now=now()
                )
            else:
                row = create_silence(session, posted.draft, lead=lead, by=actor(), now=now())
    except Invalid as refusal:
        raise Sentence(_why(refusal)) from refusal
    except NotFound as refusal:
        raise Sentence(refusal.message, status=HTTPStatus.NOT_FOUND) from refusal
    return answer({"silenceID": row.uuid})


def _why(refusal: Invalid) -> str:
    times = refusal.fields.get("ends_at")
    return f"Failed to create silence: {times}" if times else refusal.message


def _uuid(text: str) -> str:
    if not _UUID.fullmatch(text):
        raise Coded(
            f'silenceID in path must be of type uuid: "{text}"',
            HTTPStatus.UNPROCESSABLE_ENTITY,
            WRONG_TYPE,
        )
    return text


@blueprint.get("/silence/<silence_id>")
@program_with("alerts.read")
def show(silence_id: str) -> ResponseReturnValue:
    uuid = _uuid(silence_id)
    try:
        with reading() as session:
            row = get_silence_for(session, actor(), uuid)
    except NotFound:
        return done(HTTPStatus.NOT_FOUND)
    return answer(_written(row, shift()))


@blueprint.delete("/silence/<silence_id>")
@program_with("alerts.silence")
def delete(silence_id: str) -> ResponseReturnValue:
    """Expire it. Of one that has expired Alertmanager says nothing, of one that it does not know
    that the server is at fault (500): amtool shows the sentence of no other answer.
    """
    uuid = _uuid(silence_id)
    try:
        with writing() as session:
            expire_silence(session, uuid, by=actor(), now=now())
    except NotFound as refusal:
        raise Sentence(refusal.message, status=HTTPStatus.INTERNAL_SERVER_ERROR) from refusal
    except Conflict:
        return done()
    return done()
