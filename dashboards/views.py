"""The command center: its page, its live parts and its curve."""

import json
from collections.abc import Callable, Mapping

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from core.auth.actor import Actor
from core.errors import NotFound
from core.web.access import requires, signed_in
from core.web.context import actor
from core.web.work import reading
from dashboards import parts
from dashboards.access import board
from dashboards.board import Board
from dashboards.charts.unscheduled import figure
from sis.organizations.queries import school_ids_for

blueprint = Blueprint("dashboards", __name__, template_folder="templates")

HOME = "dashboards.command_center"
PARTS: Mapping[str, Callable[[Board], Markup]] = {
    "as-of": parts.as_of,
    "tiles": lambda shown: parts.tiles(shown, HOME),
    "schools": lambda shown: parts.rows(shown, parts.question(HOME)),
    "curve": parts.curve_table,
}


@blueprint.get("/")
@signed_in
def command_center() -> ResponseReturnValue:
    """The district at a glance; those who work at one school are sent to it."""
    elsewhere = home_of(actor())
    if elsewhere is not None:
        return redirect(elsewhere)
    actor().require("command_center.read")
    shown, asked = board(), parts.question(HOME)
    return render_template(
        "dashboards/command_center.html",
        as_of=parts.as_of(shown),
        tiles=parts.tiles(shown, HOME),
        filters=parts.filters(shown, asked),
        rows=parts.rows(shown, asked),
        asked=asked,
        curve_url=url_for("dashboards.curve") if actor().scope is None else None,
        curve_table=parts.curve_table(shown),
        map_svg=parts.map_of(shown),
    )


@blueprint.get("/parts/<name>")
@requires("command_center.read")
def part(name: str) -> Markup:
    """One live part of the command center."""
    if name not in PARTS:
        raise NotFound("There is no such part of the page.")
    return PARTS[name](board())


@blueprint.get("/parts/map")
@requires("command_center.read")
def map_part() -> Response:
    """The map; a browser that has it already is told so by its ETag."""
    response = make_response(parts.map_of(board()))
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/curve.json")
@requires("command_center.read")
def curve() -> Response:
    """The day's curve as plotly takes it."""
    shown = board()

    def make() -> str:
        return json.dumps(figure(parts.points_of(shown), parts.frame_of(shown)))

    return Response(shown.keep("curve.json", make), mimetype="application/json")


def home_of(reader: Actor) -> str | None:
    """Where a reader without a command center starts; None for all others."""
    if reader.scope is None or not reader.may("schools.read"):
        return None
    with reading() as session:
        ids = school_ids_for(session, reader) or set()
    if len(ids) == 1:
        return url_for("schools.show", school_id=min(ids))
    return None if reader.may("command_center.read") else url_for("schools.index")
