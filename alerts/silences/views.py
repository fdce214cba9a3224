"""The pages of silences: what is not told now, a new one, and one with its times."""

from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alerts.matching import Matcher
from alerts.queries_matching import get_alert_for
from alerts.settings import AlertSettings
from alerts.silences.actions import create_silence, expire_silence, prolong_silence
from alerts.silences.forms import (
    DAYS,
    LENGTHS,
    TEXTS,
    Form,
    draft_of,
    matcher_lines,
    new_end,
    parse_lines,
)
from alerts.silences.lines import line_of, preview
from alerts.silences.models import Silence
from alerts.silences.queries import (
    get_silence_for,
    list_current_for,
    list_expired_for,
    matchers_of,
)
from core.errors import AppError, Conflict, Forbidden, Invalid
from core.web import query
from core.web.access import requires
from core.web.context import actor, now, runtime
from core.web.formats import local
from core.web.idempotency import idempotent
from core.web.paging import after, limit, page_of
from core.web.settings import site
from core.web.work import reading, writing

blueprint = Blueprint(
    "silences", __name__, template_folder="../templates", url_prefix="/alerts/silences"
)
WRITE = "alerts.silence"


@blueprint.get("")
@requires("alerts.read")
def index() -> ResponseReturnValue:
    """Active and pending silences, the one that ends first first; or the expired ones."""
    state, size = query.choice("state", ("expired",)), limit()
    rows_of = list_expired_for if state else list_current_for
    with reading() as session:
        rows = rows_of(session, actor(), now(), after=after(datetime, int), limit=size + 1)
    live = "X-Live" in request.headers
    return render_template(
        "silences/part.html" if live else "silences/index.html",
        page=page_of(
            [line_of(row, now()) for row in rows], size, lambda line: _place(line.silence)
        ),
        state=state,
        params={"state": state} if state else {},
        may_write=actor().may(WRITE),
    )


def _place(row: Silence) -> tuple[datetime, int]:
    return row.ends_at, row.id


@blueprint.get("/new")
@requires(WRITE)
def new() -> ResponseReturnValue:
    """An empty form, or one with the labels of ``?fingerprint=`` or the matchers of a link."""
    matchers = query.words("matchers", most=20_000)
    values = {**dict.fromkeys(TEXTS, ""), "length": "2h", "matchers": matchers}
    fingerprint = query.words("fingerprint")
    if fingerprint:
        with reading() as session:
            alert = get_alert_for(session, actor(), fingerprint)
        values["matchers"] = matcher_lines(alert.labels)
    return _form(Form(values), HTTPStatus.OK)


def _form(form: Form, status: int) -> ResponseReturnValue:
    try:
        matchers = parse_lines(form.values["matchers"])
    except ValueError:
        matchers = ()
    page = render_template(
        "silences/new.html",
        form=form,
        lengths=list(LENGTHS.items()),
        days=DAYS,
        zone=site(runtime().settings).time_zone,
        **_shown(matchers),
    )
    return page, status


def _shown(matchers: tuple[Matcher, ...]) -> dict[str, object]:
    """What the preview needs: nothing at all without a matcher."""
    if not matchers:
        return {"preview": None, "problem": ""}
    with reading() as session:
        return {"preview": preview(session, actor(), matchers, now()), "problem": ""}


@blueprint.get("/preview")
@requires(WRITE)
def preview_part() -> ResponseReturnValue:
    """What the matchers typed so far would silence."""
    try:
        shown = _shown(parse_lines(query.words("matchers", most=20_000)))
    except ValueError as error:
        shown = {"preview": None, "problem": str(error)}
    return render_template("silences/preview.html", **shown)


@blueprint.post("")
@requires(WRITE)
@idempotent
def create() -> ResponseReturnValue:
    """Silence it; a refused form is shown again with everything that was typed."""
    form = Form(
        {name: request.form.get(name, "") for name in TEXTS}, request.form.getlist("weekdays")
    )
    draft = draft_of(form, name=actor().name, zone=site(runtime().settings).zone, now=now())
    if draft is None:
        return _form(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with writing() as session:
            row = create_silence(session, draft, lead=_lead(), by=actor(), now=now())
    except (Invalid, Forbidden) as refusal:
        form.errors |= refusal.fields or {"matchers": refusal.message}
        return _form(form, refusal.status)
    flash("Silenced. Whoever would be told is not told until it ends.", "ok")
    return _to(row.uuid)


def _lead() -> timedelta:
    return runtime().settings.of(AlertSettings).silences.remind_before


def _to(uuid: str) -> ResponseReturnValue:
    return redirect(url_for("silences.show", uuid=uuid), HTTPStatus.SEE_OTHER)


@blueprint.get("/<uuid>")
@requires("alerts.read")
def show(uuid: str) -> ResponseReturnValue:
    return _show(uuid)


def _show(uuid: str, typed: str = "", refusal: AppError | None = None) -> ResponseReturnValue:
    with reading() as session:
        row = get_silence_for(session, actor(), uuid)
        shown = preview(session, actor(), matchers_of(row), now())
    page = render_template(
        "silences/silence.html",
        line=line_of(row, now()),
        preview=shown,
        ends_at=typed or f"{local(row.ends_at):%Y-%m-%dT%H:%M}",
        error=refusal.message if refusal else "",
        may_write=actor().may(WRITE),
        zone=site(runtime().settings).time_zone,
    )
    return page, refusal.status if refusal else HTTPStatus.OK


def _seen_at() -> datetime | None:
    """The state of the silence that the page showed."""
    try:
        return datetime.fromisoformat(request.form.get("seen_at", ""))
    except ValueError:
        return None


@blueprint.post("/<uuid>/end")
@requires(WRITE)
@idempotent
def move_end(uuid: str) -> ResponseReturnValue:
    typed = request.form.get("ends_at", "")
    try:
        ends_at = new_end(typed, site(runtime().settings).zone)
        with writing() as session:
            row = prolong_silence(
                session, uuid, ends_at, lead=_lead(), by=actor(), now=now(), seen_at=_seen_at()
            )
    except (Invalid, Conflict) as refusal:
        return _show(uuid, typed, refusal)
    flash("The end is moved.", "ok")
    return _to(row.uuid)


@blueprint.post("/<uuid>/expire")
@requires(WRITE)
def expire(uuid: str) -> ResponseReturnValue:
    try:
        with writing() as session:
            expire_silence(session, uuid, by=actor(), now=now(), seen_at=_seen_at())
    except Conflict as refusal:
        return _show(uuid, refusal=refusal)
    flash("The silence is over. What still fires is told again.", "ok")
    return _to(uuid)
