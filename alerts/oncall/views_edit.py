"""Pages on which schedules, their layers and their calendars are made and changed."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alerts.oncall.actions import (
    change_schedule,
    make_schedule,
    put_layer,
    remove_layer,
    retire_schedule,
)
from alerts.oncall.actions_calendars import add_calendar, remove_calendar
from alerts.oncall.forms import LAYER_FIELDS, SCHEDULE_FIELDS, layer_draft, schedule_draft
from alerts.oncall.queries import get_layer, get_schedule, list_people_of
from alerts.oncall.rules.week import monday_of
from alerts.oncall.views import WRITE, rights, to_week
from core.auth.accounts.queries import list_people
from core.errors import AppError, Conflict, Invalid, NotFound
from core.web.access import requires
from core.web.context import actor, now, real_now, runtime
from core.web.formats import local
from core.web.idempotency import idempotent
from core.web.settings import site
from core.web.work import reading, writing

blueprint = Blueprint(
    "oncall_edit", __name__, template_folder="../templates", url_prefix="/on-call"
)
UNITS = (("weeks", "weeks"), ("days", "days"), ("hours", "hours"))


def _typed(names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in names}


def _version() -> int | None:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _schedule_form(
    values: Mapping[str, object], schedule_id: int | None, error: AppError | None
) -> ResponseReturnValue:
    page = render_template(
        "oncall/schedule.html",
        values=values,
        schedule_id=schedule_id,
        error=error,
        fields=error.fields if error else {},
        **rights(),
    )
    return page, error.status if error else HTTPStatus.OK


@blueprint.get("/new")
@requires(WRITE)
def new() -> ResponseReturnValue:
    values = {**dict.fromkeys(SCHEDULE_FIELDS, ""), "zone": site(runtime().settings).time_zone}
    return _schedule_form(values, None, None)


@blueprint.post("/new")
@requires(WRITE)
@idempotent
def make() -> ResponseReturnValue:
    """Make it, and go on to its first layer."""
    values = _typed(SCHEDULE_FIELDS)
    try:
        with writing() as session:
            row = make_schedule(session, schedule_draft(values), by=actor(), now=now())
            schedule_id = row.id
    except (Invalid, Conflict) as refusal:
        return _schedule_form(values, None, refusal)
    address = url_for("oncall_edit.new_layer", schedule_id=schedule_id)
    return redirect(address, HTTPStatus.SEE_OTHER)


@blueprint.get("/<int:schedule_id>/edit")
@requires(WRITE)
def edit(schedule_id: int) -> ResponseReturnValue:
    with reading() as session:
        row = get_schedule(session, schedule_id)
    values = {name: getattr(row, name) for name in (*SCHEDULE_FIELDS, "version")}
    return _schedule_form(values, schedule_id, None)


@blueprint.post("/<int:schedule_id>/edit")
@requires(WRITE)
@idempotent
def change(schedule_id: int) -> ResponseReturnValue:
    """Change it; 409 says who else did meanwhile."""
    values = _typed(SCHEDULE_FIELDS)
    try:
        with writing() as session:
            change_schedule(
                session,
                schedule_id,
                schedule_draft(values),
                version=_version(),
                by=actor(),
                now=now(),
            )
    except (Invalid, Conflict) as refusal:
        kept = {**values, "version": request.form.get("version", "")}
        return _schedule_form(kept, schedule_id, refusal)
    flash("The schedule is changed.", "ok")
    return to_week(schedule_id)


@blueprint.post("/<int:schedule_id>/retire")
@requires(WRITE)
@idempotent
def retire(schedule_id: int) -> ResponseReturnValue:
    with writing() as session:
        row = retire_schedule(session, schedule_id, by=actor(), now=now())
        name = row.name
    flash(f"{name} is out of use.", "ok")
    return redirect(url_for("oncall.index"), HTTPStatus.SEE_OTHER)


def _layer_form(
    schedule_id: int, values: Mapping[str, object], layer_id: int | None, error: AppError | None
) -> ResponseReturnValue:
    with reading() as session:
        row = get_schedule(session, schedule_id)
    page = render_template(
        "oncall/layer.html",
        row=row,
        values=values,
        layer_id=layer_id,
        units=UNITS,
        error=error,
        fields=error.fields if error else {},
        **rights(),
    )
    return page, error.status if error else HTTPStatus.OK


@blueprint.get("/<int:schedule_id>/layers/new")
@requires(WRITE)
def new_layer(schedule_id: int) -> ResponseReturnValue:
    with reading() as session:
        row = get_schedule(session, schedule_id)
    values = {
        **dict.fromkeys(LAYER_FIELDS, ""),
        "zone": row.zone,
        "length": "1",
        "position": "0",
        "first_on": monday_of(local(now()).date()).isoformat(),
        "handoff_at": "08:00",
        "version": row.version,
    }
    return _layer_form(schedule_id, values, None, None)


@blueprint.get("/<int:schedule_id>/layers/<int:layer_id>")
@requires(WRITE)
def layer(schedule_id: int, layer_id: int) -> ResponseReturnValue:
    with reading() as session:
        row, found = get_schedule(session, schedule_id), get_layer(session, schedule_id, layer_id)
        turns = list_people_of(session, [layer_id]).get(layer_id, [])
        people = list_people(session, turns)
    values = {
        **{name: getattr(found, name) for name in LAYER_FIELDS if name != "people"},
        "people": "\n".join(people[user_id].username for user_id in turns),
        "handoff_at": f"{found.handoff_at:%H:%M}",
        "version": row.version,
    }
    return _layer_form(schedule_id, values, layer_id, None)


def _put(schedule_id: int, layer_id: int | None) -> ResponseReturnValue:
    values = _typed(LAYER_FIELDS)
    try:
        draft = layer_draft(values)
        with writing() as session:
            put_layer(
                session,
                schedule_id,
                draft,
                layer_id=layer_id,
                version=_version(),
                by=actor(),
                now=now(),
            )
    except (Invalid, Conflict) as refusal:
        kept = {**values, "version": request.form.get("version", "")}
        return _layer_form(schedule_id, kept, layer_id, refusal)
    flash("The layer counts from now on.", "ok")
    return to_week(schedule_id)


@blueprint.post("/<int:schedule_id>/layers/new")
@requires(WRITE)
@idempotent
def make_layer(schedule_id: int) -> ResponseReturnValue:
    return _put(schedule_id, None)


@blueprint.post("/<int:schedule_id>/layers/<int:layer_id>")
@requires(WRITE)
@idempotent
def change_layer(schedule_id: int, layer_id: int) -> ResponseReturnValue:
    return _put(schedule_id, layer_id)


@blueprint.post("/<int:schedule_id>/layers/<int:layer_id>/remove")
@requires(WRITE)
@idempotent
def drop_layer(schedule_id: int, layer_id: int) -> ResponseReturnValue:
    try:
        with writing() as session:
            remove_layer(session, schedule_id, layer_id, by=actor(), now=now())
    except (Conflict, NotFound) as refusal:
        flash(refusal.message, "warning")
    else:
        flash("From now on without this layer.", "ok")
    return to_week(schedule_id)


@blueprint.post("/<int:schedule_id>/calendars")
@requires(WRITE)
@idempotent
def make_calendar(schedule_id: int) -> ResponseReturnValue:
    """An iCalendar of overrides, by its address or as a file."""
    file = request.files.get("file")
    try:
        with writing() as session:
            found = add_calendar(
                session,
                schedule_id,
                name=request.form.get("name", ""),
                url=request.form.get("url", ""),
                data=file.read() if file is not None else None,
                by=actor(),
                now=now(),
                real_now=real_now(),
            )
            problem = found.problem
    except (Invalid, Conflict) as refusal:
        flash(refusal.message, "warning")
    else:
        flash(f"The calendar is added. {problem}".strip(), "warning" if problem else "ok")
    return to_week(schedule_id)


@blueprint.post("/<int:schedule_id>/calendars/<int:calendar_id>/remove")
@requires(WRITE)
@idempotent
def drop_calendar(schedule_id: int, calendar_id: int) -> ResponseReturnValue:
    with writing() as session:
        remove_calendar(session, schedule_id, calendar_id, by=actor(), now=now())
    flash("The calendar and its overrides are gone.", "ok")
    return to_week(schedule_id)
