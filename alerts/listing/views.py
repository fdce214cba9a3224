"""The page of alerts, and what is done to many of them at once."""

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alerts.acknowledgement.actions import acknowledge
from alerts.listing.asking import SEVERITIES, after_group, asked
from alerts.listing.queries import list_chosen_for, list_school_choices
from alerts.listing.reading import Reader, read_alerts, read_groups
from alerts.listing.rules import ACKNOWLEDGED, GROUPINGS, STATES, Asked, said
from alerts.models import Alert
from alerts.queries import list_services
from alerts.rules import shared
from alerts.settings import AlertSettings
from alerts.silences.forms import matcher_lines
from core.errors import AppError, Conflict, Invalid
from core.web.access import requires
from core.web.context import actor, now, real_now, runtime
from core.web.idempotency import idempotent
from core.web.paging import LARGEST_LIMIT, after, limit
from core.web.work import reading, writing

blueprint = Blueprint("alert_list", __name__, template_folder="../templates", url_prefix="/alerts")
NOTHING_CHOSEN = "Choose at least one alert first: tick its box, or press x on it."


@blueprint.get("")
@requires("alerts.read")
def index() -> ResponseReturnValue:
    """Alerts, firing first, or their groups; one school's staff see those of their school."""
    return _page(asked())


def _page(wanted: Asked, refusal: AppError | None = None) -> ResponseReturnValue:
    reader = Reader(actor(), runtime().settings.of(AlertSettings), now())
    with reading() as session:
        page = _read(session, reader, wanted)
        schools = list_school_choices(session, actor())
        services = list_services(session)
    live = "X-Live" in request.headers
    shown = render_template(
        "alerts/part.html" if live else "alerts/index.html",
        page=page,
        asked=wanted,
        schools=dict(schools),
        school_choices=schools,
        services=[(service, service) for service in services],
        severities=[(severity, severity.title()) for severity in SEVERITIES],
        states=list(STATES.items()),
        acknowledged=list(ACKNOWLEDGED.items()),
        groupings=list(GROUPINGS.items()),
        scoped=actor().scope is not None,
        may={name: actor().may(f"alerts.{name}") for name in ("acknowledge", "silence")},
        address=_address(wanted),
        here=request.full_path if request.method == "GET" else _address(wanted),
        chosen=frozenset(request.form.getlist("alert")),
        refusal=refusal,
    )
    return shown, refusal.status if refusal else HTTPStatus.OK


def _read(session: Session, reader: Reader, wanted: Asked) -> object:
    if wanted.by:
        return read_groups(
            session,
            reader,
            wanted,
            after=after_group(wanted.by),
            limit=limit(),
        )
    position = after(str, datetime, int)
    return read_alerts(
        session,
        reader,
        wanted,
        after=(position[0], position[1], position[2]) if position else None,
        limit=limit(),
    )


def _address(wanted: Asked) -> str:
    return url_for("alert_list.index", **wanted.params)


def _chosen(session: Session) -> list[Alert]:
    """The alerts that were ticked, of those that the actor may see; Invalid when none was."""
    fingerprints = request.form.getlist("alert")[:LARGEST_LIMIT]
    if not fingerprints:
        raise Invalid(NOTHING_CHOSEN)
    found = list(list_chosen_for(session, actor(), fingerprints))
    if not found:
        raise Invalid("None of these alerts is one that you may see.")
    return found


@blueprint.post("/acknowledge")
@requires("alerts.acknowledge")
@idempotent
def acknowledge_chosen() -> ResponseReturnValue:
    """The reader is on all that were ticked; those that somebody else is on are left."""
    wanted = asked()
    try:
        with writing() as session:
            chosen = _chosen(session)
            done = acknowledge(
                session,
                [alert.id for alert in chosen],
                by=actor(),
                now=now(),
                settings=runtime().settings.of(AlertSettings).acknowledgement,
                real_now=real_now(),
            )
    except (Conflict, Invalid) as refusal:
        return _page(wanted, refusal)
    flash(said(len(done), len(chosen), "acknowledged"), "ok")
    return redirect(_address(wanted), HTTPStatus.SEE_OTHER)


@blueprint.post("/silence")
@requires("alerts.silence")
def silence_chosen() -> ResponseReturnValue:
    """To the form of a new silence, with the labels that all that were ticked share."""
    try:
        with reading() as session:
            labels = shared([alert.labels for alert in _chosen(session)])
        if not labels:
            raise Invalid("These alerts share no label: silence them one after the other.")
    except Invalid as refusal:
        return _page(asked(), refusal)
    return redirect(url_for("silences.new", matchers=matcher_lines(labels)), HTTPStatus.SEE_OTHER)
