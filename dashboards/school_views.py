"""The list of schools, and a school's own page with its live parts."""

from flask import Blueprint, Response, jsonify, render_template
from markupsafe import Markup

from core.auth.actor import Actor
from core.web.access import requires
from core.web.context import actor, now, runtime
from core.web.work import reading
from dashboards import parts
from dashboards.access import board, watch
from dashboards.charts.unscheduled import by_half_hour, figure
from dashboards.school import SchoolPage, get_school_page, may_see_students, school_curve
from dashboards.settings import DashboardSettings

LIST = "schools.index"

blueprint = Blueprint("schools", __name__, template_folder="templates")


@blueprint.get("/schools")
@requires("schools.read")
def index() -> str:
    """The schools that the reader may see, searchable."""
    shown, asked = board(), parts.question(LIST)
    return render_template(
        "dashboards/schools.html",
        asked=asked,
        filters=parts.filters(shown, asked),
        rows=parts.rows(shown, asked),
    )


@blueprint.get("/schools/rows")
@requires("schools.read")
def rows() -> Markup:
    """The rows of the list, as a live part."""
    return parts.rows(board(), parts.question(LIST))


@blueprint.get("/schools/<int:school_id>")
@requires("schools.read")
def show(school_id: int) -> str:
    """One school."""
    school = _page(school_id)
    return render_template(
        "dashboards/school.html",
        school=school,
        may=_permissions(actor()),
        phone_digits="".join(
            sign for sign in school.card.phone or "" if sign.isdigit() or sign == "+"
        ),
        map_link=_map_link(school),
        **_curve(school_id),
    )


@blueprint.get("/schools/<int:school_id>/now")
@requires("schools.read")
def now_part(school_id: int) -> str:
    """The sentence about the school's state, as a live part."""
    return render_template("dashboards/parts/school_now.html", school=_page(school_id))


@blueprint.get("/schools/<int:school_id>/today")
@requires("schools.read")
def today(school_id: int) -> str:
    """The school's clock and what today is for its tracks, as a live part."""
    return render_template("dashboards/parts/school_today.html", school=_page(school_id))


@blueprint.get("/schools/<int:school_id>/tickets")
@requires("tickets.read")
def tickets(school_id: int) -> str:
    """The school's open tickets, as a live part."""
    return render_template("dashboards/parts/school_tickets.html", school=_page(school_id))


@blueprint.get("/schools/<int:school_id>/curve")
@requires("schools.read")
def curve_table(school_id: int) -> str:
    """The school's day as a table, as a live part."""
    return render_template("dashboards/parts/curve.html", **_curve(school_id))


@blueprint.get("/schools/<int:school_id>/curve.json")
@requires("schools.read")
def curve(school_id: int) -> Response:
    """The school's day as plotly takes it."""
    with reading() as session:
        points, frame = school_curve(session, actor(), school_id, watch(), now())
    return jsonify(figure(points, frame))


def _page(school_id: int) -> SchoolPage:
    with reading() as session:
        return get_school_page(session, actor(), school_id, watch(), now())


def _curve(school_id: int) -> dict[str, object]:
    with reading() as session:
        points, frame = school_curve(session, actor(), school_id, watch(), now())
    newest = points[-1].at if points else None
    return {"curve": by_half_hour(points, frame), "measured_at": newest}


def _permissions(reader: Actor) -> dict[str, bool]:
    return {
        "help": reader.may("tickets.create"),
        "see_tickets": reader.may("tickets.read"),
        "see_tiers": reader.may("tiers.read"),
        "see_students": may_see_students(reader),
        "see_schedules": reader.may("students.read"),
    }


def _map_link(school: SchoolPage) -> str | None:
    if school.card.latitude is None or school.card.longitude is None:
        return None
    template = runtime().settings.of(DashboardSettings).map_link
    latitude, longitude = f"{school.card.latitude:.6f}", f"{school.card.longitude:.6f}"
    return template.replace("{latitude}", latitude).replace("{longitude}", longitude)
