"""Pages of overrides and swaps."""

from collections.abc import Callable
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alerts.oncall.actions_covers import (
    accept_swap,
    ask_swap,
    cover,
    decline_swap,
    uncover,
    withdraw_swap,
)
from alerts.oncall.forms import read_local, write_local
from alerts.oncall.models import OnCallSwap
from alerts.oncall.queries import get_schedule
from alerts.oncall.views import COVER, rights, to_week
from core.auth.accounts.queries import list_active_people
from core.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from core.web import query
from core.web.access import requires
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.work import reading, writing

blueprint = Blueprint(
    "oncall_covers", __name__, template_folder="../templates", url_prefix="/on-call"
)
FIELDS = ("user", "begins_at", "ends_at", "note", "return_begins_at", "return_ends_at")


def _form(
    template: str, schedule_id: int, values: dict[str, str], error: AppError | None
) -> ResponseReturnValue:
    with reading() as session:
        row = get_schedule(session, schedule_id)
        people = list_active_people(session)
    page = render_template(
        template,
        row=row,
        values=values,
        error=error,
        fields=error.fields if error else {},
        people=[(str(person.id), person.display_name) for person in people],
        others=[
            ("", "Whoever can"),
            *((str(p.id), p.display_name) for p in people if p.id != actor().user_id),
        ],
        **rights(),
    )
    return page, error.status if error else HTTPStatus.OK


def _asked(schedule_id: int) -> dict[str, str]:
    """The form as a link from a shift fills it in: ?from= and ?to= are moments."""
    with reading() as session:
        zone = ZoneInfo(get_schedule(session, schedule_id).zone)
    begins, ends = query.moment("from", now()), query.moment("to", now())
    values = dict.fromkeys(FIELDS, "")
    values |= {"begins_at": write_local(begins, zone), "ends_at": write_local(ends, zone)}
    return values | {"user": query.words("user", str(actor().user_id or ""))}


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in FIELDS}


def _id(text: str, field: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 19:
        return int(text)
    message = "Choose a person."
    raise Invalid(message, fields={field: message})


@blueprint.get("/<int:schedule_id>/cover")
@requires(COVER)
def new_cover(schedule_id: int) -> ResponseReturnValue:
    return _form("oncall/cover.html", schedule_id, _asked(schedule_id), None)


@blueprint.post("/<int:schedule_id>/cover")
@requires(COVER)
@idempotent
def make_cover(schedule_id: int) -> ResponseReturnValue:
    """Make the override; a refused form is shown again with all that was typed."""
    values = _typed()
    try:
        with writing() as session:
            zone = ZoneInfo(get_schedule(session, schedule_id).zone)
            cover(
                session,
                schedule_id,
                user_id=_id(values["user"], "user"),
                begins_at=read_local(values, "begins_at", zone),
                ends_at=read_local(values, "ends_at", zone),
                note=values["note"],
                by=actor(),
                now=now(),
            )
    except (Invalid, Conflict) as refusal:
        return _form("oncall/cover.html", schedule_id, values, refusal)
    flash("The override counts.", "ok")
    return to_week(schedule_id)


@blueprint.post("/<int:schedule_id>/covers/<int:cover_id>/remove")
@requires(COVER)
@idempotent
def remove_cover(schedule_id: int, cover_id: int) -> ResponseReturnValue:
    try:
        with writing() as session:
            uncover(session, schedule_id, cover_id, by=actor(), now=now())
    except (Conflict, NotFound) as refusal:
        flash(refusal.message, "warning")
    else:
        flash("The override is taken back.", "ok")
    return to_week(schedule_id)


@blueprint.get("/<int:schedule_id>/swap")
@requires(COVER)
def new_swap(schedule_id: int) -> ResponseReturnValue:
    return _form("oncall/swap.html", schedule_id, _asked(schedule_id) | {"user": ""}, None)


@blueprint.post("/<int:schedule_id>/swap")
@requires(COVER)
@idempotent
def make_swap(schedule_id: int) -> ResponseReturnValue:
    """Ask for the swap; a refused form is shown again with all that was typed."""
    values = _typed()
    back = ("return_begins_at", "return_ends_at")
    try:
        with writing() as session:
            zone = ZoneInfo(get_schedule(session, schedule_id).zone)
            begins, ends = ("begins_at", "ends_at")
            in_return = None
            if any(values[name] for name in back):
                in_return = (read_local(values, back[0], zone), read_local(values, back[1], zone))
            ask_swap(
                session,
                schedule_id,
                asked_of=_id(values["user"], "user") if values["user"] else None,
                begins_at=read_local(values, begins, zone),
                ends_at=read_local(values, ends, zone),
                in_return=in_return,
                note=values["note"],
                by=actor(),
                now=now(),
            )
    except (Invalid, Conflict) as refusal:
        return _form("oncall/swap.html", schedule_id, values, refusal)
    flash("Your request is there for them to answer.", "ok")
    return to_week(schedule_id)


def _answer(verb: Callable[..., OnCallSwap], swap_id: int, done: str) -> ResponseReturnValue:
    try:
        with writing() as session:
            verb(session, swap_id, by=actor(), now=now())
    except (Conflict, Forbidden, Invalid) as refusal:
        flash(refusal.message, "warning")
    else:
        flash(done, "ok")
    return redirect(url_for("oncall.index"), HTTPStatus.SEE_OTHER)


@blueprint.post("/swaps/<int:swap_id>/accept")
@requires(COVER)
@idempotent
def accept(swap_id: int) -> ResponseReturnValue:
    return _answer(accept_swap, swap_id, "The stretch is yours.")


@blueprint.post("/swaps/<int:swap_id>/decline")
@requires(COVER)
@idempotent
def decline(swap_id: int) -> ResponseReturnValue:
    return _answer(decline_swap, swap_id, "You said no.")


@blueprint.post("/swaps/<int:swap_id>/withdraw")
@requires(COVER)
@idempotent
def withdraw(swap_id: int) -> ResponseReturnValue:
    return _answer(withdraw_swap, swap_id, "Your request is taken back.")
