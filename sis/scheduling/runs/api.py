"""The JSON API of scheduling runs: start a preview, watch it, read it, apply, undo."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, Response, make_response, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from core.openapi.operation import CURSOR_PAGING, View, operation
from core.web.access import requires
from core.web.body import parse
from core.web.context import actor, now
from core.web.idempotency import HEADER, idempotent, new_form_key
from core.web.paging import after, limit, page_of
from core.web.work import reading, writing
from sis.organizations.queries import get_school_for
from sis.scheduling.runs.actions import apply_run, request_run
from sis.scheduling.runs.models import ScheduleRun
from sis.scheduling.runs.queries import (
    get_run_for,
    list_runs,
    page_of_placements,
    page_of_refusals,
)
from sis.scheduling.runs.undo import undo_run
from sis.scheduling.runs.wire import (
    NewRunBody,
    PlacementListBody,
    RefusalListBody,
    RunBody,
    RunListBody,
    placement_body,
    refusal_body,
    run_body,
)

blueprint = Blueprint("schedule_runs_api", __name__, url_prefix="/api/v1")
TAG = "scheduling"
RUN = "scheduling.run"


def _json(body: BaseModel, status: int = HTTPStatus.OK) -> Response:
    return make_response(body.model_dump_json(), int(status), {"Content-Type": "application/json"})


def _answer(run: ScheduleRun, status: int = HTTPStatus.OK) -> Response:
    """The run; its ETag is the state, which never comes back."""
    response = _json(run_body(run), status)
    response.set_etag(run.status)
    return response


@blueprint.get("/schools/<int:school_id>/scheduling-runs")
@operation(
    "Scheduling runs of a school, the newest first",
    tag=TAG,
    answers={200: RunListBody},
    query=CURSOR_PAGING,
    refusals=(404,),
)
@requires(RUN)
def index(school_id: int) -> ResponseReturnValue:
    size = limit()
    with reading() as session:
        get_school_for(session, actor(), school_id)
        found = list_runs(session, school_id, size + 1, after=after(datetime, int))
        page = page_of(found, size, lambda run: (run.requested_at, run.id))
        return _json(RunListBody(runs=[run_body(run) for run in page.rows], next=page.next))


@blueprint.post("/schools/<int:school_id>/scheduling-runs")
@operation(
    "Let the engine compute a preview; nothing is changed yet",
    tag=TAG,
    body=NewRunBody,
    answers={202: RunBody},
    refusals=(404,),
    idempotent=True,
    etag=True,
)
@requires(RUN)
@idempotent
def start(school_id: int) -> ResponseReturnValue:
    wanted = parse(NewRunBody)
    with writing() as session:
        run = request_run(
            session,
            school_id=school_id,
            session_id=wanted.session_id,
            scope=wanted.scope,
            max_moves=wanted.max_moves,
            key=f"api:{actor().id}:{request.headers.get(HEADER) or new_form_key()}",
            by=actor(),
            now=now(),
        )
        response = _answer(run, HTTPStatus.ACCEPTED)
        response.headers["Location"] = url_for(".show", run_id=run.id)
        return response


@blueprint.get("/scheduling-runs/<int:run_id>")
@operation(
    "One run with its figures",
    tag=TAG,
    answers={200: RunBody, 304: None},
    refusals=(404,),
    etag=True,
)
@requires(RUN)
def show(run_id: int) -> ResponseReturnValue:
    with reading() as session:
        response = _answer(get_run_for(session, actor(), run_id))
    return response.make_conditional(request)


@blueprint.get("/scheduling-runs/<int:run_id>/placements")
@operation(
    "The seats that a run proposes",
    tag=TAG,
    answers={200: PlacementListBody},
    query=CURSOR_PAGING,
    refusals=(404,),
)
@requires(RUN)
def placements(run_id: int) -> ResponseReturnValue:
    size = limit()
    with reading() as session:
        get_run_for(session, actor(), run_id)
        found = page_of_placements(session, run_id, size + 1, after=after(int, int))
    page = page_of(found, size, lambda row: (row.person_id, row.id))
    return _json(
        PlacementListBody(placements=[placement_body(row) for row in page.rows], next=page.next)
    )


@blueprint.get("/scheduling-runs/<int:run_id>/refusals")
@operation(
    "Requests that a run does not fill as asked, each with the reason",
    tag=TAG,
    answers={200: RefusalListBody},
    query=CURSOR_PAGING,
    refusals=(404,),
)
@requires(RUN)
def refusals(run_id: int) -> ResponseReturnValue:
    size = limit()
    with reading() as session:
        get_run_for(session, actor(), run_id)
        found = page_of_refusals(session, run_id, size + 1, after=after(int, int))
    page = page_of(found, size, lambda row: (row.person_id, row.id))
    return _json(RefusalListBody(refusals=[refusal_body(row) for row in page.rows], next=page.next))


def _changing(summary: str) -> Callable[[View], View]:
    return operation(
        summary,
        tag=TAG,
        answers={200: RunBody},
        refusals=(404, 409),
        idempotent=True,
        if_match=True,
        etag=True,
    )


@blueprint.post("/scheduling-runs/<int:run_id>/apply")
@_changing("Give the proposed seats; students who changed since are skipped and counted")
@requires(RUN)
@idempotent
def apply(run_id: int) -> ResponseReturnValue:
    return _change(run_id, apply_run)


@blueprint.post("/scheduling-runs/<int:run_id>/undo")
@_changing("Take an applied run back as one")
@requires(RUN)
@idempotent
def undo(run_id: int) -> ResponseReturnValue:
    return _change(run_id, undo_run)


def _change(run_id: int, verb: Callable[..., ScheduleRun]) -> Response:
    tags = request.if_match
    seen = tags.as_set() if tags and not tags.star_tag else None
    with writing() as session:
        return _answer(verb(session, run_id, by=actor(), now=now(), seen=seen))
