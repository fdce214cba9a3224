"""The pages of on-call: who is on now, and a schedule's week."""

from datetime import date
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alerts.oncall.actions_notes import leave_note
from alerts.oncall.board import Board, Week, read_board, read_week
from alerts.oncall.queries import get_schedule
from alerts.oncall.rules.week import monday_of
from alerts.oncall.settings import OnCallSettings
from alerts.oncall.watching import local_time
from alerts.settings import AlertSettings
from core.errors import Invalid
from core.web import query
from core.web.access import requires
from core.web.context import actor, now, runtime
from core.web.idempotency import idempotent
from core.web.work import reading, writing

blueprint = Blueprint("oncall", __name__, template_folder="../templates", url_prefix="/on-call")
READ, COVER, WRITE = "oncall.read", "oncall.cover", "oncall.write"


def settings() -> OnCallSettings:
    """The section alerts.oncall."""
    return runtime().settings.of(AlertSettings).oncall


def rights() -> dict[str, object]:
    """What the templates need to know of who looks, and the words for times."""
    return {
        "me": actor().user_id,
        "may_cover": actor().may(COVER) and actor().user_id is not None,
        "may_write": actor().may(WRITE),
        "local_time": local_time,
        "zone_of": ZoneInfo,
    }


@blueprint.get("")
@requires(READ)
def index() -> ResponseReturnValue:
    """Who is on call now in every schedule, and the swaps that wait for an answer."""
    with reading() as session:
        board: Board = read_board(session, now=now(), ahead=settings().gaps_ahead)
    schedules = {card.row.id: card.row for card in board.cards}
    return render_template(
        "oncall/index.html", board=board, schedules=schedules, now=now(), **rights()
    )


def _asked_monday(zone: ZoneInfo) -> date:
    text = query.words("week", most=10)
    if not text:
        return monday_of(now().astimezone(zone).date())
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        message = "Give a day such as 2015-01-12."
        raise Invalid(f"week: {message}", fields={"week": message}) from error
    if not 1990 <= found.year <= 2100:
        message = "Choose a year from 1990 to 2100."
        raise Invalid(f"week: {message}", fields={"week": message})
    return monday_of(found)


def show_week(schedule_id: int, *, note: str = "", error: str = "") -> str:
    """The page of one schedule; ``note`` is a handover note that was refused with ``error``."""
    with reading() as session:
        zone = ZoneInfo(get_schedule(session, schedule_id).zone)
        week: Week = read_week(
            session, schedule_id, _asked_monday(zone), now=now(), ahead=settings().gaps_ahead
        )
    colours = {user_id: number % 6 for number, user_id in enumerate(week.people)}
    return render_template(
        "oncall/week.html",
        week=week,
        row=week.card.row,
        zone=zone,
        now=now(),
        colours=colours,
        schedules={week.card.row.id: week.card.row},
        note=note,
        error=error,
        **rights(),
    )


@blueprint.get("/<int:schedule_id>")
@requires(READ)
def show(schedule_id: int) -> ResponseReturnValue:
    """A week of one schedule as a picture and as a table, with all that changes it."""
    return show_week(schedule_id)


def to_week(schedule_id: int) -> ResponseReturnValue:
    """Back to the schedule's page."""
    return redirect(url_for("oncall.show", schedule_id=schedule_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/<int:schedule_id>/notes")
@requires(COVER)
@idempotent
def note(schedule_id: int) -> ResponseReturnValue:
    """Leave a handover note; a refused one is shown again."""
    body = request.form.get("body", "")
    try:
        with writing() as session:
            leave_note(session, schedule_id, body, by=actor(), now=now())
    except Invalid as refusal:
        return show_week(schedule_id, note=body, error=refusal.message), refusal.status
    flash("Your note is there for whoever is on call next.", "ok")
    return to_week(schedule_id)
