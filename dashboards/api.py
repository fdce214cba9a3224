"""The boards for programs: GET /api/v1/command-center and /api/v1/schools."""

from flask import Blueprint, Response
from pydantic import BaseModel

from core.openapi.operation import CURSOR_PAGING, QueryParameter, operation
from core.web import query
from core.web.access import requires
from core.web.context import actor, now
from core.web.paging import after, limit, page_of
from core.web.work import reading
from dashboards.access import board, watch
from dashboards.board import Board
from dashboards.rules import Standing
from dashboards.school import get_school_page
from dashboards.table import Selection
from dashboards.wire import (
    CommandCenterBody,
    SchoolDetailBody,
    SchoolListBody,
    command_center_body,
    school_body,
    school_fields,
)
from sis.organizations.queries import get_school_by_sourced_id_for

blueprint = Blueprint("dashboards_api", __name__, url_prefix="/api/v1")

TAG = "schools"
STATES = [standing.value for standing in Standing]


def _json(body: BaseModel) -> Response:
    return Response(body.model_dump_json(), mimetype="application/json")


@blueprint.get("/command-center")
@operation("The district at a glance", tag=TAG, answers={200: CommandCenterBody})
@requires("command_center.read")
def command_center() -> Response:
    shown = board()
    made = shown.keep(
        f"api {now():%H:%M}", lambda: command_center_body(shown, now()).model_dump_json()
    )
    return Response(made, mimetype="application/json")


@blueprint.get("/schools")
@operation(
    "Schools with their state, by id",
    tag=TAG,
    answers={200: SchoolListBody},
    query=(
        *CURSOR_PAGING,
        QueryParameter("state", "only schools in this state", {"enum": STATES}),
        QueryParameter("tier", "only schools of this tier", {"type": "integer", "minimum": 1}),
        QueryParameter("q", "words that the name or id contains"),
    ),
    refusals=(400, 422),
)
@requires("schools.read")
def schools() -> Response:
    size, cursor = limit(), after(str)
    state = query.choice("state", STATES)
    wanted = Selection(
        q=query.words("q", most=100),
        tier=query.number("tier", 0, most=9) or None,
        state=Standing(state) if state else None,
    )
    shown = board()

    def make() -> str:
        return _list(shown, wanted, cursor[0] if cursor else "", size).model_dump_json()

    return Response(shown.keep(f"api {wanted} {cursor} {size}", make), mimetype="application/json")


def _list(shown: Board, wanted: Selection, after_id: str, size: int) -> SchoolListBody:
    found = [row for row in shown.rows if row.sourced_id > after_id and wanted.matches(row)]
    found.sort(key=lambda row: row.sourced_id)
    page = page_of(found[: size + 1], size, lambda row: (row.sourced_id,))
    return SchoolListBody(schools=[school_body(row) for row in page.rows], next=page.next)


@blueprint.get("/schools/<path:sourced_id>")
@operation("One school", tag=TAG, answers={200: SchoolDetailBody}, refusals=(404,))
@requires("schools.read")
def school(sourced_id: str) -> Response:
    with reading() as session:
        card = get_school_by_sourced_id_for(session, actor(), sourced_id)
        page = get_school_page(session, actor(), card.id, watch(), now())
    body = SchoolDetailBody.model_validate(
        {
            **school_fields(page.row),
            "sentence": page.sentence,
            "time_zone": page.card.time_zone,
            "phone": page.card.phone,
            "today": [day.words for day in page.days],
            "tier_reasons": list(page.tier.sentences) if page.tier else [],
        }
    )
    return _json(body)
