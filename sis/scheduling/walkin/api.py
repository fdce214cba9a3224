"""The JSON API of a student's schedule: read it, and change it as the walk-in screen does."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from sqlalchemy.orm import Session

from core.openapi.operation import QueryParameter, View, operation
from core.web.access import requires
from core.web.body import parse
from core.web.context import actor, now, runtime
from core.web.idempotency import idempotent
from core.web.work import reading, writing
from sis.scheduling.completeness import rules_of
from sis.scheduling.walkin import actions
from sis.scheduling.walkin.actions import Sitting
from sis.scheduling.walkin.models import ScheduleEdit
from sis.scheduling.walkin.queries import Desk, get_desk
from sis.scheduling.walkin.screen import effective_date
from sis.scheduling.walkin.undo import undo as undo_edit
from sis.scheduling.walkin.views import parse_date
from sis.scheduling.walkin.wire import (
    AddBody,
    ChangeBody,
    EditBody,
    PlaceChangeBody,
    ScheduleBody,
    SwapBody,
    UndoBody,
    schedule_body,
)
from sis.settings import SisSettings

blueprint = Blueprint(
    "schedule_api",
    __name__,
    url_prefix="/api/v1/schools/<int:school_id>/students/<int:person_id>/schedule",
)
Edit = Callable[[Session, Sitting], ScheduleEdit | None]


@blueprint.get("")
@operation(
    "A student's schedule at a school",
    tag="scheduling",
    answers={200: ScheduleBody, 304: None},
    query=(QueryParameter("on", "the date, today if left out", {"type": "string"}),),
    etag=True,
)
@requires("students.read")
def show(school_id: int, person_id: int) -> ResponseReturnValue:
    with reading() as session:
        asked = parse_date(request.args.get("on", ""))
        desk = _desk(session, school_id, person_id, asked)
    return _tagged(schedule_body(desk), desk).make_conditional(request)


def _changing(summary: str, body: type[BaseModel]) -> Callable[[View], View]:
    return operation(
        summary,
        tag="scheduling",
        body=body,
        answers={200: EditBody},
        refusals=(404, 409),
        idempotent=True,
        if_match=True,
        etag=True,
    )


@blueprint.post("/add")
@_changing("Put the student into a section; 409 says why not", AddBody)
@requires("students.schedule")
@idempotent
def add(school_id: int, person_id: int) -> ResponseReturnValue:
    wanted = parse(AddBody)
    return _change(
        school_id,
        person_id,
        wanted,
        lambda session, sitting: actions.add(
            session, sitting, wanted.section, reason=wanted.reason
        ),
    )


@blueprint.post("/swap")
@_changing("Give up a place for a section, both or neither", SwapBody)
@requires("students.schedule")
@idempotent
def swap(school_id: int, person_id: int) -> ResponseReturnValue:
    wanted = parse(SwapBody)
    return _change(
        school_id,
        person_id,
        wanted,
        lambda session, sitting: actions.swap(
            session, sitting, wanted.place, wanted.section, reason=wanted.reason
        ),
    )


@blueprint.post("/drop")
@_changing("End a place; what was before stays", PlaceChangeBody)
@requires("students.schedule")
@idempotent
def drop(school_id: int, person_id: int) -> ResponseReturnValue:
    wanted = parse(PlaceChangeBody)
    return _change(
        school_id,
        person_id,
        wanted,
        lambda session, sitting: actions.drop(session, sitting, wanted.place),
    )


@blueprint.post("/lock")
@_changing("Lock a place, so that nothing moves it", PlaceChangeBody)
@requires("students.schedule")
@idempotent
def lock(school_id: int, person_id: int) -> ResponseReturnValue:
    return _lock(school_id, person_id, is_locked=True)


@blueprint.post("/unlock")
@_changing("Unlock a place", PlaceChangeBody)
@requires("students.schedule")
@idempotent
def unlock(school_id: int, person_id: int) -> ResponseReturnValue:
    return _lock(school_id, person_id, is_locked=False)


@blueprint.post("/undo")
@_changing("Take the last change back, on the day it was made", UndoBody)
@requires("students.schedule")
@idempotent
def undo(school_id: int, person_id: int) -> ResponseReturnValue:
    wanted = parse(UndoBody)
    return _change(
        school_id,
        person_id,
        wanted,
        lambda session, sitting: undo_edit(session, sitting, wanted.edit),
    )


def _lock(school_id: int, person_id: int, *, is_locked: bool) -> ResponseReturnValue:
    wanted = parse(PlaceChangeBody)
    return _change(
        school_id,
        person_id,
        wanted,
        lambda session, sitting: actions.set_lock(
            session, sitting, wanted.place, is_locked=is_locked
        ),
    )


def _change(school_id: int, person_id: int, wanted: ChangeBody, edit: Edit) -> Response:
    with writing() as session:
        on, today = effective_date(session, actor(), school_id, person_id, now(), wanted.on)
        sitting = Sitting(person_id, school_id, on, today, _version(), actor(), now())
        made = edit(session, sitting)
        desk = _desk(session, school_id, person_id, on)
        body = EditBody(edit=made.id if made else None, schedule=schedule_body(desk))
    return _tagged(body, desk)


def _desk(session: Session, school_id: int, person_id: int, asked: date | None) -> Desk:
    on, today = effective_date(session, actor(), school_id, person_id, now(), asked)
    rules = rules_of(runtime().settings.of(SisSettings))
    return get_desk(session, actor(), school_id, person_id, on=on, today=today, rules=rules)


def _version() -> str | None:
    """The version that ``If-Match`` names; None when any will do."""
    tags = request.if_match
    if not tags or tags.star_tag:
        return None
    return ",".join(sorted(tags.as_set()))


def _tagged(body: BaseModel, desk: Desk) -> Response:
    response = make_response(
        body.model_dump_json(), HTTPStatus.OK, {"Content-Type": "application/json"}
    )
    response.set_etag(desk.version)
    return response
